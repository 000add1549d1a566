package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.keyed.LookAhead;
import io.millrace.operators.state.EntryView;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import io.millrace.operators.state.TimerQueue;
import org.agrona.DirectBuffer;

/**
 * Keeps the latest value of each key and hands on how it changes: what was before and what is now.
 *
 * <p>A value whose bytes are those that the key has is no change, and neither is the delete of a key that has none. Latest is
 * what is last in the log, or what has the latest event time, of equal ones the last in the log; then what comes with an earlier
 * time goes to the late output, a late delete is only counted, and the time of a delete is remembered so that nothing earlier
 * brings the key back.
 *
 * <p>With a time to live, a key for which nothing came for so long in log time is forgotten, and the delete is handed on, before
 * the first record at or past that time. A value that is no change counts as well, one that is late does not.
 *
 * <pre>
 *   key:  int64 row of the value + 1, 0 for a delete that is remembered | event time (8) | end of life (8) | its timer (8)
 * </pre>
 *
 * @param <V> type of the values.
 */
public final class TableOperator<V> extends Step<Change<V>, Change<V>> implements Stateful, EntryView {
    /** Time to live of a table that keeps its keys until they are deleted. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    private static final int VALUE = 0;
    private static final int TIME = 8;
    private static final int END_OF_LIFE = 16;
    private static final int TIMER = 24;

    private final boolean isLatestByTime;
    private final long timeToLiveNs;
    private final TaskCounters counters;
    private final Operator<? super V> late;
    private final KeyedTable keys;
    private final ValueRows<V> values;
    private final TimerQueue timers;
    private final Change<V> changed = new Change<>();
    private final LookAhead lookAhead = new LookAhead();

    private long lastEventTimeNs = Long.MIN_VALUE;

    /**
     * Creates the operator.
     *
     * @param owner          name of the step, for errors.
     * @param failures       of the step.
     * @param isLatestByTime true to keep the value with the latest event time, and not the last one.
     * @param timeToLiveNs   in log time, in ns, at least 1; {@link #FOR_EVER} for no end.
     * @param codec          of the values, of this operator alone.
     * @param memory         of the task.
     * @param counters       of the task.
     * @param next           step that takes the changes.
     * @param late           step that takes late values.
     */
    public TableOperator(
            final String owner,
            final FailureHandler failures,
            final boolean isLatestByTime,
            final long timeToLiveNs,
            final Codec<V> codec,
            final StateMemory memory,
            final TaskCounters counters,
            final Operator<? super Change<V>> next,
            final Operator<? super V> late) {
        super(failures, next);
        this.isLatestByTime = isLatestByTime;
        this.timeToLiveNs = timeToLiveNs;
        this.counters = counters;
        this.late = late;
        this.keys = new KeyedTable(memory, owner, stateLength(isLatestByTime, timeToLiveNs));
        this.values = new ValueRows<>(memory, owner, codec);
        this.timers = new TimerQueue(memory, owner);
    }

    private static int stateLength(final boolean isLatestByTime, final long timeToLiveNs) {
        return timeToLiveNs != FOR_EVER ? TIMER + Long.BYTES : isLatestByTime ? TIME + Long.BYTES : TIME;
    }

    @Override
    public void process(final RecordContext context, final Change<V> change) {
        if (context.keyLength() == 0) {
            failures.onFailure(
                    context, new IllegalArgumentException("a record of a table has a key, this one has none"));
            return;
        }
        final long entry = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (isLatestByTime && entry >= 0 && context.eventTimeNs() < get(entry, TIME)) {
            counters.addLateRecord();
            if (!change.isDelete()) {
                late.process(context, change.after());
            }
        } else if (change.isDelete()) {
            delete(context, entry);
        } else {
            put(context, entry, change.after());
        }
    }

