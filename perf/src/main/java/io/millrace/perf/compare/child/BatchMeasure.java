package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.Contender;
import io.millrace.perf.compare.contender.MessageAppender;
import io.millrace.perf.compare.contender.MessageReader;
import io.millrace.perf.compare.contender.OpenOptions;
import java.util.ArrayList;
import java.util.List;

/** One appender that makes messages visible 64 at a time. */
final class BatchMeasure {
    private static final int LENGTH = 128;
    private static final int BATCH_SIZE = 64;

    private final ChildContext context;
    private final Result result;

    BatchMeasure(final ChildContext context, final Result result) {
        this.context = context;
        this.result = result;
    }

    void run() {
        final List<Double> rates = new ArrayList<>();
        for (int round = -1; round < context.scale().rounds; round++) {
            final double rate = round();
            if (round >= 0) {
                rates.add(rate);
            }
        }
        result.putMedian("batch." + LENGTH, rates);
    }

    private double round() {
        final int segmentLength = context.scale().segmentLength;
        final long count = AppendMeasure.countInSegment(segmentLength, LENGTH);
        final OpenOptions options =
                context.newRound(AppendMeasure.capacity(count, LENGTH)).withSegmentLength(segmentLength);
        final Messages messages = new Messages(LENGTH, 0);
        try (Contender contender = context.kind().open(options);
                MessageAppender appender = contender.appender(0)) {
            appender.append(messages.at(0), LENGTH);
            contender.awaitPrepared();
            final long startNs = System.nanoTime();
            Loops.appendBatches(appender, messages, 1, count, BATCH_SIZE);
            final double rate = Loops.rate(count - 1, System.nanoTime() - startNs);
            final ContentCheck check = new ContentCheck(LENGTH, 1);
            try (MessageReader reader = contender.reader(0)) {
                check.readAll(reader, count);
            }
            check.verify();
            result.addVerified(count);
            return rate;
        }
    }
}
