package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.keyed.EventTimeRange;
import io.millrace.operators.keyed.LookAhead;
import io.millrace.operators.state.RowTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.DirectBuffer;

/**
 * Pairs values of two streams that have the same key and lie close together in event time, as {@link IntervalJoinOperator} does, and
 * hands on pairs only. With nothing to say about a value that has met nobody, it forgets values when many of them are over: it keeps a
 * value until the younger ones in the same page of memory are over, too, and a key for up to nine eighths of the interval longer.
 *
 * @param <L> type of the values of the left side.
 * @param <R> type of the values of the right side.
 */
public final class InnerIntervalJoinOperator<L, R> extends Step<Sided, Joined<L, R>> implements Stateful {
    /** It may be an eighth of the interval late to look at keys, so that it looks at many at once. */
    private static final int LAG_SHIFT = 3;

    private final long beforeNs;
    private final long afterNs;
    private final long graceNs;
    private final long lagNs;
    private final Codec<L> leftCodec;
    private final Codec<R> rightCodec;
    private final TaskCounters counters;
    private final Operator<? super L> lateLeft;
    private final Operator<? super R> lateRight;
    private final PairRows kept;
    private final Joined<L, R> joined = new Joined<>();
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner      name of the step, for errors.
     * @param failures   of the step.
     * @param beforeNs   how much earlier a right value may be, in ns; less than 0 for one that has to be later.
     * @param afterNs    how much later a right value may be, in ns; less than 0 for one that has to be earlier.
     * @param graceNs    how far behind the watermark a value may come, in ns, 0 or more.
     * @param leftCodec  of the values of the left side, of this operator alone.
     * @param rightCodec of the values of the right side, of this operator alone.
     * @param memory     of the task.
     * @param counters   of the task.
     * @param next       step that takes the pairs.
     * @param lateLeft   step that takes late values of the left side.
     * @param lateRight  step that takes late values of the right side.
     */
    public InnerIntervalJoinOperator(
            final String owner,
            final FailureHandler failures,
            final long beforeNs,
            final long afterNs,
            final long graceNs,
            final Codec<L> leftCodec,
            final Codec<R> rightCodec,
            final StateMemory memory,
            final TaskCounters counters,
            final Operator<? super Joined<L, R>> next,
            final Operator<? super L> lateLeft,
            final Operator<? super R> lateRight) {
        super(failures, next);
        this.beforeNs = beforeNs;
        this.afterNs = afterNs;
        this.graceNs = graceNs;
        this.lagNs = beforeNs + afterNs >> LAG_SHIFT;
        this.leftCodec = leftCodec;
        this.rightCodec = rightCodec;
        this.counters = counters;
        this.lateLeft = lateLeft;
        this.lateRight = lateRight;
        this.kept = new PairRows(memory, owner, beforeNs, afterNs);
    }

    @Override
    public void process(final RecordContext context, final Sided value) {
        final long timeNs = context.eventTimeNs();
        if (!EventTimeRange.holds(timeNs)) {
            failures.onFailure(context, EventTimeRange.refused(timeNs));
            return;
        }
        final long closedNs = KeyedRows.closedNs(context.watermarkNs(), graceNs);
        if (timeNs < closedNs) {
            processLate(context, value);
        } else {
            pair(context, value.side(), value.value(), timeNs, closedNs);
        }
    }

    private void processLate(final RecordContext context, final Sided value) {
        counters.addLateRecord();
        if (value.side() == PairRows.LEFT) {
            lateLeft.process(context, value.value());
        } else {
            lateRight.process(context, value.value());
        }
    }

