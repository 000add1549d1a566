package io.millrace.torture.job;

import io.millrace.operators.keyed.FlyweightState;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.streams.Codecs;
import org.agrona.MutableDirectBuffer;

/** Tells when an account was silent for too long, by event time, and every so often in log time how many values it had. */
final class SilenceProcessor implements Processor<Long, long[], long[]> {
    private static final long SILENCE_NS = 300_000_000;
    private static final long REPORT_NS = 50_000_000;
    private static final long SILENT = 1;
    private static final long REPORT = 2;

    private FlyweightState<LastSeen> lastSeen;
    private ValueState<Long> count;
    private ValueState<Long> reportNs;

    @Override
    public void init(final ProcessorSetup setup) {
        lastSeen = setup.flyweightState("last-seen", LastSeen::new);
        count = setup.valueState("count", Codecs.int64());
        reportNs = setup.valueState("report", Codecs.int64());
    }

    @Override
    public void process(final long[] value, final ProcessorContext<Long, long[]> context) {
        count.set(count.valueOr(0L) + 1);
        if (!reportNs.isSet()) {
            final long dueNs = (context.logTimeNs() / REPORT_NS + 1) * REPORT_NS;
            context.scheduleLogTimer(dueNs);
            reportNs.set(dueNs);
        }
        final boolean isKnown = lastSeen.isSet();
        final LastSeen last = lastSeen.view();
        if (isKnown) {
            context.cancelEventTimer(last.timeNs() + SILENCE_NS);
        }
        last.timeNs(isKnown ? Math.max(last.timeNs(), context.eventTimeNs()) : context.eventTimeNs());
        context.scheduleEventTimer(last.timeNs() + SILENCE_NS);
    }

    @Override
    public void onEventTimer(final long timeNs, final ProcessorContext<Long, long[]> context) {
        context.forward(new long[] {SILENT, timeNs, count.value()});
    }

    @Override
    public void onLogTimer(final long timeNs, final ProcessorContext<Long, long[]> context) {
        context.forward(new long[] {REPORT, timeNs, count.value()});
        reportNs.clear();
    }

    /** The largest event time of an account. */
    private static final class LastSeen implements StateFlyweight {
        private MutableDirectBuffer buffer;
        private int offset;

        @Override
        public int encodedLength() {
            return Long.BYTES;
        }

        @Override
        public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
            buffer = newBuffer;
            offset = newOffset;
        }

        long timeNs() {
            return buffer.getLong(offset);
        }

        void timeNs(final long timeNs) {
            buffer.putLong(offset, timeNs);
        }
    }
}
