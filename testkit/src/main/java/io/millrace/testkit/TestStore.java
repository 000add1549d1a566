package io.millrace.testkit;

import io.millrace.log.LogAppender;
import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.record.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** A store in a temporary directory, under a virtual clock. Used by one thread. */
final class TestStore implements AutoCloseable {
    private static final int POLL_LIMIT = 1024;

    private final Path directory;
    private final VirtualClock clock;
    private final int segmentLength;
    private final LogStore store;
    private final Map<String, LogAppender> appenders = new HashMap<>();

    private TestStore(final Path directory, final VirtualClock clock, final int segmentLength) {
        this.directory = directory;
        this.clock = clock;
        this.segmentLength = segmentLength;
        this.store = LogStore.launch(new LogContext()
                .directory(directory)
                .storage(new UnforcedStorage())
                .clock(clock)
                .segmentLength(segmentLength));
    }

    static TestStore create(final VirtualClock clock, final int segmentLength) {
        return open(Directories.create(), clock, segmentLength);
    }

    private static TestStore open(final Path directory, final VirtualClock clock, final int segmentLength) {
        try {
            return new TestStore(directory, clock, segmentLength);
        } catch (final RuntimeException e) {
            Directories.delete(directory);
            throw e;
        }
    }

    /** The store as a killed process would have left it at this moment, opened anew. This one goes on beside it. */
    TestStore crashImage() {
        return open(Directories.copy(directory), clock, segmentLength);
    }

    LogStore log() {
        return store;
    }

    VirtualClock clock() {
        return clock;
    }

    int segmentLength() {
        return segmentLength;
    }

    long append(
            final String topic,
            final int partition,
            final byte kind,
            final long eventTimeNs,
            final byte[] key,
            final byte[] value) {
        final LogAppender appender = appenders.computeIfAbsent(
                topic + '/' + partition,
                name -> store.topic(topic).partition(partition).appender());
        long outcome;
        do {
            outcome = appender.append(
                    kind, eventTimeNs, new UnsafeBuffer(key), 0, key.length, new UnsafeBuffer(value), 0, value.length);
        } while (isBackPressured(outcome));
        if (outcome < 0) {
            throw new IllegalArgumentException("cannot append to the test's log: topic=" + topic + " partition="
                    + partition + " key=" + key.length + " bytes value=" + value.length + " bytes outcome="
                    + Outcome.name(outcome)
                    + (outcome == Outcome.RECORD_TOO_LONG ? "; give the driver a larger segmentLength" : ""));
        }
        return outcome;
    }

    static boolean isBackPressured(final long outcome) {
        if (outcome == Outcome.BACK_PRESSURED) {
            Thread.onSpinWait();
            return true;
        }
        return false;
    }

    /** All records from a position on, as they lie there; hidden kinds are left out. */
    List<RawRecord> read(final String topic, final int partition, final long fromPosition) {
        final List<RawRecord> records = new ArrayList<>();
        try (LogReader reader = store.topic(topic).partition(partition).reader()) {
            if (fromPosition > 0) {
                reader.seek(fromPosition);
            }
            while (reader.poll(record -> records.add(RawRecord.of(record)), POLL_LIMIT) > 0) {
                // On to the end.
            }
        }
        return records;
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            Directories.delete(directory);
        }
    }
}
