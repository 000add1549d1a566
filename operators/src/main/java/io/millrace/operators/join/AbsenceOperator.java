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
import java.util.function.BiPredicate;
import org.agrona.DirectBuffer;

/**
 * Hands on the values of the left side that have no partner: no value of the right side with the same key, from {@code before}
 * earlier to {@code after} later, both bounds included, that matches. It is the outer part of an
 * {@link IntervalJoinOperator}, with its deadlines, its order and its rule for what is late.
 *
 * <p>A left value of time {@code t} is handed on once time is closed behind {@code t + after}, with that as its event time, or
 * its own if that is later. One that has met a partner is taken out of the list of its key, so that no later one looks at it
 * again. A right value is kept until it can meet nobody, as bytes if a condition has to be asked, as its time alone if not.
 *
 * <p>A right value for which the condition fails has met nobody, and a left one for which it fails is left out.
 *
 * @param <L> type of the values of the left side.
 * @param <R> type of the values of the right side.
 */
public final class AbsenceOperator<L, R> extends Step<Sided, L> implements Stateful {
    private static final int APART = 0;
    private static final int MET = 1;
    private static final int FAILED = 2;

    private final long beforeNs;
    private final long afterNs;
    private final long graceNs;
    private final BiPredicate<? super L, ? super R> condition;
    private final Codec<L> leftCodec;
    private final Codec<R> rightCodec;
    private final TaskCounters counters;
    private final Operator<? super L> lateLeft;
    private final Operator<? super R> lateRight;
    private final SideRows kept;
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner      name of the step, for errors.
     * @param failures   of the step.
     * @param beforeNs   how much earlier a right value may be, in ns; less than 0 for one that has to be later.
     * @param afterNs    how much later a right value may be, in ns; less than 0 for one that has to be earlier.
     * @param graceNs    how far behind the watermark a value may come, in ns, 0 or more.
     * @param condition  that a right value has to meet to be a partner; null if any is.
     * @param leftCodec  of the values of the left side, of this operator alone.
     * @param rightCodec of the values of the right side, of this operator alone.
     * @param memory     of the task.
     * @param counters   of the task.
     * @param next       step that takes the values without a partner.
     * @param lateLeft   step that takes late values of the left side.
     * @param lateRight  step that takes late values of the right side.
     */
    public AbsenceOperator(
            final String owner,
            final FailureHandler failures,
            final long beforeNs,
            final long afterNs,
            final long graceNs,
            final BiPredicate<? super L, ? super R> condition,
            final Codec<L> leftCodec,
            final Codec<R> rightCodec,
            final StateMemory memory,
            final TaskCounters counters,
            final Operator<? super L> next,
            final Operator<? super L> lateLeft,
            final Operator<? super R> lateRight) {
        super(failures, next);
        this.beforeNs = beforeNs;
        this.afterNs = afterNs;
        this.graceNs = graceNs;
        this.condition = condition;
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
        final long closedNs = KeyedRows.closedNs(context.watermarkNs(), graceNs);
        if (!EventTimeRange.holds(timeNs)) {
            failures.onFailure(context, EventTimeRange.refused(timeNs));
        } else if (timeNs < closedNs) {
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
        final long key = kept.find(context);
        if (meet(context, key, left, timeNs - beforeNs, deadlineNs) != APART) {
            return;
        }
        if (deadlineNs < closedNs) {
            // Its partners had to be earlier, and none can come any more.
            next.process(context, left);
            return;
        }
        final long row = write(context, leftCodec, left);
        if (row != SideRows.NONE) {
            keep(context, key, row, SideRows.LEFT, timeNs, deadlineNs);
        }
    }

    private int meet(final RecordContext context, final long key, final L left, final long fromNs, final long toNs) {
        if (condition == null) {
            return kept.hasAny(key, SideRows.RIGHT, fromNs, toNs) ? MET : APART;
        }
        int outcome = APART;
        long right = kept.first(key, SideRows.RIGHT, fromNs);
        while (outcome == APART && right != SideRows.NONE && kept.timeNs(right) <= toNs) {
            outcome = test(context, left, read(rightCodec, right));
            right = kept.next(right);
        }
        return outcome;
    }

    private int test(final RecordContext context, final L left, final R right) {
        try {
            return condition.test(left, right) ? MET : APART;
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return FAILED;
        }
    }

    private void processRight(final RecordContext context, final R right, final long timeNs, final long closedNs) {
        final long deadlineNs = timeNs + beforeNs;
        final boolean isKept = deadlineNs >= closedNs;
        // First of all, so that a value that cannot be written meets nobody.
        final long row = isKept ? writeRight(context, right) : SideRows.NONE;
        if (isKept && row == SideRows.NONE) {
            return;
        }
        final long first = kept.first(kept.find(context), SideRows.LEFT, timeNs - afterNs);
        final boolean hasFailed = !mark(context, first, right, deadlineNs);
        takeOut(first, deadlineNs, hasFailed);
        if (isKept && hasFailed) {
            kept.giveUp(row);
        } else if (isKept) {
            // The key is looked for once more: it may have gone with its last left value.
            keep(context, kept.find(context), row, SideRows.RIGHT, timeNs, deadlineNs);
        }
    }

    /** Marks the left values that a right one meets, where there is a condition; false if that has failed for one of them. */
    private boolean mark(final RecordContext context, final long first, final R right, final long toNs) {
        if (condition == null) {
            return true;
        }
        int outcome = APART;
        long left = first;
        while (outcome != FAILED && left != SideRows.NONE && kept.timeNs(left) <= toNs) {
            outcome = test(context, read(leftCodec, left), right);
            if (outcome == MET) {
                kept.mark(left, true);
            }
            left = kept.next(left);
        }
        return outcome != FAILED;
    }

    private void takeOut(final long first, final long toNs, final boolean hasFailed) {
        long left = first;
        while (left != SideRows.NONE && kept.timeNs(left) <= toNs) {
            final long next = kept.next(left);
            if (condition == null || kept.isMarked(left)) {
                if (hasFailed) {
                    kept.mark(left, false);
                } else {
                    kept.takeOut(left);
                }
            }
            left = next;
        }
    }

    private long writeRight(final RecordContext context, final R right) {
        return condition == null ? kept.add(0) : write(context, rightCodec, right);
    }

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
        lookAhead.update(context, kept.bytesInUse());
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
            final long row = kept.firstDue();
            if (kept.side(row) == SideRows.LEFT && !kept.isOut(row)) {
                handOn(context, row);
            }
            kept.removeFirstDue();
        }
        askForFirst(context);
        next.onWatermark(context, watermarkNs);
        lateLeft.onWatermark(context, watermarkNs);
        lateRight.onWatermark(context, watermarkNs);
    }

    private void handOn(final RecordContext context, final long row) {
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        kept.key(context, row);
        context.eventTimeNs(Math.max(kept.timeNs(row), kept.firstDueNs()));
        next.process(context, read(leftCodec, row));
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
