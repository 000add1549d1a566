package io.millrace.log;

import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Random work on a store in memory, all of it on one thread, and what the store must hold because of it. A workload may
 * go on from an image of its disk, as a machine does that was switched on again.
 */
final class CrashWorkload {
    static final Path DIRECTORY = Path.of("/data/store");
    static final String PRODUCER = "a producer";
    private static final long STEP_NS = 10_000_000;

    private final SplittableRandom random;
    private final UnaryOperator<Storage> between;
    private final List<TopicSpec> specs;
    private final List<PartitionHistory> histories = new ArrayList<>();

    private CrashImageStorage disk;
    private LogStore store;
    private int createdCount;
    private boolean hasProducer;
    private long nowNs = STEP_NS;

    /**
     * Creates a workload that has not begun.
     *
     * @param random  decides what it does.
     * @param specs   of the topics, in the order of their creation.
     * @param between makes the storage that the store sees of the disk.
     */
    CrashWorkload(final SplittableRandom random, final List<TopicSpec> specs, final UnaryOperator<Storage> between) {
        this.random = random;
        this.specs = specs;
        this.between = between;
        for (final TopicSpec spec : specs) {
            for (int i = 0; i < spec.partitions(); i++) {
                histories.add(new PartitionHistory(spec.name(), i));
            }
        }
    }

    CrashImageStorage disk() {
        return disk;
    }

    LogStore store() {
        return store;
    }

    List<PartitionHistory> histories() {
        return histories;
    }

    /** Whether the creation of a topic has ended well, so that it must be there after any crash. */
    boolean isCreated(final String topic) {
        for (int i = 0; i < createdCount; i++) {
            if (specs.get(i).name().equals(topic)) {
                return true;
            }
        }
        return false;
    }

    boolean hasProducer() {
        return hasProducer;
    }

    static LogContext context(final Storage storage, final long startNs) {
        final long[] timeNs = {startNs};
        return Records.context(DIRECTORY).storage(storage).invoked(true).clock(() -> timeNs[0] += 1_000);
    }

    /** Opens the store on a disk, creates what is missing, and takes the partitions. */
    void open(final CrashImageStorage newDisk) {
        disk = newDisk;
        nowNs += STEP_NS;
        store = LogStore.launch(context(between.apply(disk), nowNs));
        createdCount = 0;
        for (final TopicSpec spec : specs) {
            store.createTopic(spec);
            createdCount++;
        }
        final int producerId = store.producerId(PRODUCER);
        hasProducer = true;
        for (final PartitionHistory history : histories) {
            history.partition(store.topic(history.topic()).partition(history.index()), producerId);
        }
    }

    /** Does one random thing. */
    void step() {
        final int choice = random.nextInt(100);
        if (choice < 60) {
            if (!histories.get(random.nextInt(histories.size())).step(random)) {
                invokeConductor();
            }
        } else if (choice < 85) {
            invokeConductor();
        } else {
            disk.mark();
        }
    }

    void invokeConductor() {
        nowNs += STEP_NS;
        store.invokeConductor(nowNs);
    }

    /** Closes the store in good order. */
    void close() {
        histories.forEach(history -> history.finishClaim(random.nextBoolean()));
        store.close();
        forgetStore();
    }

    /** Leaves the store as a killed process does. */
    void forgetStore() {
        store = null;
        histories.forEach(history -> history.partition(null, 0));
    }
}
