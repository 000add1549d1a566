package io.millrace.perf.compare.child;

import io.millrace.perf.compare.carrier.Carrier;
import io.millrace.perf.compare.carrier.CarrierClient;
import io.millrace.perf.compare.carrier.Carriers;
import io.millrace.perf.compare.contender.ContenderKind;
import io.millrace.perf.compare.contender.MessageHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;

/**
 * Messages at fixed rates from this process through another one and back: the time from when each should have been published to when
 * it is taken. One that is late is published at once, and its lateness counts.
 *
 * <p>One thread publishes and takes, so that the two cores of a small machine have one busy process each. A carrier whose client waits
 * for messages gets a second thread for that, and a publisher that parks while it has nothing to do.
 *
 * <p>The idle contender is the machine itself: what is recorded is how late a thread sees the time of a message come that it does not send.
 */
final class RoundMeasure {
    private static final int[] RATES = {20_000, 100_000, 500_000};
    private static final int WARM_UP_RATE = 100_000;
    private static final int LIMIT = 16;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(10);
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ChildContext context;
    private final Result result;
    private final Messages messages = new Messages(CarrierMeasure.LENGTH, 0);
    private final Arrivals arrivals = new Arrivals();
    private long published;

    RoundMeasure(final ChildContext context, final Result result) {
        this.context = context;
        this.result = result;
    }

    void run() throws Exception {
        if (context.kind() == ContenderKind.IDLE) {
            for (final int rate : RATES) {
                idle(rate);
                put(rate);
            }
            return;
        }
        final Carrier carrier = Carriers.of(context.kind());
        try (ServerProcess server = ServerProcess.start(context, "serve-round");
                CarrierClient client =
                        carrier.connect(server.address(), Carrier.ONE_PARTITION, ServeMeasure.options(context, true))) {
            client.subscribe(false);
            round(carrier, client, server, WARM_UP_RATE, 2 * context.scale().hopWarmUpMs);
            for (final int rate : RATES) {
                round(carrier, client, server, rate, context.scale().hopMs);
                put(rate);
            }
        }
        result.addVerified(published);
    }

    private void put(final int rate) {
        final String name = "round." + rate / 1000 + "k";
        final Histogram histogram = arrivals.histogram;
        result.put(name + ".p50", histogram.getValueAtPercentile(50));
        result.put(name + ".p90", histogram.getValueAtPercentile(90));
        result.put(name + ".p99", histogram.getValueAtPercentile(99));
        result.put(name + ".p99.9", histogram.getValueAtPercentile(99.9));
        result.put(name + ".max", histogram.getMaxValue());
    }

    private void idle(final int rate) {
        arrivals.histogram.reset();
        final long intervalNs = SECOND_NS / rate;
        final long startNs = System.nanoTime() + SETTLE_NS;
        for (long i = 0, count = count(rate, context.scale().hopMs); i < count; i++) {
            final long intendedNs = startNs + i * intervalNs;
            long nowNs = System.nanoTime();
            while (nowNs - intendedNs < 0) {
                Thread.yield();
                nowNs = System.nanoTime();
            }
            arrivals.histogram.recordValue(nowNs - intendedNs);
        }
    }

    private static long count(final int rate, final int ms) {
        return (long) rate * ms / 1000;
    }

    private void round(
            final Carrier carrier, final CarrierClient client, final ServerProcess server, final int rate, final int ms)
            throws InterruptedException {
        final long end = published + count(rate, ms);
        arrivals.begin(System.nanoTime() + SETTLE_NS, SECOND_NS / rate, end);
        if (carrier.isWaiting()) {
            roundWaiting(client, server);
        } else {
            roundPolling(client, server);
        }
        if (arrivals.check.total() != end) {
            throw new VerificationException(
                    "other messages have come than were published: " + arrivals.check.total() + " of " + end);
        }
    }

    private void roundPolling(final CarrierClient client, final ServerProcess server) {
        final long end = arrivals.end;
        long progressNs = System.nanoTime();
        while (arrivals.check.total() < end) {
            final long nowNs = System.nanoTime();
            int workCount = 0;
            if (published < end && nowNs - arrivals.intendedNs(published) >= 0) {
                CarrierMeasure.publish(client, server, 0, messages, published, arrivals.intendedNs(published));
                published++;
                workCount = 1;
            }
            workCount += client.poll(arrivals, LIMIT);
            client.work();
            if (workCount > 0) {
                progressNs = nowNs;
            } else {
                Thread.yield();
                if (nowNs - progressNs > SECOND_NS) {
                    CarrierMeasure.checkTime(server, progressNs + TIMEOUT_NS, "messages are missing");
                }
            }
        }
    }

    private void roundWaiting(final CarrierClient client, final ServerProcess server) throws InterruptedException {
        final long end = arrivals.end;
        final Throwable[] failure = new Throwable[1];
        final Thread taker = new Thread(
                () -> {
                    while (arrivals.check.total() < end) {
                        client.poll(arrivals, LIMIT);
                    }
                },
                "taker");
        taker.setDaemon(true);
        taker.setUncaughtExceptionHandler((thread, ex) -> failure[0] = ex);
        taker.start();
        while (published < end) {
            final long intendedNs = arrivals.intendedNs(published);
            while (System.nanoTime() - intendedNs < 0) {
                LockSupport.parkNanos(PARK_NS);
            }
            CarrierMeasure.publish(client, server, 0, messages, published, intendedNs);
            published++;
        }
        client.flush();
        taker.join(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS));
        if (failure[0] != null || taker.isAlive()) {
            throw new VerificationException("messages are missing: " + failure[0]);
        }
    }

    /** One thread while a round runs; the next round begins when that has ended. */
    private static final class Arrivals implements MessageHandler {
        private final StreamCheck check = new StreamCheck(CarrierMeasure.LENGTH, 1, Long.MAX_VALUE);
        private final Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
        private long first;
        private long startNs;
        private long intervalNs;
        private long end;

        void begin(final long newStartNs, final long newIntervalNs, final long newEnd) {
            histogram.reset();
            first = end;
            startNs = newStartNs;
            intervalNs = newIntervalNs;
            end = newEnd;
        }

        long intendedNs(final long sequence) {
            return startNs + (sequence - first) * intervalNs;
        }

        @Override
        public void onMessage(final DirectBuffer buffer, final int offset, final int length) {
            final long nowNs = System.nanoTime();
            final long intendedNs = intendedNs(check.total());
            check.onMessage(buffer, offset, length);
            if (buffer.getLong(offset + Long.BYTES) != intendedNs) {
                throw new VerificationException("the time in a message differs: sequence=" + (check.total() - 1));
            }
            histogram.recordValue(nowNs - intendedNs);
        }
    }
}
