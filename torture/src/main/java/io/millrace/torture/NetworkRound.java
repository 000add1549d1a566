package io.millrace.torture;

import io.millrace.torture.check.HistoryChecker;
import io.millrace.torture.check.HistoryResult;
import io.millrace.torture.net.Conditions;
import io.millrace.torture.net.NodeLife;
import io.millrace.torture.net.RelayCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One store, one node, two publishers, two subscribers, a network between them, and troubles one after the other; then the network heals,
 * the publishers stop and wait until all is acknowledged, the subscribers read to the end, and what everybody has written down is compared.
 *
 * <p>Publisher 1 sends other bytes in each life, so that it shows whose records are stored; publisher 2 the same ones in each, and in some
 * lives all of them once more.
 */
final class NetworkRound implements AutoCloseable {
    private static final String TOPIC = "t";
    private static final int RATE = 3_000;
    private static final int SESSION_TIMEOUT_MS = 2_000;
    private static final int UP_S = 60;
    private static final int END_S = 90;
    private static final int MIN_RECORD_LENGTH = 64;
    private static final int FENCED = 3;
    private static final int ENDED = 4;

    private final TestNetwork network;
    private final Jvm jvm;
    private final NetworkCounts counts;
    private final Path home;
    private final SplittableRandom random;
    private final Consumer<String> trace;
    private final String mutant;
    private final int partitions;
    private final boolean isPower;
    private final List<NetworkClient> clients = new ArrayList<>();
    private final List<NetworkProcess> superseded = new ArrayList<>();
    private NetworkProcess node;
    private int nodeLife;
    private int port;

    NetworkRound(
            final TestNetwork network,
            final Jvm jvm,
            final String mutant,
            final NetworkCounts counts,
            final Path home,
            final SplittableRandom random,
            final Consumer<String> trace) {
        this.network = network;
        this.mutant = mutant;
        this.jvm = jvm;
        this.counts = counts;
        this.home = home;
        this.random = random;
        this.trace = trace;
        this.partitions = 1 + random.nextInt(3);
        this.isPower = random.nextInt(3) == 0;
    }

    /**
     * Goes through the troubles.
     *
     * @param troubles in this order.
     * @return what was found, in words; empty when all is as it should be.
     */
    List<String> run(final List<NetworkTrouble> troubles) throws IOException, InterruptedException {
        counts.rounds++;
        final RelayCounts carried;
        try {
            start();
            for (final NetworkTrouble trouble : troubles) {
                restartEnded();
                make(trouble);
                pause(50, 400);
            }
            finish();
            carried = network.counts();
            counts.relay = counts.relay.plus(carried);
        } catch (final FindingException e) {
            counts.failures++;
            return List.of(e.getMessage());
        }
        final HistoryResult result = HistoryChecker.check(home.resolve("store"), TOPIC, home.resolve("histories"));
        counts.add(result);
        trace.accept(result.toString());
        if (carried.bytes() < result.seen() * MIN_RECORD_LENGTH) {
            counts.failures++;
            return List.of("subscribers have seen " + result.seen() + " records, the network has carried only "
                    + carried.bytes() + " bytes from the node: they have another way");
        }
        return result.messages();
    }

