package io.millrace.operators.task;

import io.millrace.operators.effect.TaskCalls;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;

/**
 * Watermark of a partition in which inputs wait for replies: not beyond the earliest event time among those that wait, since
 * their results are still to come. The last watermark, too, counts only when none waits any more.
 */
public final class ReplyWatermark implements WatermarkTracker {
    private final WatermarkTracker inputs;
    private final TaskCalls calls;
    private long inputNs = Long.MIN_VALUE;
    private long watermarkNs = Long.MIN_VALUE;

    /**
     * Creates the tracker.
     *
     * @param inputs tracker of the partition without the replies.
     * @param calls  that wait.
     */
    public ReplyWatermark(final WatermarkTracker inputs, final TaskCalls calls) {
        this.inputs = inputs;
        this.calls = calls;
    }

    @Override
    public long onData(final long eventTimeNs, final long clockNs) {
        return held(inputs.onData(eventTimeNs, clockNs));
    }

    @Override
    public long onWatermark(
            final int producerId,
            final long newWatermarkNs,
            final boolean isIdle,
            final long originNs,
            final long clockNs) {
        return held(inputs.onWatermark(producerId, newWatermarkNs, isIdle, originNs, clockNs));
    }

    @Override
    public long originNs(final long clockNs) {
        return inputs.originNs(clockNs);
    }

    @Override
    public long onTick(final long clockNs) {
        return held(inputs.onTick(clockNs));
    }

    @Override
    public boolean isMovedByValues() {
        return true;
    }

    @Override
    public long afterValue() {
        return held(inputNs);
    }

    private long held(final long newInputNs) {
        inputNs = newInputNs;
        watermarkNs = Math.max(watermarkNs, Math.min(newInputNs, calls.earliestNs()));
        return watermarkNs;
    }

    @Override
    public boolean isIdle() {
        return inputs.isIdle();
    }

    @Override
    public long tickDueNs(final long wantedNs, final long silenceNs) {
        return inputs.tickDueNs(wantedNs, silenceNs);
    }

    @Override
    public long silenceWantedNs() {
        return inputs.silenceWantedNs();
    }

    @Override
    public long silenceWantedNs(final int producerId) {
        return inputs.silenceWantedNs(producerId);
    }

    @Override
    public void snapshot(final StateWriter out) {
        inputs.snapshot(out);
        out.writeLong(inputNs);
        out.writeLong(watermarkNs);
    }

    @Override
    public void restore(final StateReader in) {
        inputs.restore(in);
        inputNs = in.readLong();
        watermarkNs = in.readLong();
    }
}
