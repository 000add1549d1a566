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
 * Pairs values of two streams that have the same key and lie close together in event time: a right value from {@code before}
 * earlier to {@code after} later than a left one, both bounds included.
 *
 * <p>Time is closed up to the watermark less the grace. A value with an earlier event time is late: it goes to the late
 * output of its side and meets nobody. A left value of time {@code t} can find a partner until time is closed behind
 * {@code t + after}, a right one until {@code t + before}; then it is forgotten, and handed on alone before if the join
 * keeps its side and it has met nobody. So what is kept is bounded by the interval. A join that keeps neither side has nothing to hand
 * on then: {@link InnerIntervalJoinOperator} does less for the same pairs.
 *
 * <p>Pairs come when the later of the two values comes, ordered by the event time of the partner, those of one time in the
 * order in which they came; a pair has the later of both event times. Values alone come in the order of their deadlines, those
 * of one deadline in the order in which they came; they have the deadline as event time, or their own if that is later.
 *
 * @param <L> type of the values of the left side.
 * @param <R> type of the values of the right side.
 */
public final class IntervalJoinOperator<L, R> extends Step<Sided, Joined<L, R>> implements Stateful {
    /** The longest distance and the longest grace, about 36 years. */
    public static final long MAX_SPAN_NS = EventTimeRange.MAX_SPAN_NS;

    private final JoinKind kind;
    private final long beforeNs;
    private final long afterNs;
    private final long graceNs;
    private final Codec<L> leftCodec;
    private final Codec<R> rightCodec;
    private final TaskCounters counters;
    private final Operator<? super L> lateLeft;
    private final Operator<? super R> lateRight;
    private final SideRows kept;

