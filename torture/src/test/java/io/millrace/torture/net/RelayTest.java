package io.millrace.torture.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends numbered datagrams through a relay; behind the last one, over a clean network, comes one that ends the test. */
class RelayTest {
    private static final int COUNT = 1_000;
    private static final int LENGTH = 64;
    private static final int LAST = -1;
    private static final int TIMEOUT_MS = 10_000;
    private static final long SEED = 3;

    private DatagramSocket client;
    private DatagramSocket server;

    @BeforeEach
    void openSockets() throws IOException {
        client = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        for (final DatagramSocket socket : List.of(client, server)) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.setReceiveBufferSize(4 * 1024 * 1024);
        }
    }

    @AfterEach
    void closeSockets() {
        client.close();
        server.close();
    }

    @Test
    void shouldCarryOnBothWaysAndTellSendersApart() throws IOException {
        try (Relay relay = Relay.launch(SEED);
                DatagramSocket other = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            other.setSoTimeout(TIMEOUT_MS);
            final InetSocketAddress front = front(relay);
            for (final DatagramSocket sender : List.of(client, other)) {
                sender.send(datagram(sender.getLocalPort(), front));
                final DatagramPacket request = receive(server);
                request.setData(ByteBuffer.allocate(LENGTH)
                        .putInt(0, sender.getLocalPort() + 1)
                        .array());
                server.send(request);

                assertThat(number(receive(sender))).isEqualTo(sender.getLocalPort() + 1);
            }
        }
    }

    @Test
    void shouldLoseTheSameDatagramsForTheSameSeed() throws IOException {
        final Conditions lossy = new Conditions(0.2, 0, 0, false, 0, 0, false);

        final List<byte[]> once = through(lossy, SEED);
        final List<byte[]> again = through(lossy, SEED);
        final List<byte[]> otherwise = through(lossy, SEED + 1);

        assertThat(once.size()).isBetween(700, 900);
        assertThat(numbers(again)).isEqualTo(numbers(once));
        assertThat(numbers(otherwise)).isNotEqualTo(numbers(once));
    }

    @Test
    void shouldDoubleDatagrams() throws IOException {
        final List<byte[]> received = through(new Conditions(0, 0.3, 0, false, 0, 0, false), SEED);

        assertThat(received.size()).isBetween(1_200, 1_400);
        assertThat(numbers(received).stream().distinct().count()).isEqualTo(COUNT);
    }

    @Test
    void shouldTurnABitBehindTheTransportsHeader() throws IOException {
        final List<byte[]> received = through(new Conditions(0, 0, 0.3, false, 0, 0, false), SEED);

        int altered = 0;
        for (int i = 0; i < COUNT; i++) {
            final byte[] sent = bytes(i);
            int bits = 0;
            for (int j = 0; j < LENGTH; j++) {
                final int difference = Integer.bitCount((received.get(i)[j] ^ sent[j]) & 0xFF);
                assertThat(j >= 32 || difference == 0).as("byte %d", j).isTrue();
                bits += difference;
            }
            assertThat(bits).isLessThan(2);
            altered += bits;
        }
        assertThat(altered).isBetween(200, 400);
    }

    @Test
    void shouldHoldDatagramsBackAndSendThemInAnotherOrder() throws IOException {
        final long startNs = System.nanoTime();
        final List<byte[]> received = through(new Conditions(0, 0, 0, false, 20_000_000, 30_000_000, false), SEED);

        assertThat(System.nanoTime() - startNs).isGreaterThan(20_000_000);
        assertThat(numbers(received)).hasSize(COUNT).isNotEqualTo(sorted(numbers(received)));
    }

    @Test
    void shouldCutOneDirectionOnly() throws IOException {
        try (Relay relay = Relay.launch(SEED)) {
            final InetSocketAddress front = front(relay);
            client.send(datagram(1, front));
            final DatagramPacket request = receive(server);
            relay.change(Conditions.CLEAN, Conditions.CUT);
            server.send(request);
            awaitLost(relay, 1);
            client.send(datagram(2, front));

            assertThat(number(receive(server))).isEqualTo(2);

            relay.change(Conditions.CUT, Conditions.CLEAN);
            client.send(datagram(3, front));
            awaitLost(relay, 2);
            server.send(request);

            assertThat(number(receive(client))).isEqualTo(1);
        }
    }

    /** What comes of {@link #COUNT} datagrams, in the order in which it comes. */
    private List<byte[]> through(final Conditions conditions, final long seed) throws IOException {
        try (Relay relay = Relay.launch(seed)) {
            final InetSocketAddress front = front(relay);
            relay.change(conditions, Conditions.CLEAN);
            for (int i = 0; i < COUNT; i++) {
                client.send(datagram(i, front));
            }
            awaitTaken(relay, COUNT);
            relay.change(new Conditions(0, 0, 0, false, 100_000_000, 0, false), Conditions.CLEAN);
            client.send(datagram(LAST, front));
            final List<byte[]> received = new ArrayList<>();
            DatagramPacket packet = receive(server);
            while (number(packet) != LAST) {
                received.add(packet.getData());
                packet = receive(server);
            }
            return received;
        }
    }

    private InetSocketAddress front(final Relay relay) throws IOException {
        return relay.addRoute(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                (InetSocketAddress) server.getLocalSocketAddress(),
                Direction.TO_NODE);
    }

    private static void awaitTaken(final Relay relay, final long count) {
        await(() -> relay.counts().toNode() >= count);
    }

    private static void awaitLost(final Relay relay, final long count) {
        await(() -> relay.counts().lost() >= count);
    }

    private static void await(final java.util.function.BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TIMEOUT_MS * 1_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNs).as("in time").isNegative();
            Thread.onSpinWait();
        }
    }

    private static DatagramPacket datagram(final int number, final InetSocketAddress to) {
        return new DatagramPacket(bytes(number), LENGTH, to);
    }

    private static byte[] bytes(final int number) {
        return ByteBuffer.allocate(LENGTH).putInt(0, number).array();
    }

    private static DatagramPacket receive(final DatagramSocket socket) throws IOException {
        final DatagramPacket packet = new DatagramPacket(new byte[LENGTH], LENGTH);
        try {
            socket.receive(packet);
        } catch (final SocketTimeoutException e) {
            throw new AssertionError("nothing came", e);
        }
        return packet;
    }

    private static int number(final DatagramPacket packet) {
        return ByteBuffer.wrap(packet.getData()).getInt(0);
    }

    private static List<Integer> numbers(final List<byte[]> received) {
        return received.stream().map(each -> ByteBuffer.wrap(each).getInt(0)).toList();
    }

    private static List<Integer> sorted(final List<Integer> numbers) {
        return numbers.stream().sorted().toList();
    }
}
