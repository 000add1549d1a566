package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.CrashImageStorage;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Opens the store on a disk that a crash has left and compares it with what must be there: of each partition the first
 * records that were committed, none of them altered or left out, at least those that the crash must not take. Then it
 * works on, and crashes again.
 */
final class CrashCheck {
    private static final long START_NS = 1_000_000_000_000_000L;
    private static final int EXTRA_COUNT = 2;

    private final CrashWorkload workload;
    private final List<PartitionHistory> histories;
    private final ExpectedRecord[][] committed;
    private final int[] requiredCounts;
    private final int[] keptCounts;
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[1024]);

    /** Takes what was committed up to now. */
    CrashCheck(final CrashWorkload workload) {
        this.workload = workload;
        this.histories = workload.histories();
        this.committed = new ExpectedRecord[histories.size()][];
        for (int i = 0; i < committed.length; i++) {
            committed[i] = histories.get(i).committed();
        }
        this.requiredCounts = new int[committed.length];
        this.keptCounts = new int[committed.length];
    }

    /** All that was committed must be there. */
    CrashCheck requireAll() {
        for (int i = 0; i < committed.length; i++) {
            requiredCounts[i] = committed[i].length;
        }
        return this;
    }

    /** How many of the records of each history were there. */
    int[] keptCounts() {
        return keptCounts;
    }

    /** Opens the store on a disk and fails if it is not what it must be. */
    void check(final CrashImageStorage image, final SplittableRandom random) {
        final LogStore store = LogStore.launch(CrashWorkload.context(image, START_NS));
        checkNames(store);
        for (int i = 0; i < committed.length; i++) {
            final PartitionHistory history = histories.get(i);
            final boolean exists = store.hasTopic(history.topic());
            assertThat(exists || !workload.isCreated(history.topic()))
                    .as("topic %s is lost", history.topic())
                    .isTrue();
            keptCounts[i] = exists ? read(store, history, i) : 0;
            if (keptCounts[i] < requiredCounts[i]) {
                throw new AssertionError("a record is lost: " + history + " " + committed[i][keptCounts[i]]);
            }
        }
        appendAndRead(store, random);
    }

    private void checkNames(final LogStore store) {
        if (workload.hasProducer()) {
            assertThat(store.producerNames()).containsExactly(CrashWorkload.PRODUCER);
        }
    }

    private static LogPartition partition(final LogStore store, final PartitionHistory history) {
        return store.topic(history.topic()).partition(history.index());
    }

    /** Reads a whole partition; returns how many of the committed records are there. */
    private int read(final LogStore store, final PartitionHistory history, final int index) {
        final PartitionReading reading = new PartitionReading(committed[index]);
        try (LogReader reader = partition(store, history).reader()) {
            reading.readAll(reader);
        }
        return reading.count;
    }

    /** Appends to each partition and finds what was appended behind what was kept. */
    private void appendAndRead(final LogStore store, final SplittableRandom random) {
        for (int i = 0; i < committed.length; i++) {
            final PartitionHistory history = histories.get(i);
            if (store.hasTopic(history.topic())) {
                final LogPartition partition = partition(store, history);
                final ExpectedRecord[] extra = new ExpectedRecord[EXTRA_COUNT];
                final LogAppender appender = partition.appender();
                for (int k = 0; k < EXTRA_COUNT; k++) {
                    extra[k] = append(store, appender, 1_000_000 + k, random);
                }
                try (LogReader reader = partition.reader()) {
                    reader.seek(extra[0].position());
                    final PartitionReading reading = new PartitionReading(extra);
                    reading.readAll(reader);
                    assertThat(reading.count).isEqualTo(EXTRA_COUNT);
                }
            }
        }
    }

    private ExpectedRecord append(
            final LogStore store, final LogAppender appender, final long number, final SplittableRandom random) {
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
        return new ExpectedRecord(position, number, 0, valueLength, ExpectedRecord.NO_SOURCE, 0, 0).committed();
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
                throw new AssertionError("a record that was never committed: " + record);
            }
            expected[count].check(record);
            count++;
        }
    }
}
