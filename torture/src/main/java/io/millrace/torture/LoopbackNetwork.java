package io.millrace.torture;

import io.millrace.torture.net.Conditions;
import io.millrace.torture.net.Direction;
import io.millrace.torture.net.Relay;
import io.millrace.torture.net.RelayCounts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** All on the loopback interface, with a relay of this process in between; takes no rights. */
final class LoopbackNetwork implements TestNetwork {
    private static final String LOOPBACK = "127.0.0.1";

    private final Relay relay;

    LoopbackNetwork(final long seed) throws IOException {
        relay = Relay.launch(seed);
    }

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public List<String> nodePrefix() {
        return List.of();
    }

    @Override
    public List<String> clientPrefix() {
        return List.of();
    }

    @Override
    public String reachNode(final int port) throws IOException {
        final InetSocketAddress front = relay.addRoute(
                new InetSocketAddress(LOOPBACK, 0), new InetSocketAddress(LOOPBACK, port), Direction.TO_NODE);
        return LOOPBACK + ':' + front.getPort();
    }

    @Override
    public int reachClient() throws IOException {
        return relay.addRoute(
                        new InetSocketAddress(CLIENT_FOR_NODE, 0),
                        new InetSocketAddress(LOOPBACK, 0),
                        Direction.FROM_NODE)
                .getPort();
    }

    @Override
    public void change(final Conditions toNode, final Conditions fromNode) {
        relay.change(toNode, fromNode);
    }

    @Override
    public String breakLink(final int way) {
        return null;
    }

    @Override
    public void mendLink() {
        // There is none.
    }

    @Override
    public RelayCounts counts() {
        return relay.counts();
    }

    @Override
    public void close() throws IOException {
        relay.close();
    }
}
