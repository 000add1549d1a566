package io.millrace.perf.streams;

import io.millrace.operators.core.DiscardOperator;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.join.Change;
import io.millrace.operators.join.ForeignJoinOperator;
import io.millrace.operators.join.ForeignKeyOperator;
import io.millrace.operators.join.ForeignLookupOperator;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.operators.join.RowKeyCodec;
import io.millrace.operators.join.SideOperator;
import io.millrace.operators.join.TableJoinOperator;
import io.millrace.operators.join.TableOperator;
import io.millrace.operators.join.ValueChangeOperator;
import io.millrace.operators.output.FunctionKeyWriter;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Joins of two tables of bytes, wired by hand in one task. */
final class JoinedTables implements AutoCloseable {
    private static final FailureHandler FAILURES = (context, cause) -> {
        throw new IllegalStateException(cause);
    };

    private final StateMemory memory = new StateMemory(new MemoryBudget("benchmark", Long.MAX_VALUE));
    private final UnsafeBuffer foreignKey = new UnsafeBuffer(0, 0);
    private final Operator<DirectBuffer> left;
    private final Operator<DirectBuffer> right;
    private final Operator<DirectBuffer> foreignLeft;
    private final Operator<DirectBuffer> foreignRight;
    private long sum;

    JoinedTables(final int foreignKeyOffset) {
        final TableJoinOperator<DirectBuffer, DirectBuffer> join =
                new TableJoinOperator<>("join", FAILURES, JoinKind.OUTER, codec(), codec(), memory, new Sum());
        left = changes(new SideOperator<>(FAILURES, TableJoinOperator.LEFT, join));
        right = changes(new SideOperator<>(FAILURES, TableJoinOperator.RIGHT, join));

        final ForeignJoinOperator<DirectBuffer, DirectBuffer> results = new ForeignJoinOperator<>(
                "results", FAILURES, JoinKind.LEFT, codec(), codec(), codec(), codec(), memory, new Sum());
        final ForeignLookupOperator<DirectBuffer> lookup = new ForeignLookupOperator<>(
                "lookup",
                FAILURES,
                codec(),
                memory,
                new SideOperator<>(FAILURES, ForeignJoinOperator.ANSWERS, results));
        final ForeignKeyOperator<DirectBuffer, DirectBuffer> keys = new ForeignKeyOperator<>(
                FAILURES,
                value -> {
                    foreignKey.wrap(value, foreignKeyOffset, Long.BYTES);
                    return foreignKey;
                },
                new FunctionKeyWriter<DirectBuffer, DirectBuffer>(codec(), key -> key),
                new SideOperator<>(FAILURES, ForeignJoinOperator.ROWS, results),
                new SideOperator<>(FAILURES, ForeignLookupOperator.LINKS, lookup));
        foreignLeft = changes(new TableOperator<>(
                "table",
                FAILURES,
                false,
                TableOperator.FOR_EVER,
                codec(),
                memory,
                new TaskCounters(),
                keys,
                new DiscardOperator<>()));
        foreignRight = changes(new SideOperator<>(FAILURES, ForeignLookupOperator.TABLE, lookup));
    }

    private static RowKeyCodec codec() {
        return new RowKeyCodec();
    }

    private static Operator<DirectBuffer> changes(final Operator<Change<DirectBuffer>> next) {
        return new ValueChangeOperator<>(FAILURES, next);
    }

    Operator<DirectBuffer> left() {
        return left;
    }

    Operator<DirectBuffer> right() {
        return right;
    }

    Operator<DirectBuffer> foreignLeft() {
        return foreignLeft;
    }

    Operator<DirectBuffer> foreignRight() {
        return foreignRight;
    }

    long sum() {
        return sum;
    }

    @Override
    public void close() {
        memory.close();
    }

    /** Adds up what comes and takes off what leaves. */
    private final class Sum implements Operator<Change<Joined<DirectBuffer, DirectBuffer>>> {
        @Override
        public void process(final RecordContext context, final Change<Joined<DirectBuffer, DirectBuffer>> change) {
            if (change.hasBefore()) {
                sum -= number(change.before());
            }
            if (!change.isDelete()) {
                sum += number(change.after());
            }
        }

        private static long number(final Joined<DirectBuffer, DirectBuffer> row) {
            return (row.hasLeft() ? row.left().getLong(0) : 0)
                    + (row.hasRight() ? row.right().getLong(0) : 0);
        }

        @Override
        public void onWatermark(final RecordContext context, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext context, final long logTimeNs) {}
    }
}
