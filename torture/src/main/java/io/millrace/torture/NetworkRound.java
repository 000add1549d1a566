package io.millrace.torture;

import io.millrace.torture.check.HistoryChecker;
import io.millrace.torture.check.HistoryResult;
import io.millrace.torture.net.RelayCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One store, one node, two publishers, and two subscribers, or two members of a group and two consumers of a queue; a network between them,
 * and troubles one after the other. Then the network heals, the publishers stop and wait until all is acknowledged, the others
 * read to the end, and what everybody has written down is compared.
 *
 * <p>Publisher 1 sends other bytes in each life, so that it shows whose records are stored; publisher 2 the same ones in each, and in some
 * lives all of them once more.
 */
final class NetworkRound implements AutoCloseable {
    private static final int RATE = 3_000;
    private static final int SHARED_RATE = 1_000;
    private static final int END_S = 90;
    private static final int LOOK_MS = 100;
    private static final int MIN_RECORD_LENGTH = 64;
    private static final int FENCED = 3;

    private final TestNetwork network;
    private final NetworkReaders readers;
    private final NetworkCounts counts;
    private final Path home;
    private final Consumer<String> trace;
    private final NetworkStage stage;
    private final TroubleMaker troubleMaker;

    NetworkRound(
            final TestNetwork network,
            final Jvm jvm,
            final NetworkReaders readers,
            final String mutant,
            final NetworkCounts counts,
            final Path home,
            final SplittableRandom random,
            final Consumer<String> trace) {
        this.network = network;
        this.readers = readers;
        this.counts = counts;
        this.home = home;
        this.trace = trace;
        this.stage = new NetworkStage(network, jvm, readers, mutant, counts, home, random, trace);
        this.troubleMaker = new TroubleMaker(stage, network, counts, random, trace);
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
            stage.start(readers == NetworkReaders.MEMBERS ? SHARED_RATE : RATE);
            for (final NetworkTrouble trouble : troubles) {
                stage.restartEnded();
                troubleMaker.make(trouble);
            }
            finish();
            carried = network.counts();
            counts.relay = counts.relay.plus(carried);
        } catch (final FindingException e) {
            counts.failures++;
            return List.of(e.getMessage());
        }
        final HistoryResult result = HistoryChecker.check(
                home.resolve("store"),
                NetworkStage.TOPIC,
                home.resolve("histories"),
                readers == NetworkReaders.MEMBERS ? NetworkStage.QUEUE : null);
        counts.add(result);
        trace.accept(result.toString());
        final long seen =
                result.seen() + result.group().taken() + result.queue().delivered();
        if (carried.bytes() < seen * MIN_RECORD_LENGTH) {
            counts.failures++;
            return List.of("clients have seen " + seen + " records, the network has carried only " + carried.bytes()
                    + " bytes from the node: they have another way");
        }
        return result.messages();
    }

    private void finish() throws IOException, InterruptedException, FindingException {
        troubleMaker.heal();
        trace.accept("network: clean; to the end");
        stage.restartEnded();
        for (final NetworkProcess old : stage.superseded()) {
            if (old.awaitEnd(END_S) != FENCED) {
                throw new FindingException("it has a successor and was not told so: " + old.describe());
            }
            counts.fenced++;
        }
        finish(stage.clients(NetworkRole.PUBLISHER), "finish");
        final NetworkProcess node = stage.node();
        node.order("ends");
        final String ends = "finish" + node.await("ENDS", NetworkStage.UP_S).substring("ENDS".length());
        finish(stage.clients(NetworkRole.SUBSCRIBER), ends);
        finishMembers(ends);
        finishConsumers();
        node.order("close");
        node.await("CLOSED", NetworkStage.UP_S);
        node.awaitEnd(NetworkStage.UP_S);
    }

    /** The first one leaves, so that the second has all partitions in the end. */
    private void finishMembers(final String ends) throws IOException, InterruptedException, FindingException {
        String order = "leave";
        for (final NetworkClient member : stage.clients(NetworkRole.MEMBER)) {
            finish(List.of(member), order);
            order = ends;
        }
    }

    private void finishConsumers() throws IOException, InterruptedException, FindingException {
        final List<NetworkClient> consumers = stage.clients(NetworkRole.CONSUMER);
        if (!consumers.isEmpty()) {
            awaitEmptyQueue(consumers);
            finish(consumers, "finish");
        }
    }

    private void awaitEmptyQueue(final List<NetworkClient> consumers)
            throws IOException, InterruptedException, FindingException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_S);
        String state = "";
        while (System.nanoTime() - deadlineNs < 0) {
            stage.restartEnded(consumers);
            stage.node().order("queue");
            state = stage.node().await("QUEUE", NetworkStage.UP_S);
            final String[] words = state.split(" ");
            final long done = Long.parseLong(words[2]) + Long.parseLong(words[3]);
            if ("0".equals(words[1]) && done >= Long.parseLong(words[4])) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        throw new FindingException(
                "the queue is not empty within " + END_S + " s: outstanding, acked, dead and all records are " + state);
    }

    private void finish(final List<NetworkClient> some, final String order)
            throws IOException, InterruptedException, FindingException {
        for (final NetworkClient client : some) {
            client.process().order(order);
        }
        for (final NetworkClient client : some) {
            int status = client.process().awaitEnd(END_S);
            while (status == NetworkStage.ENDED) {
                stage.restart(client);
                client.process().order(order);
                status = client.process().awaitEnd(END_S);
            }
            if (status != 0) {
                throw new FindingException(
                        "it has not come to its end: " + client.process().describe());
            }
        }
    }

    @Override
    public void close() {
        stage.close();
    }
}
