package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who takes the mapping of a segment away: not the appender that leaves it. */
class SegmentUnmappingTest {
    private static final int VALUE_LENGTH = 14_000;
    private static final int OLD_SEGMENTS = 6;
    private static final long FIRST_NS = 1_000_000_000_000L;

    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[VALUE_LENGTH]);
    private long nowNs = FIRST_NS;

    @Test
    void shouldLeaveItToTheConductorToUnmapWhatAnAppenderLeaves() {
        final LogAppender appender;
        try (LogStore store =
                LogStore.launch(Records.context(directory).storage(storage).invoked(true))) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            appender = partition.appender();
            for (int i = 0; i < OLD_SEGMENTS; i++) {
                fillSegment(appender);
                work(store);
            }
            fillSegment(appender);
            work(store);
            forgetTheActiveSegment(partition);

            final int unmapped = storage.unmapCount();
            fillSegment(appender);
            assertThat(storage.unmapCount()).as("after the roll").isEqualTo(unmapped);

            work(store);
            assertThat(storage.unmapCount()).as("after the conductor's work").isGreaterThan(unmapped);
        }
        // Its next append tells an appender that the store is closed, and it lets go of its segment.
        fillSegment(appender);
        assertThat(storage.unmapCount()).as("when the store is closed").isEqualTo(storage.mapCount());
    }

    /** The partition keeps a few segments mapped for readers, those that were entered last. */
    private static void forgetTheActiveSegment(final LogPartition partition) {
        try (LogReader reader = partition.reader()) {
            final long end = partition.segmentPositions().get(OLD_SEGMENTS - 1);
            while (reader.poll(record -> {}, Integer.MAX_VALUE, end) > 0) {
                // On to the end.
            }
        }
    }

    private void fillSegment(final LogAppender appender) {
        while (appender.append(RecordKind.DATA, 0, null, 0, 0, value, 0, VALUE_LENGTH) >= 0) {
            // On until the next segment is needed, and is not prepared.
        }
    }

    private void work(final LogStore store) {
        while (store.invokeConductor(nowNs++) > 0) {
            // On until there is nothing to do.
        }
    }
}
