package io.millrace.operators.task;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.ExchangeMark;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.DirectBuffer;

/**
 * Drives a chain with the records of a partition: first the clock, then the watermark, then the value. So a timer has
 * fired before the first record past its time is seen, and a final result is appended before any later record counts.
 *
 * @param <V> type of the values in the partition.
 */
public final class ChainDriver<V> extends TaskDriver {
    private final Codec<V> codec;
    private final Codec<V> aheadCodec;
    private final EventTimes<V> eventTimes;
    private final WatermarkTracker tracker;
    private final Operator<V> chain;
    private final TaskCounters counters;
    private final FailureHandler failures;
    private final V tombstone;
    private final boolean isMovedByValues;
    private final RecordContext context = new RecordContext();
    private final RecordContext aheadContext = new RecordContext();

    private long clockNs = Long.MIN_VALUE;
    private long recordsIn;
    private boolean isComplete;

    /**
     * Creates a driver.
     *
     * @param codec      that reads the values.
     * @param eventTimes where event times come from, and how far ahead they may be.
     * @param tracker    that derives the watermark.
     * @param chain      first operator of the chain.
     * @param counters   of the task.
     * @param failures   takes records that cannot be decoded.
     * @param tombstone  what is handed on for a tombstone; null to ignore them, since a stream has no deletes.
     */
    public ChainDriver(
            final Codec<V> codec,
            final EventTimes<V> eventTimes,
            final WatermarkTracker tracker,
            final Operator<V> chain,
            final TaskCounters counters,
            final FailureHandler failures,
            final V tombstone) {
        this.codec = codec;
        this.aheadCodec = codec.forTask();
        this.eventTimes = eventTimes;
        this.tracker = tracker;
        this.chain = chain;
        this.counters = counters;
        this.failures = failures;
        this.tombstone = tombstone;
        this.isMovedByValues = tracker.isMovedByValues();
        // Nobody has asked yet: the first watermark is told to all, and they say when they want the next.
        context.callAtEventTime(Long.MIN_VALUE);
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        if (isComplete) {
            return;
        }
        final long logTimeNs = record.logTimeNs();
        if (logTimeNs > clockNs) {
            clockNs = logTimeNs;
        }
        final DirectBuffer buffer = record.buffer();
        final int keyOffset = record.keyOffset();
        final int keyLength = record.keyLength();
        context.record(record.position(), record.eventTimeNs(), clockNs);
        context.key(buffer, keyOffset, keyLength);
        context.recordKey(keyOffset, keyLength);
        context.value(buffer, keyOffset + keyLength, record.valueLength());
        context.onRecord(false);
        if (clockNs >= context.logWakeNs()) {
            context.clearLogTimes();
            chain.onLogTime(context, clockNs);
        }
        final byte kind = record.kind();
        if (kind == RecordKind.DATA) {
            onData();
        } else {
            onOther(record, kind);
        }
    }

