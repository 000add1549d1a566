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

    /** Made from {@link #SOURCE} record by record, when a workload has both. */
    static final String DERIVED = "derived";

    static final String SOURCE = "source";
    private static final long STEP_NS = 10_000_000;

    private final SplittableRandom random;
    private final UnaryOperator<Storage> between;
    private final List<TopicSpec> specs;
    private final List<PartitionHistory> histories = new ArrayList<>();
    private final List<PartitionHistory> sources = new ArrayList<>();
    private final List<PartitionHistory> derived = new ArrayList<>();

    private CrashImageStorage disk;
    private LogStore store;
    private int createdCount;
    private boolean hasProducer;
    private boolean isStopped;
    private long nowNs = STEP_NS;
    private long claimTimeoutNs = LogContext.DEFAULT_CLAIM_TIMEOUT_NS;

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
        final int longPercentage = random.nextInt(8) == 0 ? 60 : 10;
        for (final TopicSpec spec : specs) {
            for (int i = 0; i < spec.partitions(); i++) {
                final PartitionHistory history = new PartitionHistory(spec.name(), i, longPercentage);
                histories.add(history);
                if (spec.name().equals(SOURCE)) {
                    sources.add(history);
                } else if (spec.name().equals(DERIVED)) {
                    derived.add(history);
                }
            }
        }
    }

    /** Sets after what time an open claim may be revoked. */
    CrashWorkload claimTimeoutNs(final long newClaimTimeoutNs) {
        claimTimeoutNs = newClaimTimeoutNs;
        return this;
    }

    LogStore store() {
        return store;
    }

    List<PartitionHistory> histories() {
        return histories;
    }

    /** The partitions that derived records are made from. */
    List<PartitionHistory> sources() {
        return sources;
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
        store = LogStore.launch(context(between.apply(disk), nowNs).claimTimeoutNs(claimTimeoutNs));
        for (int i = 0; i < specs.size(); i++) {
            store.createTopic(specs.get(i));
            createdCount = isStopped ? createdCount : Math.max(createdCount, i + 1);
        }
        if (!derived.isEmpty()) {
            store.derives(SOURCE, DERIVED);
        }
        final int producerId = store.producerId(PRODUCER);
        hasProducer |= !isStopped;
        for (final PartitionHistory history : histories) {
            history.partition(store.topic(history.topic()).partition(history.index()), producerId);
        }
        for (int i = 0; i < sources.size(); i++) {
            sources.get(i).continueAfter(lastSource(i));
        }
    }

    /** Where the source record is that the last record of a derived partition was made from. */
    private long lastSource(final int sourcePartition) {
        long last = 0;
        for (final PartitionHistory history : derived) {
            for (final ExpectedRecord record : history.committed()) {
                if (record.sourcePosition() % ExpectedRecord.SOURCE_PARTITIONS == sourcePartition) {
                    last = Math.max(last, record.sourcePosition() - sourcePartition);
                }
            }
        }
        return last;
    }

    /** Does one random thing. */
    void step() {
        final int choice = random.nextInt(100);
        if (choice < 55) {
            final PartitionHistory history = histories.get(random.nextInt(histories.size()));
            if (!(derived.contains(history) ? derive(history) : history.step(random))) {
                invokeConductor();
            }
        } else if (choice < 79) {
            invokeConductor();
        } else if (choice < 80) {
            truncate(histories.get(random.nextInt(histories.size())));
        } else if (choice < 95) {
            disk.mark();
        } else if (choice < 98) {
            nowNs += 2_000_000_000L;
            invokeConductor();
        } else {
            store.forceNow();
        }
    }

    /** Removes some of a partition, unless that is still to be made into other records. */
    private void truncate(final PartitionHistory history) {
        if (!sources.contains(history)) {
            history.truncate(random);
        }
    }

    /** Makes records of a derived partition from the next ones of a source. */
    private boolean derive(final PartitionHistory target) {
        final int index = random.nextInt(sources.size());
        final PartitionHistory source = sources.get(index);
        for (int i = random.nextInt(6); i >= 0; i--) {
            final long position = source.nextToDerive();
            if (position < 0) {
                return true;
            }
            if (!target.append(random, position + index, random.nextBoolean())) {
                source.continueAfter(position - 1);
                return false;
            }
        }
        return true;
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

    /** Does as if the process had ended here: what the store still does and says is not heard any more. */
    void stop() {
        isStopped = true;
        histories.forEach(PartitionHistory::stop);
    }

    /** Leaves the store as a killed process does. */
    void forgetStore() {
        store = null;
        isStopped = false;
        histories.forEach(history -> history.partition(null, 0));
    }
}
