package io.millrace.torture;

import io.millrace.torture.check.QueueRules;
import io.millrace.torture.net.NodeLife;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The node and the clients of a network round: what they are, how they start, and how one that has ended starts again. */
final class NetworkStage implements AutoCloseable {
    static final String TOPIC = "t";
    static final int SESSION_TIMEOUT_MS = 2_000;
    static final int UP_S = 60;
    static final int ENDED = 4;
    static final QueueRules QUEUE = new QueueRules("q", 3, TimeUnit.MILLISECONDS.toNanos(800));

    private static final int PUBLISHERS = 2;

    private final TestNetwork network;
    private final Jvm jvm;
    private final NetworkReaders readers;
    private final String mutant;
    private final NetworkCounts counts;
    private final Path home;
    private final SplittableRandom random;
    private final Consumer<String> trace;
    private final int partitions;
    private final boolean isPower;
    private final List<NetworkClient> clients = new ArrayList<>();
    private final List<NetworkProcess> superseded = new ArrayList<>();
    private NetworkProcess node;
    private int nodeLife;
    private int port;

    NetworkStage(
            final TestNetwork network,
            final Jvm jvm,
            final NetworkReaders readers,
            final String mutant,
            final NetworkCounts counts,
            final Path home,
            final SplittableRandom random,
            final Consumer<String> trace) {
        this.network = network;
        this.jvm = jvm;
        this.readers = readers;
        this.mutant = mutant;
        this.counts = counts;
        this.home = home;
        this.random = random;
        this.trace = trace;
        this.partitions = 1 + random.nextInt(3);
        this.isPower = random.nextInt(3) == 0;
    }

    /**
     * Starts all.
     *
     * @param rate of a publisher, records a second.
     */
    void start(final int rate) throws IOException, InterruptedException, FindingException {
        Files.createDirectories(home.resolve("histories"));
        startNode();
        final String channel = node.await("UP ", UP_S);
        port = Integer.parseInt(channel.substring(channel.lastIndexOf(':') + 1).replaceAll("\\D.*", ""));
        final NetworkClient.Setting setting =
                new NetworkClient.Setting(network, jvm, network.reachNode(port), home, TOPIC, partitions, rate, QUEUE);
        for (int i = 0; i < PUBLISHERS; i++) {
            clients.add(new NetworkClient(setting, NetworkRole.PUBLISHER, i + 1));
        }
        for (int i = 0; i < readers.roles().size(); i++) {
            clients.add(new NetworkClient(setting, readers.roles().get(i), i % 2 + 1));
        }
        for (final NetworkClient client : clients) {
            startClient(client);
        }
        for (final NetworkClient client : clients) {
            client.process().await("UP", UP_S);
        }
    }

    private void startNode() throws IOException {
        counts.lives++;
        final List<String> command =
                new ArrayList<>(network.nodeCommand(jvm, mutant == null ? "" : "mutant=" + mutant, home));
        command.add(NodeLife.class.getName());
        command.add("dir=" + home.resolve("store"));
        command.add("port=" + port);
        command.add("topic=" + TOPIC);
        command.add("partitions=" + partitions);
        command.add("power=" + isPower);
        command.add("sessionTimeoutMs=" + SESSION_TIMEOUT_MS);
        command.addAll(network.nodeSettings());
        node = NetworkProcess.start("node-" + ++nodeLife, command, home);
    }

    /** Starts the node again, when it was killed. */
    void restartNode() throws IOException, InterruptedException, FindingException {
        startNode();
        node.await("UP ", UP_S);
    }

    void startClient(final NetworkClient client) throws IOException, InterruptedException, FindingException {
        counts.lives++;
        client.start(random.nextInt(4) == 0);
    }

    /** Starts again who has ended for a reason that may pass; throws when somebody has for another. */
    void restartEnded() throws IOException, InterruptedException, FindingException {
        restartEnded(clients);
    }

    /** The same, of those that have not come to their end. */
    void restartEnded(final List<NetworkClient> some) throws IOException, InterruptedException, FindingException {
        if (!node.isAlive()) {
            throw new FindingException("nobody has ended it: " + node.describe());
        }
        for (final NetworkClient client : some) {
            if (!client.process().isAlive()) {
                restart(client);
            }
        }
    }

    void restart(final NetworkClient client) throws IOException, InterruptedException, FindingException {
        if (client.process().awaitEnd(1) != ENDED) {
            throw new FindingException(
                    "nobody has ended it: " + client.process().describe());
        }
        trace.accept("has ended: " + client.process().describe());
        counts.ended++;
        startClient(client);
    }

    NetworkProcess node() {
        return node;
    }

    List<NetworkClient> clients() {
        return clients;
    }

    List<NetworkClient> clients(final NetworkRole role) {
        return clients.stream().filter(client -> client.role() == role).toList();
    }

    /** Those whose place another process has taken. */
    List<NetworkProcess> superseded() {
        return superseded;
    }

    @Override
    public void close() {
        clients.forEach(NetworkClient::close);
        superseded.forEach(NetworkProcess::close);
        if (node != null) {
            node.close();
        }
    }
}
