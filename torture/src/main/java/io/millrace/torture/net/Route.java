package io.millrace.torture.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;

/**
 * One address at which a relay listens, and the one to which it sends what arrives there. Each sender gets a socket of its own towards
 * the target, so that what is answered there can be sent back to it, as a router does that translates addresses. Thread of the relay.
 */
final class Route {
    private static final int BUFFER_LENGTH = 2 * 1024 * 1024;
    private static final InetSocketAddress ANY = new InetSocketAddress("0.0.0.0", 0);

    private final Selector selector;
    private final DatagramChannel front;
    private final InetSocketAddress target;
    private final Direction direction;
    private final Map<SocketAddress, Leg> legs = new HashMap<>();

    Route(
            final Selector selector,
            final InetSocketAddress front,
            final InetSocketAddress target,
            final Direction direction)
            throws IOException {
        this.selector = selector;
        this.direction = direction;
        this.front = listen(front);
        this.target = target.getPort() == 0
                ? new InetSocketAddress(target.getAddress(), address().getPort())
                : target;
    }

    /** Lets the relay hear what arrives; from the thread that selects. */
    void register() throws IOException {
        front.register(selector, SelectionKey.OP_READ, new Leg(this, front, null, null, direction));
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) front.getLocalAddress();
    }

    /** The way on for what a sender has sent to the front. */
    Leg from(final SocketAddress sender) throws IOException {
        Leg leg = legs.get(sender);
        if (leg == null) {
            // A target in another network is reached from whatever address leads there.
            final DatagramChannel back = listen(ANY);
            leg = new Leg(this, back, target, null, direction);
            final Leg answers = new Leg(this, back, sender, front, direction.opposite());
            back.register(selector, SelectionKey.OP_READ, answers);
            legs.put(sender, leg);
        }
        return leg;
    }

    void close() throws IOException {
        front.close();
        for (final Leg leg : legs.values()) {
            leg.channel().close();
        }
    }

    private static DatagramChannel listen(final InetSocketAddress address) throws IOException {
        final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_LENGTH);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_LENGTH);
        channel.configureBlocking(false);
        channel.bind(address);
        return channel;
    }

    /**
     * A socket, and where to send what is read from it.
     *
     * @param route     that it belongs to.
     * @param channel   that is read; for one that leads on, also what is written to.
     * @param receiver  null for the front, where it depends on the sender.
     * @param sender    what is written to, null for the channel itself.
     * @param direction of what is read.
     */
    record Leg(
            Route route, DatagramChannel channel, SocketAddress receiver, DatagramChannel sender, Direction direction) {
        DatagramChannel out() {
            return sender == null ? channel : sender;
        }
    }
}
