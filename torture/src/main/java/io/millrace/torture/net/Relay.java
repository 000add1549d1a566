package io.millrace.torture.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A bad network in the middle: takes datagrams at one address and sends them on to another one, and the answers back, but for those that it
 * loses, doubles, damages, holds back or cuts off. Needs no rights. What happens to the n-th datagram is decided by a seed.
 *
 * <p>One thread of its own reads and sends; the methods may be called by any other.
 */
public final class Relay implements AutoCloseable {
    private static final int MAX_DATAGRAM_LENGTH = 65_535;
    private static final int TRANSPORT_HEADER_LENGTH = 32;
    private static final int MAX_WAITING = 50_000;
    private static final int BURST = 64;
    private static final int IDLE_MS = 20;

    private final Selector selector;
    private final SplittableRandom random;
    private final Thread thread;
    private final List<Route> routes = new ArrayList<>();
    private final Queue<Route> newRoutes = new ConcurrentLinkedQueue<>();
    private final Map<Direction, Conditions> conditions = new EnumMap<>(Direction.class);
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_LENGTH);
    private volatile Map<Direction, Conditions> newConditions = Map.of();
    private volatile RelayCounts counts = RelayCounts.NONE;
    private volatile boolean isClosed;
    private long datagrams;
    private long fromNode;
    private long bytesFromNode;
    private long lost;
    private long duplicated;
    private long corrupted;
    private long reordered;
    private long lastOrdinalSent;

    private Relay(final long seed) throws IOException {
        this.random = new SplittableRandom(seed);
        this.selector = Selector.open();
        this.thread = new Thread(this::run, "torture-relay");
        for (final Direction direction : Direction.values()) {
            conditions.put(direction, Conditions.CLEAN);
        }
    }

    /**
     * Starts a relay without a route.
     *
     * @param seed that decides what gets lost.
     * @return the relay.
     * @throws IOException if there are no sockets.
     */
    public static Relay launch(final long seed) throws IOException {
        final Relay relay = new Relay(seed);
        relay.thread.setDaemon(true);
        relay.thread.start();
        return relay;
    }

    /**
     * Adds a route.
     *
     * @param front     where to listen; port 0 for any free one.
     * @param target    where to send what arrives; port 0 for the same one.
     * @param direction of what arrives.
     * @return where it listens.
     * @throws IOException if the address is in use.
     */
    public synchronized InetSocketAddress addRoute(
            final InetSocketAddress front, final InetSocketAddress target, final Direction direction)
            throws IOException {
        final Route route = new Route(selector, front, target, direction);
        routes.add(route);
        newRoutes.add(route);
        selector.wakeup();
        return route.address();
    }

    /**
     * Changes the network, from the next datagram on.
     *
     * @param toNode   for what goes to the node.
     * @param fromNode for what comes from it.
     */
    public void change(final Conditions toNode, final Conditions fromNode) {
        newConditions = Map.of(Direction.TO_NODE, toNode, Direction.FROM_NODE, fromNode);
        selector.wakeup();
    }

    /**
     * What was done so far.
     *
     * @return counts, of a moment ago.
     */
    public RelayCounts counts() {
        return counts;
    }

    @Override
    public synchronized void close() throws IOException {
        isClosed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (final Route route : routes) {
            route.close();
        }
        selector.close();
    }

    private void run() {
        try {
            while (!isClosed) {
                selector.select(waiting.isEmpty() ? IDLE_MS : 1);
                takeChanges();
                for (final SelectionKey key : selector.selectedKeys()) {
                    read((Route.Leg) key.attachment());
                }
                selector.selectedKeys().clear();
                sendWhatIsDue();
                counts = new RelayCounts(
                        datagrams - fromNode, fromNode, bytesFromNode, lost, duplicated, corrupted, reordered);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the relay has failed", e);
        }
    }

    private void takeChanges() throws IOException {
        Route route = newRoutes.poll();
        while (route != null) {
            route.register();
            route = newRoutes.poll();
        }
        conditions.putAll(newConditions);
    }

    private void read(final Route.Leg leg) throws IOException {
        for (int i = 0; i < BURST; i++) {
            buffer.clear();
            final SocketAddress from = leg.channel().receive(buffer);
            if (from == null) {
                return;
            }
            buffer.flip();
            datagrams++;
            if (leg.direction() == Direction.FROM_NODE) {
                fromNode++;
                bytesFromNode += buffer.remaining();
            }
            forward(leg.receiver() == null ? leg.route().from(from) : leg);
        }
    }

    private void forward(final Route.Leg leg) throws IOException {
        final Conditions network = conditions.get(leg.direction());
        if (network.isCut() || random.nextDouble() < network.loss() || waiting.size() >= MAX_WAITING) {
            lost++;
            return;
        }
        if (random.nextDouble() < network.corruption()) {
            corrupt(network.changesHeaders() ? 0 : TRANSPORT_HEADER_LENGTH);
        }
        send(leg, network);
        if (random.nextDouble() < network.duplicates()) {
            duplicated++;
            buffer.rewind();
            send(leg, network);
        }
    }

    private void corrupt(final int from) {
        if (buffer.limit() > from) {
            corrupted++;
            final int index = random.nextInt(from, buffer.limit());
            buffer.put(index, (byte) (buffer.get(index) ^ 1 << random.nextInt(Byte.SIZE)));
        }
    }

    private void send(final Route.Leg leg, final Conditions network) throws IOException {
        final long delayNs = network.delayNs() + (network.jitterNs() > 0 ? random.nextLong(network.jitterNs()) : 0);
        if (delayNs == 0) {
            send(leg, buffer);
            return;
        }
        final ByteBuffer copy = ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate());
        waiting.add(new Waiting(System.nanoTime() + delayNs, datagrams, leg, copy.flip()));
    }

    private void sendWhatIsDue() throws IOException {
        final long nowNs = System.nanoTime();
        Waiting next = waiting.peek();
        while (next != null && next.dueNs() - nowNs <= 0) {
            waiting.remove();
            if (next.ordinal() < lastOrdinalSent) {
                reordered++;
            }
            lastOrdinalSent = Math.max(lastOrdinalSent, next.ordinal());
            send(next.leg(), next.bytes());
            next = waiting.peek();
        }
    }

    private static void send(final Route.Leg leg, final ByteBuffer bytes) throws IOException {
        try {
            leg.out().send(bytes, leg.receiver());
        } catch (final IOException e) {
            // Nobody listens there, or the way is gone: the datagram is lost, as on any network.
            if (!leg.out().isOpen()) {
                throw e;
            }
        }
    }

    /** A datagram that is held back. */
    private record Waiting(long dueNs, long ordinal, Route.Leg leg, ByteBuffer bytes) implements Comparable<Waiting> {
        @Override
        public int compareTo(final Waiting other) {
            final int byTime = Long.compare(dueNs - other.dueNs, 0);
            return byTime != 0 ? byTime : Long.compare(ordinal, other.ordinal);
        }
    }
}
