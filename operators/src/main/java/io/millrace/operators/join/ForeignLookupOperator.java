package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.keyed.LookAhead;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * The second step of a {@linkplain ForeignJoinOperator foreign-key join}: keeps the right table and, for each foreign key, the
 * left rows that have it. A row that takes a key is told what the table has for it; all rows of a key are told when that
 * changes, in the order in which they took it; and a row that leaves is told so, behind all else that it was told here.
 *
 * <p>What it hands on lies under the keys of the left rows. A row has one foreign key in a task at a time.
 *
 * <pre>
 *   foreign key:  int64 row of the value + 1 | int64 event time of its last change | int32 first left row | int32 last
 *   left row:     int64 version | int32 foreign key | int32 next left row | int32 previous | unused (4)
 * </pre>
 *
 * <p>A left row, and a foreign key, is referred to by its number / 8 + 1, 0 for none.
 *
 * @param <R> type of the values of the right table.
 */
public final class ForeignLookupOperator<R> extends Step<Sided, LinkMessage<R>> implements Stateful {
    /** Number of the side of the links. */
    public static final int LINKS = 0;

    /** Number of the right table's side. */
    public static final int TABLE = 1;

    private static final int VALUE = 0;
    private static final int TIME = 8;
    private static final int FIRST = 16;
    private static final int LAST = 20;
    private static final int KEY_STATE_LENGTH = 24;

    private static final int VERSION = 0;
    private static final int FOREIGN = 8;
    private static final int NEXT = 12;
    private static final int PREVIOUS = 16;
    private static final int ROW_STATE_LENGTH = 24;

    private static final long NONE = KeyedRows.NONE;

    private final KeyedTable keys;
    private final KeyedTable rows;
    private final ValueRows<R> values;
    private final LinkMessage<R> answer = new LinkMessage<>();
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner    name of the step, for errors.
     * @param failures of the step.
     * @param codec    of the right table's values, of this operator alone.
     * @param memory   of the task.
     * @param next     step that takes what left rows are told.
     */
    public ForeignLookupOperator(
            final String owner,
            final FailureHandler failures,
            final Codec<R> codec,
            final StateMemory memory,
            final Operator<? super LinkMessage<R>> next) {
        super(failures, next);
        this.keys = new KeyedTable(memory, owner, KEY_STATE_LENGTH);
        this.rows = new KeyedTable(memory, owner, ROW_STATE_LENGTH);
        this.values = new ValueRows<>(memory, owner, codec);
    }

    @Override
    public void process(final RecordContext context, final Sided value) {
        if (value.side() == LINKS) {
            final LinkMessage<DirectBuffer> message = value.value();
            if (message.kind() == LinkMessage.LINK) {
                link(context, message.value(), message.version());
            } else {
                unlink(context, message.value());
            }
        } else {
            final Change<R> change = value.value();
            if (change.isDelete()) {
                delete(context);
            } else {
                put(context, change.after());
            }
        }
    }

    private void link(final RecordContext context, final DirectBuffer rowKey, final long version) {
        final long row = rows.findOrAdd(rowKey, 0, rowKey.capacity());
        if (!rows.wasAdded()) {
            leave(row);
            rows.change(row);
        }
        final long key = findOrAdd(context);
        keys.change(key);
        final long list = keys.stateAddress(key);
        final long last = KeyedRows.row(KeyedRows.getInt(list + LAST));
        final long state = rows.stateAddress(row);
        UnsafeApi.putLong(null, state + VERSION, version);
        KeyedRows.putInt(state + FOREIGN, KeyedRows.reference(key));
        KeyedRows.putInt(state + NEXT, 0);
        KeyedRows.putInt(state + PREVIOUS, last == NONE ? 0 : KeyedRows.reference(last));
        setNext(list, last, KeyedRows.reference(row));
        KeyedRows.putInt(list + LAST, KeyedRows.reference(row));
        lookAhead.update(context, keys.bytesInUse() + rows.bytesInUse());
        final long found = valueRow(key);
        tell(context, row, key, found == NONE ? null : values.read(found));
    }

    private void unlink(final RecordContext context, final DirectBuffer rowKey) {
        final long row = rows.find(rowKey, 0, rowKey.capacity());
        if (row < 0) {
            return;
        }
        leave(row);
        rows.remove(row);
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        context.key(rowKey, 0, rowKey.capacity());
        next.process(context, answer.wrap(LinkMessage.ENDED, 0, 0, null));
        context.key(keyBuffer, keyOffset, keyLength);
    }