    // Both sides hand on in one place, so that what follows is compiled once and not twice: that is most of the code.
    private void pair(
            final RecordContext context, final int side, final Object value, final long timeNs, final long closedNs) {
        final boolean isLeft = side == PairRows.LEFT;
        final long earlierNs = isLeft ? beforeNs : afterNs;
        final long laterNs = isLeft ? afterNs : beforeNs;
        // Otherwise a deadline that has passed, since the partners had to be earlier: it is paired at once.
        final boolean isKept = timeNs + laterNs >= closedNs;
        // Before the value is written, so that what lies in a farther cache has come until it is needed.
        final long key = kept.find(context);
        kept.touch(key, otherSide(side), timeNs - earlierNs);
        final long row = isKept ? write(context, codec(side), value) : PairRows.NONE;
        if (isKept && row == PairRows.NONE) {
            return;
        }
        if (isKept) {
            keep(context, key, row, side, timeNs, closedNs);
        }
        for (int i = kept.look(key, otherSide(side), timeNs - earlierNs, timeNs + laterNs) - 1; i >= 0; i--) {
            final long partnerNs = kept.foundTimeNs(i);
            final Object partner = read(codec(otherSide(side)), kept.foundValue(i));
            if (isLeft) {
                wrap(value, timeNs, partner, partnerNs);
            } else {
                wrap(partner, partnerNs, value, timeNs);
            }
            context.eventTimeNs(Math.max(timeNs, partnerNs));
            next.process(context, joined);
            context.eventTimeNs(timeNs);
        }
    }

    private static int otherSide(final int side) {
        return PairRows.LEFT + PairRows.RIGHT - side;
    }

    @SuppressWarnings("unchecked") // A value is of the type of its side.
    private Codec<Object> codec(final int side) {
        return (Codec<Object>) (side == PairRows.LEFT ? leftCodec : rightCodec);
    }

    @SuppressWarnings("unchecked")
    private void wrap(final Object left, final long leftNs, final Object right, final long rightNs) {
        joined.wrap((L) left, leftNs, (R) right, rightNs);
    }

    // Before anybody is told of it, so that a value that cannot be written meets nobody.
    private <V> long write(final RecordContext context, final Codec<V> codec, final V value) {
        final int length;
        try {
            length = codec.encodedLength(value);
            RowTable.checkLength(length);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return PairRows.NONE;
        }
        final long row = kept.add(length);
        try {
            codec.encode(value, kept.buffer(row), kept.valueOffset(row));
        } catch (final Exception e) {
            kept.giveUp(row);
            failures.onFailure(context, e);
            return PairRows.NONE;
        }
        return row;
    }

    private static <V> V read(final Codec<V> codec, final DirectBuffer value) {
        return codec.decode(value, 0, value.capacity());
    }

    private void keep(
            final RecordContext context,
            final long key,
            final long row,
            final int side,
            final long timeNs,
            final long closedNs) {
        if (kept.keep(context, key, row, side, timeNs, closedNs)) {
            askForFirst(context);
        }
        if (kept.isTimeToCheck()) {
            kept.release(closedNs);
            lookAhead.update(context, kept.bytesInUse());
        }
    }

    // To free memory nobody has to be woken, and it may wait until there is more to free.
    private void askForFirst(final RecordContext context) {
        final long dueNs = kept.firstDueNs();
        if (dueNs != Long.MAX_VALUE) {
            final long timeNs = dueNs + graceNs + 1 + lagNs;
            // Near the end of the range the sum may lie behind it.
            context.callAtEventTime(timeNs < dueNs ? Long.MAX_VALUE : timeNs);
        }
    }

    @Override
    public void prefetch(final RecordContext context, final Sided value) {
        lookAhead.touch(kept.prefetch(context));
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        final long closedNs = KeyedRows.closedNs(watermarkNs, graceNs);
        while (kept.firstDueNs() < closedNs) {
            kept.lookAtFirst(closedNs);
        }
        kept.release(closedNs);
        askForFirst(context);
        next.onWatermark(context, watermarkNs);
        lateLeft.onWatermark(context, watermarkNs);
        lateRight.onWatermark(context, watermarkNs);
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        next.onLogTime(context, logTimeNs);
        lateLeft.onLogTime(context, logTimeNs);
        lateRight.onLogTime(context, logTimeNs);
    }

    @Override
    public void snapshot(final StateWriter out) {
        kept.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        kept.restore(in);
    }
}
