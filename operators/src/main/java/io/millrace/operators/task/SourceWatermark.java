package io.millrace.operators.task;

/**
 * Watermark of a source partition: the largest event time seen less the out-of-orderness that is allowed for.
 *
 * <p>A watermark record in a source topic speaks for the whole partition: publishers append one to say that nothing
 * earlier will come although nothing later has come yet, and a last one when the input ends.
 */
public final class SourceWatermark implements WatermarkTracker {
    private final long outOfOrdernessNs;
    private long watermarkNs = Long.MIN_VALUE;

    /**
     * Creates the tracker.
     *
     * @param outOfOrdernessNs how far an event time may lie behind the largest seen, in ns, at least 0.
     */
    public SourceWatermark(final long outOfOrdernessNs) {
        this.outOfOrdernessNs = outOfOrdernessNs;
    }

    @Override
    public long onData(final long eventTimeNs) {
        // Only a watermark record may end the input, no event time however far off.
        final long candidate = Math.min(eventTimeNs - outOfOrdernessNs, Long.MAX_VALUE - 1);
        // An event time near the beginning of the range would wrap round to its end.
        if (candidate > watermarkNs && candidate <= eventTimeNs) {
            watermarkNs = candidate;
        }
        return watermarkNs;
    }

    @Override
    public long onWatermark(final int producerId, final long newWatermarkNs) {
        watermarkNs = Math.max(watermarkNs, newWatermarkNs);
        return watermarkNs;
    }
}
