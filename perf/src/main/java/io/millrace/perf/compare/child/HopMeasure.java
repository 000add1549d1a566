package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.Contender;
import io.millrace.perf.compare.contender.ContenderKind;
import io.millrace.perf.compare.contender.MessageAppender;
import io.millrace.perf.compare.contender.MessageHandler;
import io.millrace.perf.compare.contender.MessageReader;
import io.millrace.perf.compare.contender.OpenOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;

/**
 * 100,000 messages a second from one thread to another: the time from when each should have been sent to when it is read.
 * A thread that is late sends what it missed at once, and the lateness counts.
 *
 * <p>The idle contender is the machine itself: the same two threads wait for the same times, and what is recorded is how late
 * the first of them wakes.
 */
final class HopMeasure {
    static final int LENGTH = 128;
    private static final long INTERVAL_NS = 10_000;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private final ChildContext context;
    private final Result result;
    private final int warmUpCount;
    private final int count;
    private final Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    private volatile boolean isDone;
    private volatile Throwable failure;

    HopMeasure(final ChildContext context, final Result result) {
        this.context = context;
        this.result = result;
        this.warmUpCount = (int) (context.scale().hopWarmUpMs * 1_000_000L / INTERVAL_NS);
        this.count = warmUpCount + (int) (context.scale().hopMs * 1_000_000L / INTERVAL_NS);
    }

    void run() throws InterruptedException {
        if (context.kind() == ContenderKind.IDLE) {
            idle();
        } else {
            hop();
            result.addVerified(count);
        }
        result.put("hop.p50", histogram.getValueAtPercentile(50));
        result.put("hop.p90", histogram.getValueAtPercentile(90));
        result.put("hop.p99", histogram.getValueAtPercentile(99));
        result.put("hop.p99.9", histogram.getValueAtPercentile(99.9));
        result.put("hop.max", histogram.getMaxValue());
    }

    private void idle() {
        final Thread other = new Thread(
                () -> {
                    while (!isDone) {
                        Thread.onSpinWait();
                    }
                },
                "idle");
        other.setDaemon(true);
        other.start();
        final long startNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            final long intendedNs = startNs + i * INTERVAL_NS;
            final long lateNs = await(intendedNs) - intendedNs;
            if (i >= warmUpCount) {
                histogram.recordValue(lateNs);
            }
        }
        isDone = true;
    }

    /** Spins until a time has come; returns the time then. */
    private static long await(final long timeNs) {
        long nowNs = System.nanoTime();
        while (nowNs - timeNs < 0) {
            Thread.onSpinWait();
            nowNs = System.nanoTime();
        }
        return nowNs;
    }

    private void hop() throws InterruptedException {
        final OpenOptions options = context.newRound(AppendMeasure.capacity(count + 1, LENGTH));
        final Messages messages = new Messages(LENGTH, 0);
        final CountDownLatch opened = new CountDownLatch(1);
        try (Contender contender = context.kind().open(options);
                MessageAppender appender = contender.appender(0)) {
            final Arrivals arrivals = new Arrivals();
            final Thread thread = new Thread(() -> read(contender, arrivals, opened), "reader");
            thread.setDaemon(true);
            thread.start();
            opened.await();
            long sum = 0;
            final long startNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
            for (int i = 0; i < count; i++) {
                final long intendedNs = startNs + i * INTERVAL_NS;
                sum += intendedNs;
                await(intendedNs);
                appender.append(messages.at(i, intendedNs), LENGTH);
            }
            thread.join(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS));
            if (failure != null) {
                throw new IllegalStateException(failure.getMessage(), failure);
            }
            if (arrivals.next != count || arrivals.sum != sum) {
                throw new VerificationException("the messages that came are not those appended: count=" + arrivals.next
                        + " of " + count + " sum=" + arrivals.sum + " expected=" + sum);
            }
        }
    }

    private void read(final Contender contender, final Arrivals arrivals, final CountDownLatch opened) {
        try (MessageReader reader = contender.reader(0)) {
            opened.countDown();
            while (arrivals.next < count) {
                if (reader.poll(arrivals, 10) == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (final Throwable ex) {
            failure = ex;
        } finally {
            opened.countDown();
        }
    }

    /** Read by the other thread only when this one has ended. */
    private final class Arrivals implements MessageHandler {
        private long next;
        private long sum;

        @Override
        public void onMessage(final DirectBuffer buffer, final int offset, final int length) {
            final long nowNs = System.nanoTime();
            final long sequence = buffer.getLong(offset);
            final long intendedNs = buffer.getLong(offset + Long.BYTES);
            if (sequence != next
                    || length != LENGTH
                    || buffer.getLong(offset + length - Long.BYTES) != Messages.last(sequence)) {
                throw new VerificationException(
                        "a message is not the one that was appended: sequence=" + sequence + " expected=" + next);
            }
            if (next >= warmUpCount) {
                histogram.recordValue(nowNs - intendedNs);
            }
            sum += intendedNs;
            next++;
        }
    }
}
