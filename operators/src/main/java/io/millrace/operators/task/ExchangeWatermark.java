package io.millrace.operators.task;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.output.ExchangeMark;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.util.Arrays;

/**
 * Watermark of an exchange partition: the smallest of those that the tasks of the stages before have written into it.
 *
 * <p>A task that has not written one yet holds the watermark back; one whose input is silent does not, unless its silence may be
 * over in what is still to be read ({@link Silences}): then it counts with what it said before, or with what all had said
 * when it was known to be silent last. When all inputs that
 * have not ended are silent, the one that is furthest on gives the watermark: nobody knows of anything that is still to
 * come. Where some have ended and the others are silent, event time goes on with log time from what the ended ones had reached: what
 * they left open closes, although the others may still have something later. Inputs that are {@linkplain #TIMELESS_NS without a
 * time} count only when no other is left. The watermark never goes back, and comes to
 * its end when all inputs have ended. Event times of data records do not
 * move it.
 */
public final class ExchangeWatermark implements WatermarkTracker {
    /**
     * Watermark of an input without a time of its own, in ns since the epoch: beyond all event times, and not the end. As long as
     * another input has not ended, it neither holds up event time nor moves it.
     */
    public static final long TIMELESS_NS = Long.MAX_VALUE - 1;

    private static final long NOBODY_IS_HELD = Long.MAX_VALUE;

    private final int[] producerIds;
    private final long[] watermarksNs;

    // Those that were written while the input was not silent.
    private final long[] spokenNs;
    private final Silences silences;
    private long watermarkNs = Long.MIN_VALUE;
    private long originNs = Long.MIN_VALUE;

    // The furthest watermark of those that have ended, but for the final one, and when the last of them ended.
    private long endedNs = Long.MIN_VALUE;
    private long endedSinceNs;

    /**
     * Creates the tracker.
     *
     * @param producerIds ids of all tasks that write to the exchange.
     */
    public ExchangeWatermark(final int... producerIds) {
        this.producerIds = producerIds.clone();
        Arrays.sort(this.producerIds);
        this.watermarksNs = new long[producerIds.length];
        this.spokenNs = new long[producerIds.length];
        this.silences = new Silences(producerIds.length);
        Arrays.fill(watermarksNs, Long.MIN_VALUE);
        Arrays.fill(spokenNs, Long.MIN_VALUE);
    }

    @Override
    public long onData(final long eventTimeNs, final long clockNs) {
        return watermarkNs;
    }

