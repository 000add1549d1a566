package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.CrashFinding.Kind;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.storage.CrashImageStorage;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Opens the store on a disk that a crash has left and compares it with what must be there: of each partition the first
 * records that were committed, none of them altered or left out, at least those that the crash must not take; whole
 * batches; and no derived record without the one that it was made from. Then it appends.
 */
final class CrashCheck {
    private static final long START_NS = 1_000_000_000_000_000L;
    private static final int EXTRA_COUNT = 2;
    private static final long EXTRA_NUMBER = 1_000_000;

    private final CrashWorkload workload;
    private final List<PartitionHistory> histories;
    private final ExpectedRecord[][] committed;
    private final long[] lastBegins;
    private final int[] requiredCounts;
    private final int[] keptCounts;
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[1024]);
    private LogStore store;

    private CrashCheck(final CrashWorkload workload, final ExpectedRecord[][] committed) {
        this.workload = workload;
        this.histories = workload.histories();
        this.committed = committed;
        this.lastBegins =
                histories.stream().mapToLong(PartitionHistory::beginPosition).toArray();
        this.requiredCounts = new int[committed.length];
        this.keptCounts = new int[committed.length];
    }

    /** Expects what was committed up to now; of it, all must be there. */
    static CrashCheck ofAll(final CrashWorkload workload) {
        return new CrashCheck(workload, committed(workload)).requireAll();
    }

    /** Expects everything to be there, as after a crash of the process. */
    CrashCheck requireAll() {
        for (int i = 0; i < committed.length; i++) {
            requiredCounts[i] = committed[i].length;
        }
        return this;
    }

    /** Expects what was committed up to now; of it, what the store said to be durable must be there. */
    static CrashCheck ofDurable(final CrashWorkload workload) {
        final CrashCheck check = new CrashCheck(workload, committed(workload));
        for (int i = 0; i < check.committed.length; i++) {
            check.requireBefore(i, check.histories.get(i).durablePosition());
        }
        return check;
    }

    private static ExpectedRecord[][] committed(final CrashWorkload workload) {
        return workload.histories().stream().map(PartitionHistory::committed).toArray(ExpectedRecord[][]::new);
    }

    private void requireBefore(final int index, final long position) {
        int count = 0;
        while (count < committed[index].length && committed[index][count].position() < position) {
            count++;
        }
        requiredCounts[index] = count;
    }

    /** How many of the records of each history were there. */
    int[] keptCounts() {
        return keptCounts;
    }

    /**
     * Opens the store on a disk; returns what to expect after the next crash.
     *
     * @throws CrashFinding if the store is not what it must be.
     */
    CrashCheck check(final CrashImageStorage image, final SplittableRandom random) {
        try {
            return openAndCheck(image, random);
        } catch (final MillraceException ex) {
            if (ex.code() == ErrorCode.CORRUPT) {
                throw new CrashFinding(Kind.DAMAGED, ex.getMessage(), ex);
            }
            throw ex;
        }
    }

    private CrashCheck openAndCheck(final CrashImageStorage image, final SplittableRandom random) {
        store = LogStore.launch(CrashWorkload.context(image, START_NS));
        checkNames();
        for (int i = 0; i < committed.length; i++) {
            final PartitionHistory history = histories.get(i);
            final boolean exists = store.hasTopic(history.topic());
            if (!exists && workload.isCreated(history.topic())) {
                throw new CrashFinding(Kind.LOST, "a topic: " + history);
            }
            keptCounts[i] = exists ? read(history, i) : 0;
            checkKept(history, i);
        }
        checkSources();
        return appendAndRead(random);
    }

    private void checkNames() {
        if (workload.hasProducer() && !store.producerNames().equals(List.of(CrashWorkload.PRODUCER))) {
            throw new CrashFinding(
                    store.producerNames().isEmpty() ? Kind.LOST : Kind.ALTERED,
                    "the name of the producer: " + store.producerNames());
        }
    }

    private LogPartition partition(final PartitionHistory history) {
        return store.topic(history.topic()).partition(history.index());
    }

    /** Reads a whole partition; returns how many of the committed records are there, or were removed on purpose. */
    private int read(final PartitionHistory history, final int index) {
        final long begin = partition(history).beginPosition();
        if (begin > Math.max(lastBegins[index], SegmentDescriptor.HEADER_LENGTH)) {
            throw new CrashFinding(Kind.LOST, "the beginning: " + history + " begin=" + begin);
        }
        final PartitionReading reading = new PartitionReading(committed[index]);
        while (reading.count < committed[index].length && committed[index][reading.count].position() < begin) {
            reading.count++;
        }
        try (LogReader reader = partition(history).reader()) {
            reading.readAll(reader);
        }
        return reading.count;
    }

    private void checkKept(final PartitionHistory history, final int index) {
        final int count = keptCounts[index];
        if (count < requiredCounts[index]) {
            throw new CrashFinding(Kind.LOST, "a record: " + history + ' ' + committed[index][count]);
        }
        if (count > 0 && committed[index][count - 1].isContinued()) {
            throw new CrashFinding(Kind.BATCH_CUT, history + " " + committed[index][count - 1]);
        }
        if (store.hasTopic(history.topic()) && workload.hasProducer()) {
            long lastSequence = -1;
            for (int i = 0; i < count; i++) {
                lastSequence = committed[index][i].producerId() == 0 ? lastSequence : committed[index][i].sequence();
            }
            try (ProducerAppender producer = partition(history).producer(1)) {
                if (producer.lastSequence() != lastSequence) {
                    throw new CrashFinding(
                            Kind.ALTERED,
                            "the last sequence of the producer: " + history + " expected=" + lastSequence + " actual="
                                    + producer.lastSequence());
                }
            }
        }
    }

    private void checkSources() {
        for (int i = 0; i < committed.length; i++) {
            for (int k = 0; k < keptCounts[i]; k++) {
                final long source = committed[i][k].sourcePosition();
                if (source != ExpectedRecord.NO_SOURCE && !isKept(source)) {
                    throw new CrashFinding(Kind.WITHOUT_SOURCE, committed[i][k].toString());
                }
            }
        }
    }

    private boolean isKept(final long source) {
        final int partition = (int) (source % ExpectedRecord.SOURCE_PARTITIONS);
        final int index = histories.indexOf(workload.sources().get(partition));
        final int count = keptCounts[index];
        return count > 0 && committed[index][count - 1].position() >= source - partition;
    }

    /** Appends to each partition and finds what was appended behind what was kept. */
    private CrashCheck appendAndRead(final SplittableRandom random) {
        final CrashCheck next = new CrashCheck(workload, new ExpectedRecord[committed.length][]);
        for (int i = 0; i < committed.length; i++) {
            final PartitionHistory history = histories.get(i);
            next.committed[i] = Arrays.copyOf(committed[i], keptCounts[i]);
            if (store.hasTopic(history.topic())) {
                final ExpectedRecord[] extra = append(partition(history), random);
                try (LogReader reader = partition(history).reader()) {
                    reader.seek(extra[0].position());
                    final PartitionReading reading = new PartitionReading(extra);
                    reading.readAll(reader);
                    if (reading.count < EXTRA_COUNT) {
                        throw new CrashFinding(Kind.LOST, "a record appended after recovery: " + extra[reading.count]);
                    }
                }
                next.committed[i] = Arrays.copyOf(committed[i], keptCounts[i] + EXTRA_COUNT);
                System.arraycopy(extra, 0, next.committed[i], keptCounts[i], EXTRA_COUNT);
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            store.invokeConductor(START_NS + i);
        }
        if (random.nextInt(4) == 0) {
            store.forceNow();
        }
        for (int i = 0; i < committed.length; i++) {
            final PartitionHistory history = histories.get(i);
            if (store.hasTopic(history.topic())) {
                next.requireBefore(i, partition(history).durablePosition());
                next.lastBegins[i] = partition(history).beginPosition();
            }
        }
        return next;
    }

    private ExpectedRecord[] append(final LogPartition partition, final SplittableRandom random) {
        final LogAppender appender = partition.appender();
        final ExpectedRecord[] extra = new ExpectedRecord[EXTRA_COUNT];
        for (int i = 0; i < EXTRA_COUNT; i++) {
            final long number = EXTRA_NUMBER + i;
            final int valueLength = ExpectedRecord.MIN_VALUE_LENGTH + random.nextInt(500);
            ExpectedRecord.fill(bytes, 0, 0, valueLength, number, ExpectedRecord.NO_SOURCE);
            long position = -1;
            for (int attempt = 0; position < 0 && attempt < 10; attempt++) {
                position = appender.append(RecordKind.DATA, number, null, 0, 0, bytes, 0, valueLength);
                if (position < 0) {
                    store.invokeConductor(START_NS + attempt * 1_000_000_000L);
                }
            }
            assertThat(position).as("position of an append after recovery").isPositive();
            extra[i] = new ExpectedRecord(position, number, 0, valueLength, ExpectedRecord.NO_SOURCE, 0, 0).committed();
        }
        return extra;
    }

    /** One pass over the records of a partition. */
    private static final class PartitionReading {
        private final ExpectedRecord[] expected;
        private int count;

        PartitionReading(final ExpectedRecord[] expected) {
            this.expected = expected;
        }

        void readAll(final LogReader reader) {
            while (reader.poll(this::onRecord, Integer.MAX_VALUE) > 0) {
                continue;
            }
        }

        private void onRecord(final RecordFlyweight record) {
            if (count == expected.length) {
                throw new CrashFinding(Kind.NEVER_COMMITTED, record.toString());
            }
            if (!expected[count].isSame(record)) {
                throw new CrashFinding(Kind.ALTERED, "a record: expected=" + expected[count] + " actual=" + record);
            }
            count++;
        }
    }
}
