package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.keyed.EventTimeRange;
import io.millrace.operators.keyed.LookAhead;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.DirectBuffer;

/**
 * Hands on the last value of a key that has fallen silent: a value of event time {@code t} when no other one of its key has an
 * event time from {@code t} to {@code t + span}, both included; of several of one time the one that came last counts. It is
 * handed on once time is closed behind {@code t + span}, with that as its event time. So each silence is told once, and the
 * next value of the key begins a new one.
 *
 * <p>What is a silence depends on event times alone, however much out of order the values come. Time is closed up to the
 * watermark; a value with an earlier event time is late and ends no silence. Values that are due at one time come in the
 * order in which they came.
 *
 * @param <V> type of the values.
 */
public final class SilenceOperator<V> extends Step<V, V> implements Stateful {
    /** The longest span, about 36 years. */
    public static final long MAX_SPAN_NS = EventTimeRange.MAX_SPAN_NS;

    private final long spanNs;
    private final TaskCounters counters;
    private final Operator<? super V> late;
    private final SilenceRows kept;
    private final ValueRows<V> values;
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner    name of the step, for errors.
     * @param failures of the step.
     * @param spanNs   how long a key may be silent, in ns, 1 to 2^60.
     * @param codec    of the values, of this operator alone.
     * @param memory   of the task.
     * @param counters of the task.
     * @param next     step that takes the last values of silent keys.
     * @param late     step that takes late values.
     */
    public SilenceOperator(
            final String owner,
            final FailureHandler failures,
            final long spanNs,
            final Codec<V> codec,
            final StateMemory memory,
            final TaskCounters counters,
            final Operator<? super V> next,
            final Operator<? super V> late) {
        super(failures, next);
        this.spanNs = spanNs;
        this.counters = counters;
        this.late = late;
        this.kept = new SilenceRows(memory, owner, spanNs);
        this.values = new ValueRows<>(memory, owner, codec);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long timeNs = context.eventTimeNs();
        if (!EventTimeRange.holds(timeNs)) {
            failures.onFailure(context, EventTimeRange.refused(timeNs));
        } else if (timeNs < context.watermarkNs()) {
            counters.addLateRecord();
            late.process(context, value);
        } else {
            hear(context, value, timeNs);
        }
    }

    private void hear(final RecordContext context, final V value, final long timeNs) {
        final long before = kept.lastEnded(context, timeNs);
        final boolean endsSilence = before != SilenceRows.NONE && timeNs <= kept.timeNs(before) + spanNs;
        final long behind = kept.following(context, before);
        if (behind != SilenceRows.NONE && kept.firstNs(behind) <= timeNs + spanNs) {
            // No silence begins here.
            if (endsSilence) {
                kept.begin(behind, kept.firstNs(before));
                values.remove(kept.value(before));
                kept.takeOut(before);
            } else if (timeNs < kept.firstNs(behind)) {
                kept.begin(behind, timeNs);
            }
            return;
        }
        final long written = write(context, value);
        if (written == ValueRows.NONE) {
            return;
        }
        if (endsSilence) {
            values.remove(kept.value(before));
            kept.end(before, written, timeNs);
        } else {
            kept.begin(context, written, timeNs);
            askForFirst(context);
        }
        lookAhead.update(context, kept.bytesInUse() + values.bytesInUse());
    }

    private long write(final RecordContext context, final V value) {
        try {
            return values.write(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return ValueRows.NONE;
        }
    }

    private void askForFirst(final RecordContext context) {
        final long dueNs = kept.firstDueNs();
        if (dueNs != Long.MAX_VALUE) {
            context.wakeAtEventTime(dueNs + 1);
        }
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        lookAhead.touch(kept.prefetch(context));
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        while (kept.firstDueNs() < watermarkNs) {
            final long value = kept.value(kept.firstDue());
            if (value == ValueRows.NONE) {
                kept.removeFirstDue();
            } else if (kept.isFirstDueTooEarly()) {
                kept.putOffFirstDue();
            } else {
                handOn(context, value);
                kept.removeFirstDue();
                values.remove(value);
            }
        }
        askForFirst(context);
        next.onWatermark(context, watermarkNs);
        late.onWatermark(context, watermarkNs);
    }

    private void handOn(final RecordContext context, final long value) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        kept.key(context, kept.firstDue());
        context.eventTimeNs(kept.firstDueNs());
        next.process(context, values.read(value));
        context.key(keyBuffer, keyOffset, keyLength);
        context.eventTimeNs(eventTimeNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        next.onLogTime(context, logTimeNs);
        late.onLogTime(context, logTimeNs);
    }

    @Override
    public void snapshot(final StateWriter out) {
        kept.snapshot(out);
        values.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        kept.restore(in);
        values.restore(in);
    }
}
