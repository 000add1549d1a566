package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.RekeyOperator;
import io.millrace.operators.core.Step;
import io.millrace.operators.keyed.LookAhead;
import io.millrace.operators.state.EntryView;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Joins each value of a stream with the value that a table has for its key where it comes: all changes at a lower position of
 * the exchange that both share count, none at a higher one, so nothing is waited for and a replay joins the same.
 *
 * <p>Left values are of the stream, right ones changes of the table, of which a copy is kept here. A change makes no result.
 *
 * <pre>
 *   key:  int64 row of the value + 1 | int64 event time of the change
 * </pre>
 *
 * @param <L> type of the values of the stream.
 * @param <R> type of the values of the table.
 */
public final class StreamTableJoinOperator<L, R> extends Step<Sided, Joined<L, R>> implements Stateful, EntryView {
    /** Number of the stream's side. */
    public static final int STREAM = 0;

    /** Number of the table's side. */
    public static final int TABLE = 1;

    private static final int VALUE = 0;
    private static final int TIME = 8;
    private static final int STATE_LENGTH = 16;
    private static final int INITIAL_KEY_CAPACITY = 64;

    private final JoinKind kind;
    private final KeyWriter<? super L> tableKey;
    private final KeyedTable keys;
    private final ValueRows<R> values;
    private final MutableDirectBuffer key = new ExpandableArrayBuffer(INITIAL_KEY_CAPACITY);
    private final Joined<L, R> joined = new Joined<>();
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner    name of the step, for errors.
     * @param failures of the step.
     * @param kind     of join; {@link JoinKind#OUTER} is not possible, since a change makes no result.
     * @param tableKey writes the key under which a value of the stream is looked up; null for the key that it has.
     * @param codec    of the table's values, of this operator alone.
     * @param memory   of the task.
     * @param next     step that takes the results.
     */
    public StreamTableJoinOperator(
            final String owner,
            final FailureHandler failures,
            final JoinKind kind,
            final KeyWriter<? super L> tableKey,
            final Codec<R> codec,
            final StateMemory memory,
            final Operator<? super Joined<L, R>> next) {
        super(failures, next);
        this.kind = kind;
        this.tableKey = tableKey;
        this.keys = new KeyedTable(memory, owner, STATE_LENGTH);
        this.values = new ValueRows<>(memory, owner, codec);
    }

    @Override
    public void process(final RecordContext context, final Sided value) {
        if (value.side() == STREAM) {
            final L left = value.value();
            join(context, left);
        } else {
            final Change<R> change = value.value();
            if (change.isDelete()) {
                delete(context);
            } else {
                put(context, change.after());
            }
        }
    }

    private void join(final RecordContext context, final L left) {
        final long entry;
        if (tableKey == null) {
            entry = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        } else {
            final int length;
            try {
                length = RekeyOperator.write(tableKey, left, key);
            } catch (final Exception e) {
                failures.onFailure(context, e);
                return;
            }
            entry = keys.find(key, 0, length);
        }
        if (entry >= 0) {
            joined.wrap(left, context.eventTimeNs(), values.read(row(entry)), get(entry, TIME));
            next.process(context, joined);
        } else if (kind.keepsLeft()) {
            joined.wrap(left, context.eventTimeNs(), null, 0);
            next.process(context, joined);
        }
    }

    private void put(final RecordContext context, final R right) {
        final long row;
        try {
            row = values.write(right);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        final long entry = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (!keys.wasAdded()) {
            values.remove(row(entry));
        }
        set(entry, VALUE, ValueRows.reference(row));
        set(entry, TIME, context.eventTimeNs());
        lookAhead.update(context, keys.bytesInUse());
    }

    private void delete(final RecordContext context) {
        final long entry = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (entry >= 0) {
            values.remove(row(entry));
            keys.remove(entry);
        }
    }

    private long row(final long entry) {
        return ValueRows.row(get(entry, VALUE));
    }

    private long get(final long entry, final int field) {
        return keys.buffer(entry).getLong(keys.stateOffset(entry) + field);
    }

    private void set(final long entry, final int field, final long value) {
        keys.buffer(entry).putLong(keys.stateOffset(entry) + field, value);
    }

    @Override
    public void prefetch(final RecordContext context, final Sided value) {
        // Another key than that of the record is not known before its value is looked at in full.
        if (tableKey == null) {
            lookAhead.touch(keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength()));
        }
    }

    @Override
    public StateShape shape() {
        return StateShape.VALUES;
    }

    @Override
    public KeyedTable keys() {
        return keys;
    }

    @Override
    public void visit(final long entry, final StateVisitor visitor) {
        visitor.onValue(keys.buffer(entry), keys.keyOffset(entry), keys.keyLength(entry), "", values.copy(row(entry)));
    }

    @Override
    public void snapshot(final StateWriter out) {
        keys.snapshot(out);
        values.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        keys.restore(in);
        values.restore(in);
    }
}
