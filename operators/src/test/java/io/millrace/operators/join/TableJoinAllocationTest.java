package io.millrace.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.output.FunctionKeyWriter;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.lang.management.ManagementFactory;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Joins of tables allocate nothing for a change, whatever it does. */
class TableJoinAllocationTest {
    private static final int KEYS = 1_000;
    private static final int FOREIGN_KEYS = 100;
    private static final int CHANGES = 300_000;
    private static final int MEASURED_ROUNDS = 6;
    private static final int WARM_UP_ROUNDS = 5;
    private static final FailureHandler FAILURES = (context, cause) -> {
        throw new AssertionError(cause);
    };

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final StateMemory memory = new StateMemory(new MemoryBudget("test", Long.MAX_VALUE));
    private final RecordContext context = new RecordContext();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[2 * Long.BYTES]);
    private final UnsafeBuffer before = new UnsafeBuffer(new byte[2 * Long.BYTES]);
    private final UnsafeBuffer foreignKey = new UnsafeBuffer(value, Long.BYTES, Long.BYTES);
    private final UnsafeBuffer keyBefore = new UnsafeBuffer(before, Long.BYTES, Long.BYTES);
    private final Change<DirectBuffer> change = new Change<>();
    private final long[] lefts = new long[KEYS];
    private final Counter counter = new Counter();
    private long made;

    @AfterEach
    void free() {
        memory.close();
    }

    @Test
    void shouldAllocateNothingForAJoinByTheKeyOfBoth() {
        final TableJoinOperator<DirectBuffer, DirectBuffer> join = new TableJoinOperator<>(
                "join", FAILURES, JoinKind.OUTER, new RowKeyCodec(), new RowKeyCodec(), memory, counter);
        final Operator<Change<DirectBuffer>> left = new SideOperator<>(FAILURES, TableJoinOperator.LEFT, join);
        final Operator<Change<DirectBuffer>> right = new SideOperator<>(FAILURES, TableJoinOperator.RIGHT, join);

        shouldAllocateNothing(() -> {
            for (int i = 0; i < CHANGES; i++) {
                record((int) (i * 7919L % KEYS));
                value.putLong(0, made);
                (i % 3 == 0 ? left : right).process(context, change.wrap(null, i % 5 == 0 ? null : value));
            }
        });
    }

    @Test
    void shouldAllocateNothingForAJoinByAForeignKey() {
        final ForeignJoinOperator<DirectBuffer, DirectBuffer> join = new ForeignJoinOperator<>(
                "join",
                FAILURES,
                JoinKind.INNER,
                new RowKeyCodec(),
                new RowKeyCodec(),
                new RowKeyCodec(),
                new RowKeyCodec(),
                memory,
                counter);
        final ForeignLookupOperator<DirectBuffer> lookup = new ForeignLookupOperator<>(
                "lookup",
                FAILURES,
                new RowKeyCodec(),
                memory,
                new SideOperator<>(FAILURES, ForeignJoinOperator.ANSWERS, join));
        final Operator<Change<DirectBuffer>> right = new SideOperator<>(FAILURES, ForeignLookupOperator.TABLE, lookup);
        final Operator<Change<DirectBuffer>> left = new ForeignKeyOperator<DirectBuffer, DirectBuffer>(
                FAILURES,
                shown -> shown == value ? foreignKey : keyBefore,
                new FunctionKeyWriter<>(new RowKeyCodec(), foreign -> foreign),
                new SideOperator<>(FAILURES, ForeignJoinOperator.ROWS, join),
                new SideOperator<>(FAILURES, ForeignLookupOperator.LINKS, lookup));

        shouldAllocateNothing(() -> {
            for (int i = 0; i < CHANGES; i++) {
                if (i % 16 == 0) {
                    record((int) (i * 7919L % FOREIGN_KEYS));
                    value.putLong(0, made);
                    right.process(context, change.wrap(null, i % 5 == 0 ? null : value));
                } else {
                    processLeft(left, (int) (i * 7919L % KEYS), i);
                }
            }
        });
    }

    // A left value is the number of its change; its foreign key is made of that.
    private void processLeft(final Operator<Change<DirectBuffer>> left, final int row, final int i) {
        record(row);
        final long wasMade = lefts[row];
        lefts[row] = i % 7 == 0 ? 0 : made;
        write(before, wasMade);
        write(value, made);
        if (wasMade != 0 || lefts[row] != 0) {
            left.process(context, change.wrap(wasMade == 0 ? null : before, lefts[row] == 0 ? null : value));
        }
    }

    private static void write(final UnsafeBuffer buffer, final long number) {
        buffer.putLong(0, number);
        // The same for four changes in a row.
        buffer.putLong(Long.BYTES, number / (4L * KEYS) % FOREIGN_KEYS);
    }

    private void record(final int ofKey) {
        made++;
        key.putLong(0, ofKey);
        context.record(made, made, made);
        context.key(key, 0, Long.BYTES);
    }

    private void shouldAllocateNothing(final Runnable round) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round.run();
        }
        final long changesBefore = counter.changes;
        long allocated = Long.MAX_VALUE;
        // The JVM itself allocates a few bytes when a path is compiled anew. What a change allocates shows in every
        // round.
        for (int i = 0; i < MEASURED_ROUNDS && allocated > 0; i++) {
            final long bytesBefore = threads.getCurrentThreadAllocatedBytes();
            round.run();
            allocated = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
        }

        assertThat(counter.changes - changesBefore).isGreaterThan(CHANGES / 2);
        assertThat(allocated).as("bytes for %d changes", CHANGES).isZero();
    }

    private static final class Counter implements Operator<Change<Joined<DirectBuffer, DirectBuffer>>> {
        private long changes;

        @Override
        public void process(final RecordContext context, final Change<Joined<DirectBuffer, DirectBuffer>> change) {
            changes++;
        }

        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}
    }
}