    @Override
    public long onWatermark(
            final int producerId,
            final long newWatermarkNs,
            final boolean isIdle,
            final long newOriginNs,
            final long clockNs) {
        final int index = Arrays.binarySearch(producerIds, producerId);
        if (index < 0) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD,
                    "watermark of producer " + producerId
                            + ", which does not write to this exchange; its producers are "
                            + Arrays.toString(producerIds));
        }
        if (newOriginNs == ExchangeMark.UNKNOWN) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD,
                    "watermark of producer " + producerId
                            + " does not tell what made it: the exchange was written by an"
                            + " earlier build; start the job under a new name, or run that build");
        }
        if (newWatermarkNs == Long.MAX_VALUE && watermarksNs[index] < TIMELESS_NS) {
            endedNs = Math.max(endedNs, watermarksNs[index]);
            endedSinceNs = clockNs;
        }
        watermarksNs[index] = Math.max(watermarksNs[index], newWatermarkNs);
        if (!isIdle) {
            spokenNs[index] = watermarksNs[index];
        }
        originNs = Math.max(originNs, newOriginNs);
        silences.onMark(index, isIdle, newOriginNs, clockNs);
        watermarkNs = Math.max(watermarkNs, combined(true));
        final long heldNs = heldNs();
        if (heldNs != NOBODY_IS_HELD) {
            watermarkNs = Math.max(watermarkNs, asOf(heldNs));
        }
        ask(heldNs);
        return watermarkNs;
    }

    // Waiting for those whose silence may be over, or for none of those that have last said that they are silent.
    private long combined(final boolean isWaiting) {
        long active = Long.MAX_VALUE;
        long idle = Long.MIN_VALUE;
        boolean hasActive = false;
        boolean hasIdle = false;
        boolean hasTimeless = false;
        for (int i = 0; i < watermarksNs.length; i++) {
            final long each = watermarksNs[i];
            if (each >= TIMELESS_NS) {
                hasTimeless |= each == TIMELESS_NS;
                continue;
            }
            if (isWaiting ? silences.isLeftOut(i) : silences.isSilent(i)) {
                hasIdle = true;
                idle = Math.max(idle, each);
            } else {
                hasActive = true;
                active = Math.min(active, spokenNs[i]);
            }
        }
        return hasActive ? active : hasIdle ? idle : hasTimeless ? TIMELESS_NS : Long.MAX_VALUE;
    }

    // Up to when all those are known to be silent that are waited for though they are.
    private long heldNs() {
        long earliestNs = NOBODY_IS_HELD;
        for (int i = 0; i < watermarksNs.length; i++) {
            if (watermarksNs[i] < TIMELESS_NS && silences.isSilent(i) && !silences.isLeftOut(i)) {
                earliestNs = Math.min(earliestNs, silences.originNs(i));
            }
        }
        return earliestNs;
    }

    // What the watermark was then: where each silence is heard of late, as in a job whose rounds take seconds, one of
    // them is always known for longer than the others, and they would wait for each other in turns.
    private long asOf(final long heldNs) {
        long active = Long.MAX_VALUE;
        long idle = Long.MIN_VALUE;
        for (int i = 0; i < watermarksNs.length; i++) {
            final long each = watermarksNs[i];
            if (each == TIMELESS_NS) {
                continue;
            }
            if (silences.sinceNs(i) > heldNs) {
                return Long.MIN_VALUE;
            }
            if (each != Long.MAX_VALUE && !silences.isSilent(i)) {
                active = Math.min(active, each);
            } else if (each != Long.MAX_VALUE && silences.originNs(i) <= heldNs) {
                idle = Math.max(idle, each);
            }
        }
        return active == Long.MAX_VALUE ? idle : active;
    }

    // Only where the answer would move event time on, now or by the clock.
    private void ask(final long heldNs) {
        silences.ask(heldNs != NOBODY_IS_HELD && (endedNs != Long.MIN_VALUE || combined(false) > watermarkNs));
    }

    @Override
    public long onTick(final long clockNs) {
        if (isLeftToTheClock()) {
            final long reachedNs = SourceWatermark.saturatedSum(endedNs, clockNs - endedSinceNs);
            watermarkNs = Math.max(watermarkNs, Math.min(reachedNs, TIMELESS_NS));
            originNs = Math.max(originNs, clockNs);
        }
        return watermarkNs;
    }

    // Some have ended and the rest is silent, so nobody else moves event time to where the ended ones left off.
    private boolean isLeftToTheClock() {
        boolean hasIdle = false;
        for (int i = 0; i < watermarksNs.length; i++) {
            if (watermarksNs[i] < TIMELESS_NS) {
                if (!silences.isLeftOut(i)) {
                    return false;
                }
                hasIdle = true;
            }
        }
        return hasIdle && endedNs != Long.MIN_VALUE;
    }

    @Override
    public boolean isIdle() {
        return false;
    }

    @Override
    public long originNs(final long clockNs) {
        return originNs;
    }

    @Override
    public long tickDueNs(final long wantedNs, final long silenceNs) {
        return wantedNs == Long.MAX_VALUE || watermarkNs >= wantedNs || !isLeftToTheClock()
                ? Long.MAX_VALUE
                : SourceWatermark.saturatedSum(endedSinceNs, SourceWatermark.distance(endedNs, wantedNs));
    }

    @Override
    public long silenceWantedNs() {
        return silences.wantedNs();
    }

    @Override
    public long silenceWantedNs(final int producerId) {
        final int index = Arrays.binarySearch(producerIds, producerId);
        return index < 0 ? Long.MIN_VALUE : silences.wantedNs(index);
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeInt(producerIds.length);
        for (int i = 0; i < producerIds.length; i++) {
            out.writeInt(producerIds[i]);
            out.writeLong(watermarksNs[i]);
            out.writeLong(spokenNs[i]);
        }
        silences.snapshot(out);
        out.writeLong(watermarkNs);
        out.writeLong(originNs);
        out.writeLong(endedNs);
        out.writeLong(endedSinceNs);
    }

    @Override
    public void restore(final StateReader in) {
        in.check(in.readInt() == producerIds.length, "another number of tasks writes to the exchange");
        for (int i = 0; i < producerIds.length; i++) {
            in.check(in.readInt() == producerIds[i], "other tasks write to the exchange");
            watermarksNs[i] = in.readLong();
            spokenNs[i] = in.readLong();
        }
        silences.restore(in);
        watermarkNs = in.readLong();
        originNs = in.readLong();
        endedNs = in.readLong();
        endedSinceNs = in.readLong();
        ask(heldNs());
    }
}
