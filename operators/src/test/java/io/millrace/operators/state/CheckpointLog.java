package io.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Holds the blocks of a generation of checkpoints as a log would, in the order in which they came. */
final class CheckpointLog implements BlockSink {
    private final List<Block> blocks = new ArrayList<>();
    private final Set<String> ofThisCheckpoint = new HashSet<>();

    private record Block(long table, int page, int block, byte[] bytes) {}

    /** Begins a checkpoint and lets the state write itself. Returns what it wrote. */
    UnsafeBuffer begin(final StateMemory memory, final boolean full, final Stateful state) {
        if (full) {
            blocks.clear();
        }
        ofThisCheckpoint.clear();
        memory.beginCheckpoint(this, full);
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = StateWriter.checkpoint(buffer, 0);
        state.snapshot(writer);
        assertThat(memory.blocksCopied()).isZero();
        return new UnsafeBuffer(buffer, 0, writer.length());
    }

    @Override
    public void onBlock(
            final long table,
            final int page,
            final int block,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        assertThat(length).isBetween(1, BLOCK_LENGTH);
        assertThat(offset % Long.BYTES).isZero();
        assertThat(ofThisCheckpoint.add(table + "/" + page + "/" + block))
                .as("block " + block + " of page " + page + " comes once")
                .isTrue();
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        blocks.add(new Block(table, page, block, bytes));
    }

    int blocksOfThisCheckpoint() {
        return ofThisCheckpoint.size();
    }

    StateReader reader(final UnsafeBuffer frame, final boolean keepsReferences) {
        return StateReader.checkpoint(frame, 0, frame.capacity(), blocks(Integer.MAX_VALUE, keepsReferences));
    }

    /** The first blocks, up to so many. */
    RestoredBlocks blocks(final int limit, final boolean keepsReferences) {
        final RestoredBlocks restored = new RestoredBlocks(keepsReferences);
        final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        final UnsafeBuffer reused = new UnsafeBuffer(new byte[8 + BLOCK_LENGTH]);
        for (final Block block : blocks.subList(0, Math.min(limit, blocks.size()))) {
            if (keepsReferences) {
                view.wrap(block.bytes);
                restored.put(block.table, block.page, block.block, view, 0, block.bytes.length);
            } else {
                reused.putBytes(8, block.bytes);
                restored.put(block.table, block.page, block.block, reused, 8, block.bytes.length);
            }
        }
        return restored;
    }
}