    /** Takes a row out of the list of its foreign key, which is forgotten with its last row if it has no value. */
    private void leave(final long row) {
        final long state = rows.stateAddress(row);
        final long key = KeyedRows.row(KeyedRows.getInt(state + FOREIGN));
        final int after = KeyedRows.getInt(state + NEXT);
        final int before = KeyedRows.getInt(state + PREVIOUS);
        keys.change(key);
        final long list = keys.stateAddress(key);
        setNext(list, KeyedRows.row(before), after);
        if (after == 0) {
            KeyedRows.putInt(list + LAST, before);
        } else {
            final long nextRow = KeyedRows.row(after);
            rows.change(nextRow);
            KeyedRows.putInt(rows.stateAddress(nextRow) + PREVIOUS, before);
        }
        removeIfEmpty(key);
    }

    private void setNext(final long list, final long row, final int reference) {
        if (row == NONE) {
            KeyedRows.putInt(list + FIRST, reference);
        } else {
            rows.change(row);
            KeyedRows.putInt(rows.stateAddress(row) + NEXT, reference);
        }
    }

    private void removeIfEmpty(final long key) {
        if (valueRow(key) == NONE && KeyedRows.getInt(keys.stateAddress(key) + FIRST) == 0) {
            keys.remove(key);
        }
    }

    private void put(final RecordContext context, final R value) {
        final long written;
        try {
            written = values.write(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        final long key = findOrAdd(context);
        final long before = valueRow(key);
        if (before != NONE && values.areEqual(before, written)) {
            values.remove(written);
            return;
        }
        change(context, key, ValueRows.reference(written));
        if (before != NONE) {
            values.remove(before);
        }
        tellAll(context, key, value);
    }

    private void delete(final RecordContext context) {
        final long key = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final long before = key < 0 ? NONE : valueRow(key);
        if (before == NONE) {
            return;
        }
        change(context, key, 0);
        values.remove(before);
        tellAll(context, key, null);
        removeIfEmpty(key);
    }

    private void change(final RecordContext context, final long key, final long reference) {
        keys.change(key);
        final long state = keys.stateAddress(key);
        UnsafeApi.putLong(null, state + VALUE, reference);
        UnsafeApi.putLong(null, state + TIME, context.eventTimeNs());
        lookAhead.update(context, keys.bytesInUse() + rows.bytesInUse());
    }

    private void tellAll(final RecordContext context, final long key, final R value) {
        long row = KeyedRows.row(KeyedRows.getInt(keys.stateAddress(key) + FIRST));
        while (row != NONE) {
            tell(context, row, key, value);
            row = KeyedRows.row(KeyedRows.getInt(rows.stateAddress(row) + NEXT));
        }
    }

    private void tell(final RecordContext context, final long row, final long key, final R value) {
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        final long version = UnsafeApi.getLong(null, rows.stateAddress(row) + VERSION);
        final long timeNs = UnsafeApi.getLong(null, keys.stateAddress(key) + TIME);
        context.key(rows.buffer(row), rows.keyOffset(row), rows.keyLength(row));
        next.process(
                context, answer.wrap(value == null ? LinkMessage.MISSING : LinkMessage.FOUND, version, timeNs, value));
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private long findOrAdd(final RecordContext context) {
        final long key = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (keys.wasAdded()) {
            UnsafeApi.putLong(null, keys.stateAddress(key) + TIME, Long.MIN_VALUE);
        }
        return key;
    }

    private long valueRow(final long key) {
        return ValueRows.row(UnsafeApi.getLong(null, keys.stateAddress(key) + VALUE));
    }

    @Override
    public void prefetch(final RecordContext context, final Sided value) {
        lookAhead.touch(keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength()));
    }

    @Override
    public void snapshot(final StateWriter out) {
        keys.snapshot(out);
        rows.snapshot(out);
        values.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        keys.restore(in);
        rows.restore(in);
        values.restore(in);
    }

    @Override
    public String toString() {
        return "ForeignLookupOperator[keys=" + keys.size() + " rows=" + rows.size() + " values=" + values.size() + "]";
    }
}
