package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.Contender;
import io.millrace.perf.compare.contender.MessageAppender;
import io.millrace.perf.compare.contender.MessageReader;
import io.millrace.perf.compare.contender.OpenOptions;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One message after the other, each waited for until a loss of power cannot take it. */
final class PowerMeasure {
    private static final int LENGTH = 128;

    private final ChildContext context;
    private final Result result;

    PowerMeasure(final ChildContext context, final Result result) {
        this.context = context;
        this.result = result;
    }

    void run() {
        final int warmUpCount = context.scale().acknowledgements / 10;
        final int count = warmUpCount + context.scale().acknowledgements;
        final Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
        final Messages messages = new Messages(LENGTH, 0);
        final OpenOptions options = context.newRound(AppendMeasure.capacity(count + 1, LENGTH))
                .withSegmentLength(context.scale().segmentLength)
                .forced();
        try (Contender contender = context.kind().open(options)) {
            try (MessageAppender appender = contender.appender(0)) {
                for (int i = 0; i < count; i++) {
                    final long startNs = System.nanoTime();
                    appender.append(messages.at(i), LENGTH);
                    appender.awaitDurable();
                    if (i >= warmUpCount) {
                        histogram.recordValue(System.nanoTime() - startNs);
                    }
                }
            }
            final ContentCheck check = new ContentCheck(LENGTH, 1);
            try (MessageReader reader = contender.reader(0)) {
                check.readAll(reader, count);
            }
            check.verify();
            result.addVerified(count);
        }
        result.put("power.p50", histogram.getValueAtPercentile(50));
        result.put("power.p90", histogram.getValueAtPercentile(90));
        result.put("power.p99", histogram.getValueAtPercentile(99));
    }
}
