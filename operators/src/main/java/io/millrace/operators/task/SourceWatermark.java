package io.millrace.operators.task;

import io.millrace.operators.output.ExchangeMark;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;

/**
 * Watermark of a source partition: the largest event time seen less the out-of-orderness that is allowed for.
 *
 * <p>A watermark record in a source topic speaks for the whole partition: publishers append one to say that nothing
 * earlier will come although nothing later has come yet, and a last one when the input ends.
 *
 * <p>When the input falls silent, event time goes on at the pace of log time: a tick that comes {@code d} ns after the last
 * record moves the watermark {@code d - idleAfter} ns beyond what all records up to that one had made it, without what an
 * earlier silence had added; it never goes back. For live data that is log time
 * less the two bounds; for recorded data, whose event times are of another day, it is still right. Since a
 * silent partition does not hold up the others ({@link ExchangeWatermark}), it is said in the exchange; and again where a job that
 * catches up has to know how long the silence has lasted.
 */
public final class SourceWatermark implements WatermarkTracker {
    /** No silence is ever long enough. */
    public static final long NEVER_IDLE = Long.MAX_VALUE;

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final long outOfOrdernessNs;
    private final long idleAfterNs;
    private final boolean isSharedExchange;
    private long watermarkNs = Long.MIN_VALUE;
    private long baseNs = Long.MIN_VALUE;
    private long silentSinceNs = UNKNOWN;
    private long knownSilentNs = UNKNOWN;
    private boolean isIdle;

    /**
     * Creates the tracker.
     *
     * @param outOfOrdernessNs how far an event time may lie behind the largest one so far, in ns.
     * @param idleAfterNs      how long the input may be silent before event time goes on without it, in ns;
     *                         {@link #NEVER_IDLE} to wait for ever.
     * @param isSharedExchange whether later stages wait for several tasks, so that they have to be told of silence.
     */
    public SourceWatermark(final long outOfOrdernessNs, final long idleAfterNs, final boolean isSharedExchange) {
        this.outOfOrdernessNs = outOfOrdernessNs;
        this.idleAfterNs = idleAfterNs;
        this.isSharedExchange = isSharedExchange;
    }

    @Override
    public long onData(final long eventTimeNs, final long clockNs) {
        silentSinceNs = clockNs;
        isIdle = false;
        // Only a watermark record may end the input, no event time however far off.
        final long candidate = Math.min(eventTimeNs - outOfOrdernessNs, Long.MAX_VALUE - 1);
        // An event time near the beginning of the range would wrap round to its end.
        if (candidate > baseNs && candidate <= eventTimeNs) {
            baseNs = candidate;
            if (candidate > watermarkNs) {
                watermarkNs = candidate;
            }
        }
        return watermarkNs;
    }

    @Override
    public long onWatermark(
            final int producerId,
            final long newWatermarkNs,
            final boolean isIdleMark,
            final long originNs,
            final long clockNs) {
        silentSinceNs = clockNs;
        isIdle = false;
        baseNs = Math.max(baseNs, newWatermarkNs);
        watermarkNs = Math.max(watermarkNs, baseNs);
        return watermarkNs;
    }

    @Override
    public long onTick(final long clockNs) {
        if (silentSinceNs == UNKNOWN) {
            // Nothing has ever come: the silence is counted from the first tick.
            silentSinceNs = clockNs;
            return watermarkNs;
        }
        final long beyondNs = clockNs - silentSinceNs - idleAfterNs;
        if (idleAfterNs != NEVER_IDLE && beyondNs >= 0) {
            isIdle = true;
            knownSilentNs = clockNs;
            if (baseNs != Long.MIN_VALUE && baseNs + beyondNs > watermarkNs && baseNs + beyondNs > baseNs) {
                watermarkNs = baseNs + beyondNs;
            }
        }
        return watermarkNs;
    }

    @Override
    public boolean isIdle() {
        return isIdle;
    }

    @Override
    public long originNs(final long clockNs) {
        // The end of a partition that holds no record comes before all that others have to say.
        return clockNs == ExchangeMark.UNKNOWN ? 0 : clockNs;
    }

    @Override
    public long tickDueNs(final long wantedNs, final long silenceNs) {
        if (wantedNs == Long.MAX_VALUE || idleAfterNs == NEVER_IDLE) {
            return Long.MAX_VALUE;
        }
        final long dueNs = watermarkNs >= wantedNs ? Long.MAX_VALUE : tickDueNs(wantedNs);
        // A later stage has heard of the silence, but not that it has lasted until then.
        return isIdle && knownSilentNs < silenceNs ? Math.min(dueNs, silenceNs) : dueNs;
    }

    private long tickDueNs(final long wantedNs) {
        if (silentSinceNs == UNKNOWN) {
            return isSharedExchange ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        final long idleNs = saturatedSum(silentSinceNs, idleAfterNs);
        if (!isIdle && isSharedExchange) {
            return idleNs;
        }
        return baseNs == Long.MIN_VALUE ? Long.MAX_VALUE : saturatedSum(idleNs, distance(baseNs, wantedNs));
    }

    /** How far it is from a time to a later one, 0 to an earlier one; both may be anywhere in the range. */
    static long distance(final long fromNs, final long toNs) {
        final long distance = toNs - fromNs;
        return toNs <= fromNs ? 0 : distance < 0 ? Long.MAX_VALUE : distance;
    }

    /** A sum that ends where the range does. */
    static long saturatedSum(final long a, final long b) {
        final long sum = a + b;
        return b >= 0 && sum < a ? Long.MAX_VALUE : sum;
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(watermarkNs);
        out.writeLong(baseNs);
        out.writeLong(silentSinceNs);
        out.writeLong(knownSilentNs);
        out.writeBoolean(isIdle);
    }

    @Override
    public void restore(final StateReader in) {
        watermarkNs = in.readLong();
        baseNs = in.readLong();
        silentSinceNs = in.readLong();
        knownSilentNs = in.readLong();
        isIdle = in.readBoolean();
    }
}