    private void put(final RecordContext context, final long found, final V value) {
        final long row;
        try {
            row = values.write(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        final long entry = renew(context, found);
        final long before = ValueRows.row(get(entry, VALUE));
        if (before != ValueRows.NONE && values.areEqual(before, row)) {
            values.remove(row);
            return;
        }
        set(entry, VALUE, ValueRows.reference(row));
        lookAhead.update(context, keys.bytesInUse());
        next.process(context, changed.wrap(before == ValueRows.NONE ? null : values.read(before), value));
        if (before != ValueRows.NONE) {
            values.remove(before);
        }
    }

    private void delete(final RecordContext context, final long found) {
        if (!isLatestByTime) {
            if (found >= 0) {
                forget(context, found);
            }
            return;
        }
        final long entry = renew(context, found);
        final long before = ValueRows.row(get(entry, VALUE));
        set(entry, VALUE, 0);
        handOnDelete(context, before);
    }

    private void forget(final RecordContext context, final long entry) {
        final long before = ValueRows.row(get(entry, VALUE));
        if (timeToLiveNs != FOR_EVER) {
            timers.cancel(get(entry, TIMER), context.keyBuffer(), context.keyOffset(), context.keyLength());
            lastEventTimeNs = Math.max(lastEventTimeNs, context.eventTimeNs());
        }
        keys.remove(entry);
        handOnDelete(context, before);
    }

    private void handOnDelete(final RecordContext context, final long before) {
        if (before != ValueRows.NONE) {
            next.process(context, changed.wrap(values.read(before), null));
            values.remove(before);
        }
    }

    /** Notes that something came for a key, and adds it if it is new. */
    private long renew(final RecordContext context, final long found) {
        final long entry;
        if (found >= 0) {
            entry = found;
            keys.change(entry);
        } else {
            entry = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        }
        if (isLatestByTime) {
            set(entry, TIME, context.eventTimeNs());
        }
        if (timeToLiveNs != FOR_EVER) {
            final long endNs = endOfLifeNs(context.logTimeNs());
            set(entry, END_OF_LIFE, endNs);
            if (found < 0) {
                // One timer for each key. It is not moved when life goes on, but set again when it finds that out.
                set(entry, TIMER, endNs);
                timers.schedule(endNs, context.keyBuffer(), context.keyOffset(), context.keyLength());
            }
            lastEventTimeNs = Math.max(lastEventTimeNs, context.eventTimeNs());
            context.wakeAtLogTime(timers.nextNs());
        }
        return entry;
    }

    private long endOfLifeNs(final long logTimeNs) {
        final long endNs = logTimeNs + timeToLiveNs;
        return endNs < logTimeNs ? Long.MAX_VALUE : endNs;
    }

    private long get(final long entry, final int field) {
        return keys.buffer(entry).getLong(keys.stateOffset(entry) + field);
    }

    private void set(final long entry, final int field, final long value) {
        keys.buffer(entry).putLong(keys.stateOffset(entry) + field, value);
    }

    @Override
    public void prefetch(final RecordContext context, final Change<V> change) {
        lookAhead.touch(keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength()));
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        next.onWatermark(context, watermarkNs);
        late.onWatermark(context, watermarkNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        if (timers.nextNs() <= logTimeNs) {
            endLives(context, logTimeNs);
        }
        if (!timers.isEmpty()) {
            context.wakeAtLogTime(timers.nextNs());
        }
        next.onLogTime(context, logTimeNs);
        late.onLogTime(context, logTimeNs);
    }

    private void endLives(final RecordContext context, final long logTimeNs) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        while (timers.popDue(logTimeNs)) {
            context.key(timers.keyBuffer(), timers.keyOffset(), timers.keyLength());
            // As late as any change so far, so that what follows does not take it for late.
            context.eventTimeNs(Math.max(lastEventTimeNs, context.watermarkNs()));
            endLife(context, logTimeNs);
        }
        context.eventTimeNs(eventTimeNs);
        context.key(keyBuffer, keyOffset, keyLength);
    }

    private void endLife(final RecordContext context, final long logTimeNs) {
        final long entry = keys.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final long endNs = get(entry, END_OF_LIFE);
        if (endNs > logTimeNs) {
            keys.change(entry);
            set(entry, TIMER, endNs);
            timers.schedule(endNs, context.keyBuffer(), context.keyOffset(), context.keyLength());
        } else {
            final long before = ValueRows.row(get(entry, VALUE));
            keys.remove(entry);
            handOnDelete(context, before);
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
        final long row = ValueRows.row(get(entry, VALUE));
        if (row != ValueRows.NONE) {
            visitor.onValue(keys.buffer(entry), keys.keyOffset(entry), keys.keyLength(entry), "", values.copy(row));
        }
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(lastEventTimeNs);
        keys.snapshot(out);
        values.snapshot(out);
        timers.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        lastEventTimeNs = in.readLong();
        keys.restore(in);
        values.restore(in);
        timers.restore(in);
    }
}
