package io.millrace.torture;

import io.millrace.torture.net.Conditions;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Makes the troubles of a network round. */
final class TroubleMaker {
    private static final int PAUSE_FROM_MS = 200;
    private static final int PAUSE_TO_MS = 3_000;

    private final NetworkStage stage;
    private final TestNetwork network;
    private final NetworkCounts counts;
    private final SplittableRandom random;
    private final Consumer<String> trace;

    TroubleMaker(
            final NetworkStage stage,
            final TestNetwork network,
            final NetworkCounts counts,
            final SplittableRandom random,
            final Consumer<String> trace) {
        this.stage = stage;
        this.network = network;
        this.counts = counts;
        this.random = random;
        this.trace = trace;
    }

    /** Makes one, and leaves a little time behind it. */
    void make(final NetworkTrouble trouble) throws IOException, InterruptedException, FindingException {
        switch (trouble) {
            case CHANGE -> change();
            case CUT -> cut();
            case BREAK_LINK -> breakLink();
            case KILL_NODE -> killNode();
            case KILL_PUBLISHER -> kill(publisher());
            case KILL_READER -> kill(reader());
            case PAUSE_NODE -> pause(stage.node(), "node", PAUSE_FROM_MS, PAUSE_TO_MS);
            case PAUSE_CLIENT -> pauseClient();
            case TAKE_OVER -> takeOver();
            case OUTLIVE -> outlive();
        }
        pause(50, 400);
    }

    /** Lets everything through. */
    void heal() throws IOException, InterruptedException {
        network.change(Conditions.CLEAN, Conditions.CLEAN);
    }

    private NetworkClient publisher() {
        return stage.clients().get(random.nextInt(2));
    }

    private NetworkClient reader() {
        return stage.clients().get(2 + random.nextInt(stage.clients().size() - 2));
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
        heal();
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
        stage.node().kill();
        pause(0, 500);
        stage.restartNode();
    }

    private void kill(final NetworkClient client) throws IOException, InterruptedException, FindingException {
        trace.accept("kill " + client);
        if (client.role() == NetworkRole.PUBLISHER) {
            counts.publisherKills++;
        } else {
            counts.readerKills++;
        }
        client.kill();
        pause(0, 300);
        stage.startClient(client);
    }

    private void pauseClient() throws IOException, InterruptedException {
        final NetworkClient client =
                stage.clients().get(random.nextInt(stage.clients().size()));
        pause(client.process(), client.toString(), PAUSE_FROM_MS, PAUSE_TO_MS);
    }

    /** Longer than the lease; in most cases not as long as the session, so that what it says when it goes on is heard. */
    private void outlive() throws IOException, InterruptedException {
        final List<NetworkClient> leased = stage.clients().stream()
                .filter(client -> client.role().hasLease())
                .toList();
        final NetworkClient client = leased.get(random.nextInt(leased.size()));
        heal();
        counts.outlived++;
        pause(
                client.process(),
                client + " beyond its lease",
                NetworkClient.LEASE_MS + 100,
                NetworkStage.SESSION_TIMEOUT_MS + 200);
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
        heal();
        client.process().pause();
        TimeUnit.MILLISECONDS.sleep(NetworkStage.SESSION_TIMEOUT_MS + random.nextInt(500));
        final NetworkProcess old = client.giveUp();
        stage.superseded().add(old);
        stage.startClient(client);
        client.process().await("UP", NetworkStage.UP_S);
        old.resume();
    }

    private void pause(final int fromMs, final int toMs) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(fromMs, toMs));
    }
}