    private final Joined<L, R> joined = new Joined<>();
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner      name of the step, for errors.
     * @param failures   of the step.
     * @param kind       of join.
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
    public IntervalJoinOperator(
            final String owner,
            final FailureHandler failures,
            final JoinKind kind,
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
        this.kind = kind;
        this.beforeNs = beforeNs;
        this.afterNs = afterNs;
        this.graceNs = graceNs;
        this.leftCodec = leftCodec;
        this.rightCodec = rightCodec;
        this.counters = counters;
        this.lateLeft = lateLeft;
        this.lateRight = lateRight;
        this.kept = new SideRows(memory, owner);
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
        } else if (value.side() == SideRows.LEFT) {
            processLeft(context, value.value(), timeNs, closedNs);
        } else {
            processRight(context, value.value(), timeNs, closedNs);
        }
    }

    private void processLate(final RecordContext context, final Sided value) {
        counters.addLateRecord();
        if (value.side() == SideRows.LEFT) {
            lateLeft.process(context, value.value());
        } else {
            lateRight.process(context, value.value());
        }
    }

    private void processLeft(final RecordContext context, final L left, final long timeNs, final long closedNs) {
        final long deadlineNs = timeNs + afterNs;
        // A deadline that has passed, since the partners had to be earlier: it is paired, or goes alone, at once.
        final boolean isKept = deadlineNs >= closedNs;
        final long row = isKept ? write(context, leftCodec, left) : SideRows.NONE;
        if (isKept && row == SideRows.NONE) {
            return;
        }
        final long key = kept.find(context);
        if (isKept) {
            keep(context, key, row, SideRows.LEFT, timeNs, deadlineNs);
        }
        final boolean isMatched = pairLeft(context, left, timeNs, deadlineNs, key);
        if (kind.keepsLeft()) {
            endLeft(context, left, timeNs, row, isMatched);
        }
    }

    private void endLeft(
            final RecordContext context, final L left, final long timeNs, final long row, final boolean isMatched) {
        if (row != SideRows.NONE) {
            if (isMatched) {
                kept.match(row);
            }
        } else if (!isMatched) {
            joined.wrap(left, timeNs, null, 0);
            next.process(context, joined);
        }
    }

    // The last thing to do, so that all the steps behind this one are compiled into its place when the rest has found
    // room.
    private boolean pairLeft(
            final RecordContext context, final L left, final long timeNs, final long deadlineNs, final long key) {
        long partner = kept.first(key, SideRows.RIGHT, timeNs - beforeNs);
        boolean isMatched = false;
        while (partner != SideRows.NONE) {
            final long partnerNs = kept.timeNs(partner);
            if (partnerNs > deadlineNs) {
                break;
            }
            isMatched = true;
            if (kind.keepsRight()) {
                kept.match(partner);
            }
            joined.wrap(left, timeNs, read(rightCodec, partner), partnerNs);
            handOn(context, timeNs, partnerNs);
            partner = kept.next(partner);
        }
        return isMatched;
    }

    private void processRight(final RecordContext context, final R right, final long timeNs, final long closedNs) {
        final long deadlineNs = timeNs + beforeNs;
        final boolean isKept = deadlineNs >= closedNs;
        final long row = isKept ? write(context, rightCodec, right) : SideRows.NONE;
        if (isKept && row == SideRows.NONE) {
            return;
        }
        final long key = kept.find(context);
        if (isKept) {
            keep(context, key, row, SideRows.RIGHT, timeNs, deadlineNs);
        }
        final boolean isMatched = pairRight(context, right, timeNs, deadlineNs, key);
        if (kind.keepsRight()) {
            endRight(context, right, timeNs, row, isMatched);
        }
    }

    private void endRight(
            final RecordContext context, final R right, final long timeNs, final long row, final boolean isMatched) {
        if (row != SideRows.NONE) {
            if (isMatched) {
                kept.match(row);
            }
        } else if (!isMatched) {
            joined.wrap(null, 0, right, timeNs);
            next.process(context, joined);
        }
    }

    private boolean pairRight(
            final RecordContext context, final R right, final long timeNs, final long deadlineNs, final long key) {
        long partner = kept.first(key, SideRows.LEFT, timeNs - afterNs);
        boolean isMatched = false;
        while (partner != SideRows.NONE) {
            final long partnerNs = kept.timeNs(partner);
            if (partnerNs > deadlineNs) {
                break;
            }
            isMatched = true;
            if (kind.keepsLeft()) {
                kept.match(partner);
            }
            joined.wrap(read(leftCodec, partner), partnerNs, right, timeNs);
            handOn(context, timeNs, partnerNs);
            partner = kept.next(partner);
        }
        return isMatched;
    }

    private void handOn(final RecordContext context, final long timeNs, final long partnerNs) {
        // One call and not one for each case: what follows is compiled into its place.
        context.eventTimeNs(Math.max(timeNs, partnerNs));
        next.process(context, joined);
        context.eventTimeNs(timeNs);
    }

    // First of all, so that a value that cannot be written meets nobody.
    private <V> long write(final RecordContext context, final Codec<V> codec, final V value) {
        final int length;
        try {
            length = codec.encodedLength(value);
            RowTable.checkLength(length);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return SideRows.NONE;
        }
        final long row = kept.add(length);
        try {
            codec.encode(value, kept.buffer(row), kept.valueOffset(row));
        } catch (final Exception e) {
            kept.giveUp(row);
            failures.onFailure(context, e);
            return SideRows.NONE;
        }
        return row;
    }

    private <V> V read(final Codec<V> codec, final long row) {
        return codec.decode(kept.buffer(row), kept.valueOffset(row), kept.valueLength(row));
    }

    private void keep(
            final RecordContext context,
            final long key,
            final long row,
            final int side,
            final long timeNs,
            final long deadlineNs) {
        kept.link(context, key, row, side, timeNs, deadlineNs);
        askForFirst(context);
        if (kept.mayHaveGrown()) {
            lookAhead.update(context, kept.bytesInUse());
        }
    }

    private void askForFirst(final RecordContext context) {
        final long deadlineNs = kept.firstDueNs();
        if (deadlineNs != Long.MAX_VALUE) {
            context.wakeAtEventTime(deadlineNs + graceNs + 1);
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
            handOnAlone(context);
            kept.removeFirstDue();
        }
        askForFirst(context);
        next.onWatermark(context, watermarkNs);
        lateLeft.onWatermark(context, watermarkNs);
        lateRight.onWatermark(context, watermarkNs);
    }

    private void handOnAlone(final RecordContext context) {
        final long row = kept.firstDue();
        final boolean isLeft = kept.side(row) == SideRows.LEFT;
        if (!(isLeft ? kind.keepsLeft() : kind.keepsRight()) || kept.isMatched(row)) {
            return;
        }
        final long timeNs = kept.timeNs(row);
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        if (isLeft) {
            joined.wrap(read(leftCodec, row), timeNs, null, 0);
        } else {
            joined.wrap(null, 0, read(rightCodec, row), timeNs);
        }
        kept.key(context, row);
        context.eventTimeNs(Math.max(timeNs, kept.firstDueNs()));
        next.process(context, joined);
        context.key(keyBuffer, keyOffset, keyLength);
        context.eventTimeNs(eventTimeNs);
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
