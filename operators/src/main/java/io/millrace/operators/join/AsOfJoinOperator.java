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
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Gives each value of the left side the value of the right side that held at its event time: of those with its key and an event
 * time not behind its own, the latest, and of several of that time the one that came last. One that is older than the
 * tolerance does not count.
 *
 * <p>A left value is answered at once, with what came before it in the log; or, if the join waits, when the watermark, less
 * the grace, has passed its event time, with what came until then. Answers that waited come in the order of the event times,
 * those of one time in the order in which the values came.
 *
 * <p>Time is closed up to the watermark less the grace. A left value with an earlier event time is late. A right one is late
 * when one that is not older is known which time has closed over, or when it is older than the tolerance by then: it can
 * answer nobody. So for each key one right value is kept, and those that time has not closed over.
 *
 * @param <L> type of the values of the left side.
 * @param <R> type of the values of the right side.
 */
public final class AsOfJoinOperator<L, R> extends Step<Sided, Joined<L, R>> implements Stateful {
    /** The tolerance that any right value meets, however old. */
    public static final long ANY_AGE = Long.MAX_VALUE;

    private final boolean keepsLeft;
    private final boolean waits;
    private final long toleranceNs;
    private final long graceNs;
    private final Codec<L> leftCodec;
    private final Codec<R> rightCodec;
    private final TaskCounters counters;
    private final Operator<? super L> lateLeft;
    private final Operator<? super R> lateRight;
    private final AsOfRows kept;
    private final MutableDirectBuffer encoded = new ExpandableArrayBuffer();
    private final Joined<L, R> joined = new Joined<>();
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner       name of the step, for errors.
     * @param failures    of the step.
     * @param keepsLeft   whether a left value without an answer is handed on alone.
     * @param waits       whether a left value waits until time has closed over it.
     * @param toleranceNs how much older an answer may be, in ns, 0 to 2^60; or {@link #ANY_AGE}.
     * @param graceNs     how far behind the watermark a value may come, in ns, 0 to 2^60.
     * @param leftCodec   of the values of the left side, of this operator alone.
     * @param rightCodec  of the values of the right side, of this operator alone.
     * @param memory      of the task.
     * @param counters    of the task.
     * @param next        step that takes the answers.
     * @param lateLeft    step that takes late values of the left side.
     * @param lateRight   step that takes late values of the right side.
     */
    public AsOfJoinOperator(
            final String owner,
            final FailureHandler failures,
            final boolean keepsLeft,
            final boolean waits,
            final long toleranceNs,
            final long graceNs,
            final Codec<L> leftCodec,
            final Codec<R> rightCodec,
            final StateMemory memory,
            final TaskCounters counters,
            final Operator<? super Joined<L, R>> next,
            final Operator<? super L> lateLeft,
            final Operator<? super R> lateRight) {
        super(failures, next);
        this.keepsLeft = keepsLeft;
        this.waits = waits;
        this.toleranceNs = toleranceNs;
        this.graceNs = graceNs;
        this.leftCodec = leftCodec;
        this.rightCodec = rightCodec;
        this.counters = counters;
        this.lateLeft = lateLeft;
        this.lateRight = lateRight;
        this.kept = new AsOfRows(memory, owner);
    }

    @Override
    public void process(final RecordContext context, final Sided value) {
        final long timeNs = context.eventTimeNs();
        final long closedNs = KeyedRows.closedNs(context.watermarkNs(), graceNs);
        if (!EventTimeRange.holds(timeNs)) {
            failures.onFailure(context, EventTimeRange.refused(timeNs));
        } else if (value.side() == SideRows.LEFT) {
            processLeft(context, value.value(), timeNs, closedNs);
        } else {
            processRight(context, value.value(), timeNs, closedNs);
        }
    }

    private void processLeft(final RecordContext context, final L left, final long timeNs, final long closedNs) {
        if (timeNs < closedNs) {
            counters.addLateRecord();
            lateLeft.process(context, left);
        } else if (waits) {
            final long row = write(context, leftCodec, left);
            if (row != AsOfRows.NONE) {
                kept.await(context, row, timeNs);
                askForFirst(context);
                if (kept.mayHaveGrown()) {
                    lookAhead.update(context, kept.bytesInUse());
                }
            }
        } else {
            answer(context, left, timeNs, kept.last(context, timeNs));
        }
    }

    private void processRight(final RecordContext context, final R right, final long timeNs, final long closedNs) {
        if (timeNs < closedNs && isLate(context, timeNs, closedNs)) {
            counters.addLateRecord();
            lateRight.process(context, right);
            return;
        }
        final int length = encode(context, right);
        if (length >= 0) {
            kept.link(context, encoded, length, timeNs, closedNs, toleranceNs);
            askForFirst(context);
            if (kept.mayHaveGrown()) {
                lookAhead.update(context, kept.bytesInUse());
            }
        }
    }

    // Aside: one that fails halfway must not have destroyed the value whose place it takes. Less than 0 if it does.
    private int encode(final RecordContext context, final R right) {
        try {
            final int length = rightCodec.encodedLength(right);
            RowTable.checkLength(length);
            encoded.checkLimit(length);
            // Bytes that the codec leaves out do not depend on the value before.
            encoded.setMemory(0, length, (byte) 0);
            rightCodec.encode(right, encoded, 0);
            return length;
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return -1;
        }
    }

    // Those who may still ask have a time of closedNs or later.
    private boolean isLate(final RecordContext context, final long timeNs, final long closedNs) {
        if (!isTolerated(timeNs, closedNs)) {
            return true;
        }
        return kept.lastKnownNs(context, closedNs - 1) >= timeNs;
    }

    // Not by the distance of the two, which may be more than 64 bits hold.
    private boolean isTolerated(final long rightNs, final long leftNs) {
        return toleranceNs == ANY_AGE || rightNs >= leftNs - toleranceNs;
    }

    private void answer(final RecordContext context, final L left, final long timeNs, final long right) {
        if (right != AsOfRows.NONE && isTolerated(kept.timeNs(right), timeNs)) {
            joined.wrap(left, timeNs, read(rightCodec, right), kept.timeNs(right));
            next.process(context, joined);
        } else if (keepsLeft) {
            joined.wrap(left, timeNs, null, 0);
            next.process(context, joined);
        }
    }

    private <V> long write(final RecordContext context, final Codec<V> codec, final V value) {
        final int length;
        try {
            length = codec.encodedLength(value);
            RowTable.checkLength(length);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return AsOfRows.NONE;
        }
        final long row = kept.add(length);
        try {
            codec.encode(value, kept.buffer(row), kept.valueOffset(row));
        } catch (final Exception e) {
            kept.giveUp(row);
            failures.onFailure(context, e);
            return AsOfRows.NONE;
        }
        return row;
    }

    private <V> V read(final Codec<V> codec, final long row) {
        return codec.decode(kept.buffer(row), kept.valueOffset(row), kept.valueLength(row));
    }

    // To free memory alone nobody has to be woken, and it may wait until there is more to free.
    private void askForFirst(final RecordContext context) {
        if (waits) {
            final long dueNs = kept.firstDueNs();
            if (dueNs != Long.MAX_VALUE) {
                context.wakeAtEventTime(dueNs + graceNs + 1);
            }
        } else if (kept.hasManyDue()) {
            context.callAtEventTime(kept.firstDueNs() + graceNs + 1);
        } else if (toleranceNs != ANY_AGE && kept.firstDueNs() != Long.MAX_VALUE) {
            // Few values may be large ones: none is kept for more than twice the tolerance.
            context.callAtEventTime(kept.firstDueNs() + graceNs + 1 + toleranceNs);
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
            switch (kept.firstKind()) {
                case AsOfRows.SUCCESSION -> kept.succeed(waits ? kept.firstDueNs() : closedNs);
                case AsOfRows.EXPIRY -> kept.expire(toleranceNs);
                default -> answerFirst(context);
            }
        }
        askForFirst(context);
        next.onWatermark(context, watermarkNs);
        lateLeft.onWatermark(context, watermarkNs);
        lateRight.onWatermark(context, watermarkNs);
    }

    private void answerFirst(final RecordContext context) {
        final long row = kept.firstDue();
        final long timeNs = kept.timeNs(row);
        final long eventTimeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        kept.key(context, row);
        context.eventTimeNs(timeNs);
        answer(context, read(leftCodec, row), timeNs, kept.lastOfSameKey(row, timeNs));
        context.key(keyBuffer, keyOffset, keyLength);
        context.eventTimeNs(eventTimeNs);
        kept.removeAnswered();
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