    private void start() throws IOException, InterruptedException, FindingException {
        Files.createDirectories(home.resolve("histories"));
        startNode();
        final String channel = node.await("UP ", UP_S);
        port = Integer.parseInt(channel.substring(channel.lastIndexOf(':') + 1).replaceAll("\\D.*", ""));
        final String address = network.reachNode(port);
        final NetworkClient.Setting setting =
                new NetworkClient.Setting(network, jvm, address, home, TOPIC, partitions, RATE);
        for (int i = 0; i < 4; i++) {
            clients.add(new NetworkClient(setting, i < 2, i % 2 + 1));
            startClient(clients.get(i));
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
        node = NetworkProcess.start("node-" + ++nodeLife, command, home);
    }

    private void startClient(final NetworkClient client) throws IOException, InterruptedException, FindingException {
        counts.lives++;
        client.start(random.nextInt(4) == 0);
    }

    private void make(final NetworkTrouble trouble) throws IOException, InterruptedException, FindingException {
        switch (trouble) {
            case CHANGE -> change();
            case CUT -> cut();
            case BREAK_LINK -> breakLink();
            case KILL_NODE -> killNode();
            case KILL_PUBLISHER -> kill(publisher());
            case KILL_SUBSCRIBER -> kill(clients.get(2 + random.nextInt(2)));
            case PAUSE_NODE -> pause(node, "node", 200, 3_000);
            case PAUSE_CLIENT -> pauseClient();
            case TAKE_OVER -> takeOver();
        }
    }

    private NetworkClient publisher() {
        return clients.get(random.nextInt(2));
    }

    private void change() throws IOException, InterruptedException {
        counts.changes++;
        final Conditions toNode = conditions();
        final Conditions fromNode = conditions();
        trace.accept("network: to the node " + toNode + ", from it " + fromNode);
        network.change(toNode, fromNode);
        pause(100, 900);
    }

    private Conditions conditions() {
        return random.nextInt(4) == 0
                ? Conditions.CLEAN
                : new Conditions(
                        random.nextInt(2) == 0 ? 0 : random.nextDouble(0.2),
                        random.nextInt(2) == 0 ? 0 : random.nextDouble(0.1),
                        random.nextInt(2) == 0 ? 0 : random.nextDouble(0.02),
                        random.nextInt(4) == 0,
                        random.nextInt(2) == 0 ? 0 : random.nextLong(3_000_000),
                        random.nextInt(2) == 0 ? 0 : random.nextLong(5_000_000),
                        false);
    }

    private void cut() throws IOException, InterruptedException {
        counts.cuts++;
        final int direction = random.nextInt(3);
        final Conditions healthy = Conditions.CLEAN;
        trace.accept("network: cut "
                + List.of("to the node", "from the node", "both ways").get(direction));
        network.change(direction == 1 ? healthy : Conditions.CUT, direction == 0 ? healthy : Conditions.CUT);
        pause(200, random.nextInt(4) == 0 ? 8_000 : 1_500);
        network.change(healthy, healthy);
    }

    private void breakLink() throws IOException, InterruptedException {
        final String broken = network.breakLink(random.nextInt(3));
        if (broken != null) {
            trace.accept(broken);
            counts.cuts++;
            pause(200, random.nextInt(4) == 0 ? 8_000 : 1_500);
            network.mendLink();
        }
    }

    private void killNode() throws IOException, InterruptedException, FindingException {
        trace.accept("kill node");
        counts.nodeKills++;
        node.kill();
        pause(0, 500);
        startNode();
        node.await("UP ", UP_S);
    }

    private void kill(final NetworkClient client) throws IOException, InterruptedException, FindingException {
        trace.accept("kill " + client);
        if (client.isPublisher()) {
            counts.publisherKills++;
        } else {
            counts.subscriberKills++;
        }
        client.kill();
        pause(0, 300);
        startClient(client);
    }

    private void pauseClient() throws IOException, InterruptedException {
        final NetworkClient client = clients.get(random.nextInt(clients.size()));
        pause(client.process(), client.toString(), 200, 3_000);
    }

    private void pause(final NetworkProcess process, final String name, final int fromMs, final int toMs)
            throws IOException, InterruptedException {
        trace.accept("pause " + name);
        counts.pauses++;
        process.pause();
        pause(fromMs, toMs);
        process.resume();
    }

    /** The old process cannot know that it was given up, and goes on with what it has; none of that may be stored. */
    private void takeOver() throws IOException, InterruptedException, FindingException {
        final NetworkClient client = publisher();
        trace.accept("take over from " + client);
        counts.takeOvers++;
        network.change(Conditions.CLEAN, Conditions.CLEAN);
        client.process().pause();
        TimeUnit.MILLISECONDS.sleep(SESSION_TIMEOUT_MS + random.nextInt(500));
        final NetworkProcess old = client.giveUp();
        superseded.add(old);
        startClient(client);
        client.process().await("UP", UP_S);
        old.resume();
    }

    private void restartEnded() throws IOException, InterruptedException, FindingException {
        if (!node.isAlive()) {
            throw new FindingException("nobody has ended it: " + node.describe());
        }
        for (final NetworkClient client : clients) {
            if (!client.process().isAlive()) {
                restart(client);
            }
        }
    }

    private void restart(final NetworkClient client) throws IOException, InterruptedException, FindingException {
        if (client.process().awaitEnd(1) != ENDED) {
            throw new FindingException(
                    "nobody has ended it: " + client.process().describe());
        }
        trace.accept("has ended: " + client.process().describe());
        counts.ended++;
        startClient(client);
    }

    private void finish() throws IOException, InterruptedException, FindingException {
        network.change(Conditions.CLEAN, Conditions.CLEAN);
        trace.accept("network: clean; to the end");
        restartEnded();
        for (final NetworkProcess old : superseded) {
            if (old.awaitEnd(END_S) != FENCED) {
                throw new FindingException("it has a successor and was not told so: " + old.describe());
            }
            counts.fenced++;
        }
        finish(clients.subList(0, 2), "finish");
        node.order("ends");
        finish(
                clients.subList(2, clients.size()),
                "finish" + node.await("ENDS", UP_S).substring("ENDS".length()));
        node.order("close");
        node.await("CLOSED", UP_S);
        node.awaitEnd(UP_S);
    }

    private void finish(final List<NetworkClient> some, final String order)
            throws IOException, InterruptedException, FindingException {
        for (final NetworkClient client : some) {
            client.process().order(order);
        }
        for (final NetworkClient client : some) {
            int status = client.process().awaitEnd(END_S);
            while (status == ENDED) {
                restart(client);
                client.process().order(order);
                status = client.process().awaitEnd(END_S);
            }
            if (status != 0) {
                throw new FindingException(
                        "it has not come to its end: " + client.process().describe());
            }
        }
    }

    private void pause(final int fromMs, final int toMs) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(fromMs, toMs));
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
