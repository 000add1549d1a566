package io.millrace.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Sends to a node's port whatever its sender likes, without Aeron. */
final class Forgery implements AutoCloseable {
    private static final int DATA = 1;
    private static final int SETUP = 5;
    private static final int DATA_HEADER_LENGTH = 32;
    private static final int SETUP_LENGTH = 40;
    private static final byte WHOLE = (byte) 0xC0;

    private final DatagramSocket socket;
    private final int port;
    private final int streamId;
    private final SplittableRandom random;
    private int count;

    Forgery(final Node node, final SplittableRandom random) throws IOException {
        this.socket = new DatagramSocket();
        this.port = URI.create("udp://" + node.ingressChannel().split("endpoint=")[1])
                .getPort();
        this.streamId = node.ingressStreamId();
        this.random = random;
    }

    int count() {
        return count;
    }

    void send(final byte[] bytes) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
            count++;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Bytes that are nothing, or look like a frame of some type in their first bytes. */
    void garbage() {
        final byte[] bytes = random(random.nextInt(1, 1400));
        if (bytes.length > 8 && random.nextBoolean()) {
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0, random.nextBoolean() ? bytes.length : random.nextInt())
                    .put(4, (byte) 0)
                    .putShort(6, (short) random.nextInt(8));
        }
        send(bytes);
    }

    /** The beginning of a stream. */
    void setup(final int sessionId, final int initialTermId, final int termLength) {
        final ByteBuffer frame = frame(SETUP_LENGTH, SETUP, 0, sessionId);
        frame.putInt(20, initialTermId)
                .putInt(24, initialTermId)
                .putInt(28, termLength)
                .putInt(32, 1408);
        send(frame.array());
    }

    /** A message in a stream. */
    void data(final int sessionId, final int termId, final int termOffset, final byte[] message) {
        final ByteBuffer frame = frame(DATA_HEADER_LENGTH + message.length, DATA, termOffset, sessionId);
        frame.put(5, WHOLE).putInt(20, termId);
        frame.put(DATA_HEADER_LENGTH, message);
        send(frame.array());
    }

    private ByteBuffer frame(final int length, final int type, final int termOffset, final int sessionId) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, length)
                .putShort(6, (short) type)
                .putInt(8, termOffset)
                .putInt(12, sessionId)
                .putInt(16, streamId);
    }

    byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
