package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose background work is done by the caller. */
class InvokedStoreTest {
    private static final long FAR_NS = 1_000_000_000_000L;

    @TempDir
    private Path directory;

    @Test
    void shouldPrepareTheNextSegmentOnlyWhenInvoked() {
        try (LogStore store = LogStore.launch(Records.context(directory).invoked(true))) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final LogAppender appender = partition.appender();
            appender.append(RecordKind.DATA, 0, null, 0, 0, new UnsafeBuffer(new byte[8]), 0, 8);
            assertThat(partition.segmentPositions()).hasSize(1);

            assertThat(store.invokeConductor(FAR_NS)).isPositive();

            assertThat(partition.segmentPositions()).hasSize(2);
        }
    }

    @Test
    void shouldSayOnceThatARecordWasDamagedUnderIt() throws IOException {
        final List<String> lines = new ArrayList<>();
        try (LogStore store = LogStore.launch(Records.context(directory).invoked(true))) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final long position = Records.append(partition.appender(), "a");
            try (RandomAccessFile file = new RandomAccessFile(
                    directory.resolve("topics/t/0/00000000000000000000.seg").toFile(), "rw")) {
                file.seek(position);
                file.writeInt(Integer.reverseBytes(Integer.MAX_VALUE));
            }

            Records.listening(LogConductor.class, lines, () -> {
                for (int i = 0; i < 5; i++) {
                    store.invokeConductor(FAR_NS + i);
                }
                return store;
            });
        }

        assertThat(lines).hasSize(1).allMatch(line -> line.startsWith("the conductor failed, trying again and again"));
    }

    @Test
    void shouldRefuseToBeInvokedWhenItHasAThread() {
        try (LogStore store = LogStore.launch(Records.context(directory))) {
            assertThatThrownBy(() -> store.invokeConductor(FAR_NS)).isInstanceOf(IllegalStateException.class);
        }
    }
}
