package io.millrace.operators.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordHandler;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointReaderTest {
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int LONG_SEGMENT_LENGTH = 1 << 21;
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

    /** Also in the middle of a long segment, of a record that lies across a multiple of 64 KiB, and of one of a few bytes. */
    @Test
    void shouldNoticeAByteThatHasChangedWhereverItIs() throws IOException {
        final LogContext context = new LogContext().directory(directory);
        final List<Long> places = new ArrayList<>();
        try (LogStore store = LogStore.launch(context);
                StateMemory memory = new StateMemory(new MemoryBudget("test", 1L << 24))) {
            store.createTopic(TopicSpec.named("checkpoints").segmentLength(LONG_SEGMENT_LENGTH));
            final LogPartition partition = store.topic("checkpoints").partition(0);
            write(memory, partition, 0);
            addPlaces(partition, places);
        }
        final Path file = directory.resolve("topics/checkpoints/0/00000000000000000000.seg");
        for (final long place : places) {
            change(file, place);
            try (LogStore store = LogStore.openReadOnly(context)) {
                final LogPartition partition = store.topic("checkpoints").partition(0);
                final CheckpointCatalog catalog = CheckpointCatalog.of(partition);
                assertThat(catalog.damageBehindNewest() >= 0 || isDamaged(partition, catalog))
                        .as("position %d", place)
                        .isTrue();
            }
            change(file, place);
        }
    }

    /** A checkpoint without an end was never finished, and nobody would tell of it. */
    @Test
    void shouldNoticeAnEndThatLooksLikeSomethingElse() throws IOException {
        final LogContext context = new LogContext().directory(directory);
        final long end;
        try (LogStore store = LogStore.launch(context);
                StateMemory memory = new StateMemory(new MemoryBudget("test", 1L << 24))) {
            store.createTopic(TopicSpec.named("checkpoints").segmentLength(LONG_SEGMENT_LENGTH));
            final LogPartition partition = store.topic("checkpoints").partition(0);
            write(memory, partition, 0);
            end = partition.tailPosition() - CheckpointDescriptor.END_LENGTH;
        }
        final Path file = directory.resolve("topics/checkpoints/0/00000000000000000000.seg");
        for (final byte kind : new byte[] {CheckpointDescriptor.FRAME, CheckpointDescriptor.BLOCK}) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.seek(end + CheckpointDescriptor.KIND_OFFSET);
                bytes.write(kind);
            }
            try (LogStore store = LogStore.openReadOnly(context)) {
                assertThat(CheckpointCatalog.of(store.topic("checkpoints").partition(0))
                                .damageBehindNewest())
                        .as("kind %d", kind)
                        .isEqualTo(end - RecordDescriptor.HEADER_LENGTH);
            }
        }
    }

    private static boolean isDamaged(final LogPartition partition, final CheckpointCatalog catalog) {
        try (CheckpointReader reader = new CheckpointReader(
                partition, catalog.chainOf(catalog.entries().get(0)))) {
            return reader.read() != null;
        }
    }

    /** Two in the value of each record: one that is further on from record to record, and the last. */
    private static void addPlaces(final LogPartition partition, final List<Long> places) {
        try (LogReader reader = partition.reader()) {
            final RecordHandler add = record -> {
                final int offset = places.size() * 7 % record.valueLength();
                places.add(record.position() + RecordDescriptor.HEADER_LENGTH + offset);
                places.add(record.position() + RecordDescriptor.HEADER_LENGTH + record.valueLength() - 1);
            };
            while (reader.poll(add, 100) > 0) {
                continue;
            }
        }
        assertThat(places).hasSizeGreaterThan(2 * 100);
    }

    private static void change(final Path file, final long offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            final int before = bytes.read();
            bytes.seek(offset);
            bytes.write(before ^ 0x40);
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
