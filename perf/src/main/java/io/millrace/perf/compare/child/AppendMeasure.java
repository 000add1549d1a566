package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.Contender;
import io.millrace.perf.compare.contender.ContenderKind;
import io.millrace.perf.compare.contender.MessageAppender;
import io.millrace.perf.compare.contender.MessageReader;
import io.millrace.perf.compare.contender.OpenOptions;
import java.util.ArrayList;
import java.util.List;

/** One appender as fast as it goes, then one reader, for each length of message. */
final class AppendMeasure {
    static final int[] LENGTHS = {32, 128, 1024};
    private static final int HEADER_LENGTH = 40;

    private final ChildContext context;
    private final Result result;
    private final int[] lengths;

    /** For each of some lengths of message. */
    AppendMeasure(final ChildContext context, final Result result, final int... lengths) {
        this.context = context;
        this.result = result;
        this.lengths = lengths;
    }

    void run() {
        for (final int length : lengths) {
            final List<Double> appendRates = new ArrayList<>();
            final List<Double> readRates = new ArrayList<>();
            for (int round = -1; round < context.scale().rounds; round++) {
                final double[] rates =
                        context.kind().keepsMessages() ? keptRound(length) : passingRound(length, round < 0);
                if (round >= 0) {
                    appendRates.add(rates[0]);
                    readRates.add(rates[1]);
                }
            }
            result.putMedian("append." + length, appendRates);
            if (context.kind().keepsMessages()) {
                result.putMedian("read." + length, readRates);
            }
        }
    }

    /** How many messages a segment takes, with a little room left. */
    static long countInSegment(final int segmentLength, final int length) {
        return (long) (segmentLength * 0.98) / (HEADER_LENGTH + length);
    }

    static long capacity(final long count, final int length) {
        return count * (length + Long.BYTES);
    }

    private double[] keptRound(final int length) {
        final boolean isGrowing = context.kind() == ContenderKind.MILLRACE_GROWING;
        final int segmentLength = context.scale().segmentLength;
        final long count = countInSegment(segmentLength, length) * (isGrowing ? context.scale().growth : 1);
        final OpenOptions options = context.newRound(capacity(count, length))
                .withSegmentLength(
                        isGrowing ? Math.min(segmentLength, OpenOptions.DEFAULT_SEGMENT_LENGTH) : segmentLength);
        try (Contender contender = context.kind().open(options)) {
            final double appendRate = timeAppends(contender, length, count, isGrowing);
            final ContentCheck check = new ContentCheck(length, 1);
            try (MessageReader reader = contender.reader(0)) {
                check.readAll(reader, count);
            }
            check.verify();
            result.addVerified(count);
            return new double[] {appendRate, Loops.readRate(contender, 0, 1, count)};
        }
    }

    private static double timeAppends(
            final Contender contender, final int length, final long count, final boolean isGrowing) {
        final Messages messages = new Messages(length, 0);
        try (MessageAppender appender = contender.appender(0)) {
            appender.append(messages.at(0), length);
            appender.awaitStored();
            if (!isGrowing) {
                contender.awaitPrepared();
            }
            final long startNs = System.nanoTime();
            Loops.append(appender, messages, 1, count);
            appender.awaitStored();
            return Loops.rate(count - 1, System.nanoTime() - startNs);
        }
    }

    /** For one that keeps nothing: a reader takes the messages while they are appended, and that is what is timed. */
    private double[] passingRound(final int length, final boolean isThorough) {
        final long count = countInSegment(context.scale().segmentLength, length);
        final Messages messages = new Messages(length, 0);
        try (Contender contender = context.kind().open(context.newRound(capacity(count, length)));
                ReaderThread reader = ReaderThread.start(contender, 0, length, 1, count, isThorough);
                MessageAppender appender = contender.appender(0)) {
            appender.append(messages.at(0), length);
            reader.awaitFirst();
            final long startNs = System.nanoTime();
            Loops.append(appender, messages, 1, count);
            reader.awaitEnd();
            final long elapsedNs = System.nanoTime() - startNs;
            result.addVerified(count);
            return new double[] {Loops.rate(count - 1, elapsedNs), 0};
        }
    }
}
