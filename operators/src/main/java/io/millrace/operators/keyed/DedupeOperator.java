package io.millrace.operators.keyed;

import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.DirectBuffer;

/**
 * Hands on the first value of each key and leaves out its repeats: values of the key whose event time is less than a span
 * away from one that passed, before or after it. First means first in the log.
 *
 * <p>A value whose own span is over, because the watermark is a span or more ahead of it, is late: whether it is a repeat is
 * no longer known, so it does not pass. All others are judged exactly, however much out of order they come.
 *
 * @param <V> type of the values.
 */
public final class DedupeOperator<V> extends Step<V, V> implements Stateful, StateView {
    /** The longest span, about 36 years. */
    public static final long MAX_WITHIN_NS = EventTimeRange.MAX_SPAN_NS;

    private final long withinNs;
    private final TaskCounters counters;
    private final Operator<? super V> late;
    private final Operator<? super V> repeats;
    private final SpanTables passed;
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner    name of the step, for errors.
     * @param failures of the step.
     * @param withinNs length of the span in ns, 1 to 2^60.
     * @param memory   of the task.
     * @param counters of the task.
     * @param next     step that takes the first values.
     * @param late     step that takes late values.
     * @param repeats  step that takes what is left out.
     */
    public DedupeOperator(
            final String owner,
            final FailureHandler failures,
            final long withinNs,
            final StateMemory memory,
            final TaskCounters counters,
            final Operator<? super V> next,
            final Operator<? super V> late,
            final Operator<? super V> repeats) {
        super(failures, next);
        this.withinNs = withinNs;
        this.counters = counters;
        this.late = late;
        this.repeats = repeats;
        this.passed = new SpanTables(memory, owner, withinNs);
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final long eventTimeNs = context.eventTimeNs();
        if (!EventTimeRange.holds(eventTimeNs)) {
            failures.onFailure(context, EventTimeRange.refused(eventTimeNs));
        } else if (eventTimeNs + withinNs <= context.watermarkNs()) {
            counters.addLateRecord();
            late.process(context, value);
        } else if (passed.hasNear(context, eventTimeNs)) {
            counters.addRepeatedRecord();
            repeats.process(context, value);
        } else {
            passed.add(context, eventTimeNs);
            // To free memory alone nobody has to be woken.
            context.callAtEventTime(passed.freeTimeNs());
            lookAhead.update(context, passed.bytesInUse());
            next.process(context, value);
        }
    }

    @Override
    public void prefetch(final RecordContext context, final V value) {
        lookAhead.touch(passed.prefetch(context));
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        passed.free(watermarkNs);
        context.callAtEventTime(passed.freeTimeNs());
        next.onWatermark(context, watermarkNs);
        late.onWatermark(context, watermarkNs);
        repeats.onWatermark(context, watermarkNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        next.onLogTime(context, logTimeNs);
        late.onLogTime(context, logTimeNs);
        repeats.onLogTime(context, logTimeNs);
    }

    @Override
    public StateShape shape() {
        return StateShape.VALUES;
    }

    @Override
    public void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        passed.find(key, offset, length, visitor);
    }

    @Override
    public void forEach(final StateVisitor visitor) {
        passed.forEach(visitor);
    }

    @Override
    public void snapshot(final StateWriter out) {
        passed.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        passed.restore(in);
    }
}
