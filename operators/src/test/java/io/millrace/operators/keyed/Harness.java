package io.millrace.operators.keyed;

import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Drives an operator by hand as a task does: it is told of time only when it asked to be, and at the end. */
final class Harness<V> {
    final RecordContext context = new RecordContext();
    private final Supplier<? extends Operator<V>> factory;
    private final boolean isRestoredEachTime;
    private Operator<V> operator;
    private long position;
    private long clockNs = 1_000;

    Harness(final Supplier<? extends Operator<V>> factory, final boolean isRestoredEachTime) {
        this.factory = factory;
        this.isRestoredEachTime = isRestoredEachTime;
        this.operator = factory.get();
    }

    /** The operator that is driven now. */
    Operator<V> operator() {
        return operator;
    }

    void record(final String key, final long eventTimeNs, final V value) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        record(new UnsafeBuffer(bytes), bytes.length, eventTimeNs, value);
    }

    void record(final UnsafeBuffer key, final int length, final long eventTimeNs, final V value) {
        position += 8;
        context.record(position, eventTimeNs, clockNs);
        context.key(key, 0, length);
        operator.process(context, value);
        restore();
    }

    void watermark(final long watermarkNs) {
        context.record(context.position(), -1, clockNs);
        context.key(null, 0, 0);
        if (watermarkNs > context.watermarkNs()) {
            if (watermarkNs >= context.eventCallNs() || watermarkNs == Long.MAX_VALUE) {
                context.clearEventTimes();
                operator.onWatermark(context, watermarkNs);
            }
            context.watermarkNs(watermarkNs);
        }
        restore();
    }

    void logTime(final long logTimeNs) {
        clockNs = Math.max(clockNs, logTimeNs);
        context.record(context.position(), -1, clockNs);
        context.key(null, 0, 0);
        if (clockNs >= context.logWakeNs()) {
            context.clearLogTimes();
            operator.onLogTime(context, clockNs);
        }
        restore();
    }

    // A checkpoint and a restart between any two records.
    private void restore() {
        if (isRestoredEachTime) {
            final StateWriter writer = new StateWriter(new ExpandableArrayBuffer(), 0);
            ((Stateful) operator).snapshot(writer);
            operator = factory.get();
            ((Stateful) operator).restore(new StateReader(writer.buffer(), 0, writer.length()));
        }
    }

    /** Ends a chain in a function. */
    static <T> Operator<T> sink(final BiConsumer<RecordContext, T> function) {
        return new Operator<>() {
            @Override
            public void process(final RecordContext context, final T value) {
                function.accept(context, value);
            }

            @Override
            public void onWatermark(final RecordContext context, final long watermarkNs) {}

            @Override
            public void onLogTime(final RecordContext context, final long logTimeNs) {}
        };
    }

    static String keyOf(final RecordContext context) {
        return context.keyBuffer().getStringWithoutLengthUtf8(context.keyOffset(), context.keyLength());
    }
}
