package io.millrace.operators.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.nio.file.Path;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointReaderTest {
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int SEGMENT_HEADER_LENGTH = 4096;
    private static final int BLOCK_RECORD_LENGTH =
            RecordDescriptor.HEADER_LENGTH + CheckpointDescriptor.BLOCK_BYTES_OFFSET + 4096;
    private static final int STATE_LENGTH = 48;
    private static final int KEYS = 64 * 200;

    @TempDir
    Path directory;

    /** A reader that reaches such an end goes on to the next segment by itself, and lets the mapping of this one go. */
    @Test
    void shouldKeepBlocksOfASegmentWhoseEndHasNoRoomForAHeader() {
        for (int room = 0; room < RecordDescriptor.HEADER_LENGTH; room += RecordDescriptor.ALIGNMENT) {
            final Path home = directory.resolve("room-" + room);
            try (LogStore store = LogStore.launch(new LogContext().directory(home));
                    StateMemory memory = new StateMemory(new MemoryBudget("test", 1L << 24))) {
                store.createTopic(TopicSpec.named("checkpoints").segmentLength(SEGMENT_LENGTH));
                final LogPartition partition = store.topic("checkpoints").partition(0);
                write(memory, partition, room);

                final KeyedTable restored = new KeyedTable(memory, "restored", STATE_LENGTH);
                final CheckpointCatalog catalog = CheckpointCatalog.of(partition);
                final List<CheckpointEntry> chain =
                        catalog.chainOf(catalog.entries().get(0));
                try (CheckpointReader reader = new CheckpointReader(partition, chain)) {
                    assertThat(reader.read()).isNull();
                    restored.restore(StateReader.checkpoint(
                            reader.frame(), 0, reader.frame().capacity(), reader.blocks()));
                }

                assertThat(restored.size()).isEqualTo(KEYS);
                for (long key = 0; key < KEYS; key++) {
                    final long entry = restored.findLong(key);
                    assertThat(restored.buffer(entry).getLong(restored.stateOffset(entry)))
                            .isEqualTo(-key);
                }
            }
        }
    }

    /** The first segment ends with so much room: its frame is as long as that takes. */
    private static void write(final StateMemory memory, final LogPartition partition, final int room) {
        final KeyedTable table = new KeyedTable(memory, "written", STATE_LENGTH);
        for (long key = 0; key < KEYS; key++) {
            final long entry = table.findOrAddLong(key);
            table.buffer(entry).putLong(table.stateOffset(entry), -key);
        }
        final CheckpointWriter writer = new CheckpointWriter(partition, YieldingIdleStrategy.INSTANCE);
        final ExpandableArrayBuffer frame = new ExpandableArrayBuffer();
        memory.beginCheckpoint(writer, true);
        table.snapshot(StateWriter.checkpoint(frame, 0));
        final int left = SEGMENT_LENGTH
                - SEGMENT_HEADER_LENGTH
                - room
                - RecordDescriptor.HEADER_LENGTH
                - CheckpointDescriptor.BEGIN_LENGTH;
        final int frameLength =
                left % BLOCK_RECORD_LENGTH - RecordDescriptor.HEADER_LENGTH - CheckpointDescriptor.FRAME_BYTES_OFFSET;
        frame.checkLimit(frameLength);
        writer.begin(1, 1, 0, frame, frameLength);
        memory.copyBlocks(Integer.MAX_VALUE);
        assertThat(writer.end()).isNotNull();
        assertThat(partition.tailPosition()).isGreaterThan(10L * SEGMENT_LENGTH);
        table.close();
    }
}