    private void onData() {
        recordsIn++;
        context.onRecord(true);
        final V value;
        final long eventTimeNs;
        try {
            value = codec.decode(context.recordBuffer(), context.valueOffset(), context.valueLength());
            eventTimeNs = eventTimes.of(value, context.recordEventTimeNs(), clockNs);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        handOn(value, eventTimeNs);
    }

    private void onTombstone(final RecordFlyweight record) {
        recordsIn++;
        context.onRecord(true);
        final long eventTimeNs;
        try {
            eventTimeNs = eventTimes.ofRecord(record.eventTimeNs(), clockNs);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        handOn(tombstone, eventTimeNs);
    }

    private void handOn(final V value, final long eventTimeNs) {
        context.eventTimeNs(eventTimeNs);
        final long watermarkNs = tracker.onData(eventTimeNs, clockNs);
        if (watermarkNs >= context.eventCallNs() || context.isIdle()) {
            context.onRecord(false);
            tell(watermarkNs);
            context.onRecord(true);
        }
        context.watermarkNs(watermarkNs);
        chain.process(context, value);
        if (isMovedByValues) {
            tellAfterValue();
        }
    }

    private void tellAfterValue() {
        final long watermarkNs = tracker.afterValue();
        if (watermarkNs > context.watermarkNs()) {
            context.onRecord(false);
            tell(watermarkNs);
        }
    }

    private void onOther(final RecordFlyweight record, final byte kind) {
        switch (kind) {
            case RecordKind.WATERMARK ->
                tell(tracker.onWatermark(
                        record.producerId(),
                        record.eventTimeNs(),
                        ExchangeMark.isIdle(record.buffer(), record.valueOffset(), record.valueLength()),
                        ExchangeMark.originNs(record.buffer(), record.valueOffset(), record.valueLength()),
                        clockNs));
            case RecordKind.TICK -> onTick();
            case RecordKind.TOMBSTONE -> {
                if (tombstone != null) {
                    onTombstone(record);
                }
            }
            default -> {
                // Kinds of a later version say nothing that this task needs to know.
            }
        }
    }

    private void onTick() {
        final long watermarkNs = tracker.onTick(clockNs);
        if (tracker.isIdle()) {
            // Even if event time stands still: later stages learn how long the silence has lasted.
            tellAll(watermarkNs);
        } else {
            tell(watermarkNs);
        }
    }

    private void tell(final long watermarkNs) {
        if (watermarkNs > context.watermarkNs() || tracker.isIdle() != context.isIdle()) {
            tellAll(watermarkNs);
        }
    }

    private void tellAll(final long watermarkNs) {
        context.idle(tracker.isIdle());
        context.originNs(tracker.originNs(clockNs));
        context.clearEventTimes();
        chain.onWatermark(context, watermarkNs);
        context.watermarkNs(watermarkNs);
        isComplete = watermarkNs == Long.MAX_VALUE;
    }

    @Override
    public void prefetch(final RecordFlyweight record) {
        if (record.kind() != RecordKind.DATA) {
            return;
        }
        aheadContext.key(record.buffer(), record.keyOffset(), record.keyLength());
        if (!codec.isBorrowed()) {
            // To decode it twice would cost more than it brings; the key in the record is often enough.
            chain.prefetch(aheadContext, null);
            return;
        }
        final V value;
        try {
            value = aheadCodec.decode(record.buffer(), record.valueOffset(), record.valueLength());
        } catch (final Exception e) {
            // It fails again, and is dealt with, when its turn comes.
            return;
        }
        chain.prefetch(aheadContext, value);
    }

    @Override
    public boolean wantsLookAhead() {
        return context.wantsLookAhead();
    }

    @Override
    public void endOfPoll() {
        counters.recordsIn(recordsIn);
    }

    @Override
    public boolean isComplete() {
        return isComplete;
    }

    @Override
    public long eventWakeNs() {
        return context.eventWakeNs();
    }

    @Override
    public long tickDueNs(final long laterStagesWantNs, final long silenceNs) {
        return Math.min(
                context.logWakeNs(), tracker.tickDueNs(Math.min(context.eventWakeNs(), laterStagesWantNs), silenceNs));
    }

    @Override
    public long silenceWantedNs() {
        return tracker.silenceWantedNs();
    }

    @Override
    public long silenceWantedNs(final int producerId) {
        return tracker.silenceWantedNs(producerId);
    }

    @Override
    public void askForNextWatermark() {
        context.callAtEventTime(Long.MIN_VALUE);
    }

    @Override
    public void snapshot(final StateWriter out) {
        out.writeLong(clockNs);
        out.writeLong(recordsIn);
        out.writeBoolean(isComplete);
        out.writeLong(context.watermarkNs());
        out.writeBoolean(context.isIdle());
        out.writeLong(context.eventCallNs());
        out.writeLong(context.eventWakeNs());
        out.writeLong(context.logWakeNs());
        out.writeBoolean(context.wantsLookAhead());
        tracker.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        clockNs = in.readLong();
        recordsIn = in.readLong();
        isComplete = in.readBoolean();
        context.watermarkNs(in.readLong());
        context.idle(in.readBoolean());
        context.clearEventTimes();
        context.callAtEventTime(in.readLong());
        context.wakeAtEventTime(in.readLong());
        context.clearLogTimes();
        context.wakeAtLogTime(in.readLong());
        if (in.readBoolean()) {
            context.askForLookAhead();
        }
        tracker.restore(in);
        endOfPoll();
    }
}
