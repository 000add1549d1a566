package io.millrace.operators.join;

import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Hands values of two sides to a join as a task does: time is told when it was asked for, before the value that has moved it. */
final class SidesRun {
    final StateMemory memory = new StateMemory(new MemoryBudget("test", Long.MAX_VALUE));
    final TaskCounters counters = new TaskCounters();
    final List<String> results = new ArrayList<>();
    final List<String> late = new ArrayList<>();
    private final RecordContext context = new RecordContext();
    private final Sided sided = new Sided();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);

    SidesRun() {
        context.callAtEventTime(Long.MIN_VALUE);
        context.watermarkNs(Long.MIN_VALUE);
    }

    static void fail(final RecordContext failed, final Exception failure) {
        throw new AssertionError(failure);
    }

    Operator<Joined<String, String>> results() {
        return new Taker<>() {
            @Override
            public void process(final RecordContext given, final Joined<String, String> joined) {
                results.add(given.eventTimeNs() + " " + joined.left() + "|" + joined.right());
            }
        };
    }

    Operator<String> values() {
        return new Taker<>() {
            @Override
            public void process(final RecordContext given, final String value) {
                results.add(given.eventTimeNs() + " " + value);
            }
        };
    }

    Operator<String> late() {
        return new Taker<>() {
            @Override
            public void process(final RecordContext given, final String value) {
                late.add(value);
            }
        };
    }

    void value(
            final Operator<Sided> join, final int side, final String keyText, final long timeNs, final String value) {
        context.record(0, timeNs, 0);
        setKey(keyText);
        sided.wrap(side, value);
        join.process(context, sided);
    }

    void watermark(final Operator<Sided> join, final long watermarkNs) {
        if (watermarkNs >= context.eventCallNs()) {
            setKey("");
            context.clearEventTimes();
            join.onWatermark(context, watermarkNs);
        }
        context.watermarkNs(watermarkNs);
    }

    private void setKey(final String text) {
        key.wrap(text.getBytes(StandardCharsets.UTF_8));
        context.key(key, 0, key.capacity());
    }

    private abstract static class Taker<V> implements Operator<V> {
        @Override
        public void onWatermark(final RecordContext given, final long watermarkNs) {}

        @Override
        public void onLogTime(final RecordContext given, final long logTimeNs) {}
    }
}
