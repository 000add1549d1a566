package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.Contender;
import io.millrace.perf.compare.contender.ContenderKind;
import io.millrace.perf.compare.contender.MessageAppender;
import io.millrace.perf.compare.contender.MessageReader;
import io.millrace.perf.compare.contender.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;

/** One appender, two on one partition, and two on a partition each, in turn, so that all three have the same machine. */
final class TwoAppendersMeasure {
    private static final int LENGTH = 128;

    private final ChildContext context;
    private final Result result;
    private final long countPerAppender;

    TwoAppendersMeasure(final ChildContext context, final Result result) {
        this.context = context;
        this.result = result;
        this.countPerAppender = AppendMeasure.countInSegment(context.scale().segmentLength, LENGTH) / 2;
    }

    void run() {
        final boolean isOnePartition = !context.kind().isLimit();
        final boolean isTwoPartitions = context.kind() != ContenderKind.AERON_IPC;
        final List<Double> one = new ArrayList<>();
        final List<Double> together = new ArrayList<>();
        final List<Double> apart = new ArrayList<>();
        for (int round = -1; round < context.scale().rounds; round++) {
            final double oneRate = round(1, 1);
            final double togetherRate = isOnePartition ? round(1, 2) : 0;
            final double apartRate = isTwoPartitions ? round(2, 2) : 0;
            if (round >= 0) {
                one.add(oneRate);
                together.add(togetherRate);
                apart.add(apartRate);
            }
        }
        result.putMedian("two.one", one);
        if (isOnePartition) {
            result.putMedian("two.together", together);
        }
        if (isTwoPartitions) {
            result.putMedian("two.apart", apart);
        }
    }

    private double round(final int partitions, final int appenders) {
        final long capacity = AppendMeasure.capacity(countPerAppender * appenders / partitions + 1, LENGTH);
        final OpenOptions options = context.newRound(capacity)
                .withSegmentLength(context.scale().segmentLength)
                .sharedBy(partitions, appenders / partitions);
        try (Contender contender = context.kind().open(options)) {
            if (context.kind().keepsMessages()) {
                final double rate =
                        Loops.rate(countPerAppender * appenders, time(contender, partitions, appenders, null));
                verify(contender, partitions, appenders);
                return rate;
            }
            try (ReaderThread reader = ReaderThread.start(contender, 0, LENGTH, appenders, countPerAppender, false)) {
                final long elapsedNs = time(contender, partitions, appenders, reader);
                result.addVerified(countPerAppender * appenders);
                return Loops.rate(countPerAppender * appenders, elapsedNs);
            }
        }
    }

    private void verify(final Contender contender, final int partitions, final int appenders) {
        long found = 0;
        final ContentCheck check = new ContentCheck(LENGTH, appenders);
        for (int partition = 0; partition < partitions; partition++) {
            try (MessageReader reader = contender.reader(partition)) {
                found += countPerAppender * appenders / partitions;
                check.readAll(reader, found);
            }
        }
        check.verify();
        for (int stream = 0; stream < appenders; stream++) {
            if (check.count(stream) != countPerAppender) {
                throw new VerificationException("an appender's messages are missing: " + check.count(stream));
            }
        }
        result.addVerified(countPerAppender * appenders);
    }

    /**
     * From when the first appender goes on after its first message until the last has ended, or the reader; ns. Appenders look at
     * the clock themselves: on a busy machine they may be through before this thread runs again.
     */
    private long time(final Contender contender, final int partitions, final int appenders, final ReaderThread reader) {
        final CyclicBarrier barrier = new CyclicBarrier(appenders + 1);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final long[] startNs = new long[appenders];
        final long[] endNs = new long[appenders];
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < appenders; i++) {
            final int stream = i;
            final Thread thread = new Thread(
                    () -> append(contender, stream % partitions, stream, barrier, failure, startNs, endNs),
                    "appender-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        try {
            barrier.await();
            contender.awaitPrepared();
            barrier.await();
            for (final Thread thread : threads) {
                thread.join();
            }
            long lastNs = LongStream.of(endNs).max().orElseThrow();
            if (reader != null) {
                reader.awaitEnd();
                lastNs = System.nanoTime();
            }
            if (failure.get() != null) {
                throw new IllegalStateException(failure.get().getMessage(), failure.get());
            }
            return lastNs - LongStream.of(startNs).min().orElseThrow();
        } catch (final InterruptedException | BrokenBarrierException ex) {
            throw new IllegalStateException(
                    String.valueOf(ex.getMessage()), failure.get() == null ? ex : failure.get());
        }
    }

    private void append(
            final Contender contender,
            final int partition,
            final int stream,
            final CyclicBarrier barrier,
            final AtomicReference<Throwable> failure,
            final long[] startNs,
            final long[] endNs) {
        final Messages messages = new Messages(LENGTH, stream);
        try (MessageAppender appender = contender.appender(partition)) {
            appender.append(messages.at(0), LENGTH);
            barrier.await();
            barrier.await();
            startNs[stream] = System.nanoTime();
            Loops.append(appender, messages, 1, countPerAppender);
            endNs[stream] = System.nanoTime();
        } catch (final Throwable ex) {
            failure.compareAndSet(null, ex);
            barrier.reset();
        }
    }
}
