package io.millrace.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;

/** Sits on the way between one client and a node: passes datagrams on, both ways, and keeps those of the client. */
final class Eavesdropper implements AutoCloseable {
    private static final int MAX_DATAGRAM_LENGTH = 64 * 1024;
    private static final long IDLE_NS = 20_000;

    private final DatagramChannel clientSide = open();
    private final DatagramChannel nodeSide = open();
    private final SocketAddress node;
    private final List<byte[]> heard = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "eavesdropper");
    private volatile boolean isClosed;

    Eavesdropper(final Node node) {
        final String endpoint = node.ingressChannel().split("endpoint=")[1];
        this.node = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)));
        thread.start();
    }

    /** Where the client is to send to. */
    String channel() {
        try {
            return "aeron:udp?endpoint=127.0.0.1:" + ((InetSocketAddress) clientSide.getLocalAddress()).getPort();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** What the client has sent so far, in order. */
    List<byte[]> heard() {
        return List.copyOf(heard);
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        CloseHelper.quietCloseAll(clientSide, nodeSide);
    }

    private void run() {
        final ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM_LENGTH);
        SocketAddress client = null;
        try {
            while (!isClosed) {
                final SocketAddress from = clientSide.receive(buffer.clear());
                if (from != null) {
                    client = from;
                    final byte[] datagram = new byte[buffer.flip().remaining()];
                    buffer.duplicate().get(datagram);
                    heard.add(datagram);
                    nodeSide.send(buffer, node);
                }
                if (nodeSide.receive(buffer.clear()) != null && client != null) {
                    clientSide.send(buffer.flip(), client);
                } else if (from == null) {
                    LockSupport.parkNanos(IDLE_NS);
                }
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static DatagramChannel open() {
        try {
            final DatagramChannel channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .configureBlocking(false);
            return channel;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
