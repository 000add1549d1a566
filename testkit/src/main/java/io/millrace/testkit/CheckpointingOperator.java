package io.millrace.testkit;

import io.millrace.operators.core.Operator;
import io.millrace.operators.state.RestoredBlocks;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Runs an operator of which checkpoints are taken, one after the other: a full one and then those of what was changed, each
 * copied block by block while the operator goes on. When one is complete, an operator that is restored from it has to be what
 * this one was when the checkpoint began, to the byte: a change of which the table was not told shows. From some of them the
 * operator itself is restored.
 *
 * <p>Each copy takes twice as many blocks as the one before it, so a checkpoint ends after a few calls however much there is to
 * copy. In many calls, others would tell the table of the same block, and what was not told would not show.
 */
final class CheckpointingOperator<I> extends RestoringOperator<I> {
    /** Calls between two blocks differ, so that changes come before, between and behind them. */
    private static final int MAX_QUIET_CALLS = 3;

    private static final int CHECKPOINTS_OF_A_GENERATION = 5;
    private static final int CHECKPOINTS_OF_A_LIFE = 12;

    private final String name;
    private RestoredBlocks blocks;
    private DirectBuffer frame;
    private byte[] expected;
    private int checkpoints;
    private int quietCalls;
    private int blocksAtOnce;

    CheckpointingOperator(
            final String name,
            final Supplier<StateMemory> memories,
            final Function<StateMemory, Operator<I>> maker,
            final StateMemory memory,
            final Operator<I> operator) {
        super(memories, maker, memory, operator);
        this.name = name;
    }

    @Override
    void afterCall() {
        if (frame == null) {
            begin();
            if (checkpoints % CHECKPOINTS_OF_A_LIFE == 0) {
                memory().copyBlocks(Integer.MAX_VALUE);
                check();
                replace(reader());
                end();
            }
        } else if (--quietCalls < 0) {
            quietCalls = checkpoints % MAX_QUIET_CALLS;
            memory().copyBlocks(blocksAtOnce);
            blocksAtOnce *= 2;
            if (!memory().hasPendingBlocks()) {
                check();
                end();
            }
        }
    }

    private void begin() {
        final boolean isFull = memory().mustBeFull() || checkpoints % CHECKPOINTS_OF_A_GENERATION == 0;
        if (isFull) {
            blocks = new RestoredBlocks(false);
        }
        checkpoints++;
        blocksAtOnce = 1;
        expected = bytes();
        memory().beginCheckpoint(blocks::put, isFull);
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = StateWriter.checkpoint(buffer, 0);
        snapshot(writer);
        frame = new UnsafeBuffer(buffer, 0, writer.length());
    }

    private StateReader reader() {
        return StateReader.checkpoint(frame, 0, frame.capacity(), blocks);
    }

    private void check() {
        final byte[] actual = readAndWrite(reader());
        final int difference = Arrays.mismatch(expected, actual);
        if (difference >= 0) {
            throw new AssertionError("operator " + name + " is not restored to what it was when checkpoint "
                    + checkpoints + " began: its state differs at byte " + difference + " of " + expected.length
                    + "; was an entry of a table written without KeyedTable.change?");
        }
    }

    private void end() {
        frame = null;
        expected = null;
    }
}
