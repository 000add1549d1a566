package io.millrace.operators.window;

import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Drives a window operator as a task does: the operator learns of a watermark when it asked for it and not otherwise, so
 * that a wake that is missing shows.
 */
final class WindowRun {
    final List<String> results = new ArrayList<>();
    final List<String> late = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final List<Long> passedOn = new ArrayList<>();
    final TaskCounters counters = new TaskCounters();
    final RecordContext context = new RecordContext();
    final StateMemory memory = new StateMemory(new MemoryBudget("test", Long.MAX_VALUE));
    Operator<Long> operator;
    private long logTimeNow;

    void record(final String key, final long eventTimeNs, final long value) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        context.record(8, eventTimeNs, logTimeNow);
        context.key(new UnsafeBuffer(bytes), 0, bytes.length);
        operator.process(context, value);
    }

    /** Records with the value 1. */
    void records(final String key, final long... eventTimesNs) {
        for (final long eventTimeNs : eventTimesNs) {
            record(key, eventTimeNs, 1);
        }
    }

    void watermark(final long watermarkNs) {
        if (watermarkNs <= context.watermarkNs()) {
            return;
        }
        if (watermarkNs >= context.eventCallNs()) {
            context.clearEventTimes();
            operator.onWatermark(context, watermarkNs);
        }
        context.watermarkNs(watermarkNs);
    }

    void logTime(final long logTimeNs) {
        logTimeNow = logTimeNs;
        if (logTimeNs >= context.logWakeNs()) {
            context.record(8, context.eventTimeNs(), logTimeNs);
            context.clearLogTimes();
            operator.onLogTime(context, logTimeNs);
        }
    }

    Operator<Windowed<String, String>> next() {
        return new Operator<>() {
            @Override
            public void process(final RecordContext context, final Windowed<String, String> value) {
                final String key =
                        context.keyBuffer().getStringWithoutLengthUtf8(context.keyOffset(), context.keyLength());
                if (!key.equals(value.key())) {
                    throw new AssertionError("the context has the key " + key + ", the result " + value);
                }
                results.add(value + " at " + context.eventTimeNs() + (value.isFinal() ? "" : " so far"));
            }

            @Override
            public void onWatermark(final RecordContext context, final long watermarkNs) {
                passedOn.add(watermarkNs);
            }

            @Override
            public void onLogTime(final RecordContext context, final long logTimeNs) {}
        };
    }

    Operator<Long> late() {
        return new Operator<>() {
            @Override
            public void process(final RecordContext context, final Long value) {
                late.add(value + "@" + context.eventTimeNs());
            }

            @Override
            public void onWatermark(final RecordContext context, final long watermarkNs) {}

            @Override
            public void onLogTime(final RecordContext context, final long logTimeNs) {}
        };
    }
}
