package io.millrace.torture;

import io.millrace.torture.net.Conditions;
import io.millrace.torture.net.Direction;
import io.millrace.torture.net.RelayCounts;
import io.millrace.torture.net.RelayLife;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The node in one network namespace, its clients in another, and a cable between them that can be pulled. What a relay does to datagrams is
 * done by one beside the clients; one beside the node only carries on, since the node listens on its loopback interface here.
 *
 * <pre>
 *   client -- relay (faults) == cable == relay (none) -- node
 * </pre>
 */
final class RelayedCable implements TestNetwork {
    private static final int ANSWER_S = 30;
    private static final int FIRST_PORT = 20_000;
    private static final String LOOPBACK = "127.0.0.1";

    private final Namespaces namespaces;
    private final NetworkProcess besideNode;
    private final NetworkProcess besideClients;
    private int nextPort = FIRST_PORT;

    RelayedCable(final Namespaces namespaces, final Jvm jvm, final long seed, final Path home)
            throws IOException, InterruptedException, FindingException {
        this.namespaces = namespaces;
        this.besideNode = start("relay-node", namespaces.nodePrefix(), jvm, seed, home);
        this.besideClients = start("relay-clients", namespaces.clientPrefix(), jvm, seed, home);
        besideNode.await("UP", ANSWER_S);
        besideClients.await("UP", ANSWER_S);
    }

    private static NetworkProcess start(
            final String name, final List<String> prefix, final Jvm jvm, final long seed, final Path home)
            throws IOException {
        final List<String> command = new ArrayList<>(prefix);
        command.addAll(jvm.command(""));
        command.add(RelayLife.class.getName());
        command.add("seed=" + seed);
        return NetworkProcess.start(name, command, home);
    }

    @Override
    public String name() {
        return "namespaces-relay";
    }

    @Override
    public List<String> nodePrefix() {
        return namespaces.nodePrefix();
    }

    @Override
    public List<String> clientPrefix() {
        return namespaces.clientPrefix();
    }

    @Override
    public String reachNode(final int port) throws IOException, InterruptedException, FindingException {
        final String onCable = Namespaces.NODE + ':' + port;
        route(besideNode, onCable, LOOPBACK + ':' + port, Direction.TO_NODE);
        return LOOPBACK + ':' + route(besideClients, LOOPBACK + ":0", onCable, Direction.TO_NODE);
    }

    @Override
    public int reachClient() throws IOException, InterruptedException, FindingException {
        // Below those that the system gives out by itself, so that it is free at both ends of the cable.
        final int port = nextPort++;
        route(besideClients, Namespaces.CLIENTS + ':' + port, LOOPBACK + ":0", Direction.FROM_NODE);
        route(besideNode, CLIENT_FOR_NODE + ':' + port, Namespaces.CLIENTS + ':' + port, Direction.FROM_NODE);
        return port;
    }

    private static int route(
            final NetworkProcess relay, final String front, final String target, final Direction direction)
            throws IOException, InterruptedException, FindingException {
        relay.order(RelayLife.routeOrder(front, target, direction));
        return Integer.parseInt(relay.await("ROUTE ", ANSWER_S).substring("ROUTE ".length()));
    }

    @Override
    public void change(final Conditions toNode, final Conditions fromNode) throws IOException {
        besideClients.order(RelayLife.changeOrder(toNode, fromNode));
    }

    @Override
    public String breakLink(final int way) throws IOException, InterruptedException {
        return namespaces.breakCable(way);
    }

    @Override
    public void mendLink() throws IOException, InterruptedException {
        namespaces.mend();
    }

    @Override
    public RelayCounts counts() throws IOException, InterruptedException, FindingException {
        besideClients.order("counts");
        return RelayLife.counts(besideClients.await("COUNTS ", ANSWER_S));
    }

    @Override
    public void close() {
        besideNode.close();
        besideClients.close();
    }
}
