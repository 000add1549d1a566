package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An appender that fills segments faster than anything else happens, against the conductor that prepares them. */
class RollStressTest {
    private static final int ROLLS = 500;
    private static final int RECORDS_PER_SEGMENT = 4;
    private static final int VALUE_LENGTH = 14_000;

    @TempDir
    private Path directory;

    @Test
    @Timeout(60)
    void shouldReadBackEveryRecordWhenEachFewRecordsFillASegment() {
        final int records = ROLLS * RECORDS_PER_SEGMENT;
        final UnsafeBuffer value = new UnsafeBuffer(new byte[VALUE_LENGTH]);
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final LogAppender appender = partition.appender();
            for (int i = 0; i < records; i++) {
                final long eventTimeNs = i;
                Records.untilAccepted(
                        () -> appender.append(RecordKind.DATA, eventTimeNs, null, 0, 0, value, 0, VALUE_LENGTH));
            }

            final long[] next = {0};
            try (LogReader reader = partition.reader()) {
                while (reader.poll(record -> assertThat(record.eventTimeNs()).isEqualTo(next[0]++), 100) > 0) {
                    // Read on to the end.
                }
            }
            assertThat(next[0]).isEqualTo(records);
        }
    }
}
