package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogReader;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyContender;
import io.millrace.perf.compare.latency.LatencyMeter;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.streams.codec.MessageHeaderDecoder;
import io.millrace.perf.streams.codec.VwapDecoder;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import java.nio.file.Path;
import java.time.Duration;
import org.agrona.concurrent.BusySpinIdleStrategy;

/**
 * Millrace, from the log to the log: a job on its thread, and the one that calls, which appends each trade when it is due and reads
 * the results, and never rests.
 */
public abstract class JobLatency implements LatencyContender {
    private static final int POLL_LIMIT = 1_024;
    private static final int APPEND_LIMIT = 256;

    static {
        JdkAccess.open();
    }

    JobLatency() {}

    abstract JobContext context();

    /** Its thread looks for trades all the time. */
    public static final class Spinning extends JobLatency {
        /** Creates one. */
        public Spinning() {}

        @Override
        JobContext context() {
            return new JobContext().idleStrategy(() -> BusySpinIdleStrategy.INSTANCE);
        }
    }

    /** Its thread rests when there are none, as it does by default. */
    public static final class Parked extends JobLatency {
        /** Creates one. */
        public Parked() {}

        @Override
        JobContext context() {
            return new JobContext();
        }
    }

    @Override
    public final void open(final Path directory) {
        // There is a store for each rate.
    }

    @Override
    public final void run(
            final LatencyCase latencyCase, final Pace pace, final LatencyMeter meter, final Path directory)
            throws Exception {
        final JobContext context = context()
                .checkpointInterval(latencyCase.isCheckpointed() ? StreamWorkload.CHECKPOINT_INTERVAL : Duration.ZERO);
        try (TradeFeed feed = TradeFeed.createIn(directory, LatencyCase.KEYS, pace.intervalNs());
                LogReader results =
                        feed.store().topic(TradeFeed.RESULTS).partition(0).reader();
                Job job = Job.start(feed.store(), TradeJob.everyVwap(), context)) {
            pace.begin();
            feed(feed, results, pace, meter);
            if (job.failure() != null) {
                throw new IllegalStateException("the job has failed", job.failure());
            }
        }
    }

    private static void feed(final TradeFeed feed, final LogReader results, final Pace pace, final LatencyMeter meter) {
        final Results handler = new Results(pace, meter);
        int sent = 0;
        long nowNs = System.nanoTime();
        while (!meter.isComplete() && !pace.isOver(nowNs)) {
            // Whoever is late has results to read, too.
            final int due = Math.min(pace.dueAt(nowNs), sent + APPEND_LIMIT);
            for (; sent < due; sent++) {
                feed.appendNext();
            }
            results.poll(handler::onRecord, POLL_LIMIT);
            nowNs = System.nanoTime();
        }
    }

    @Override
    public final String version() {
        return new JobContender().version();
    }

    @Override
    public final void close() {
        // Nothing is left open.
    }

    private static final class Results {
        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        private final VwapDecoder vwap = new VwapDecoder();
        private final Pace pace;
        private final LatencyMeter meter;

        Results(final Pace pace, final LatencyMeter meter) {
            this.pace = pace;
            this.meter = meter;
        }

        private void onRecord(final RecordFlyweight record) {
            if (record.kind() == RecordKind.DATA) {
                // Event time goes on by the interval from trade to trade.
                final long dueNs = pace.dueNs(0) + record.eventTimeNs() - TradeFeed.START_NS;
                vwap.wrapAndApplyHeader(record.buffer(), record.valueOffset(), header);
                meter.onResult(dueNs, vwap.instrumentId(), vwap.count(), vwap.quantity(), vwap.vwap());
            }
        }
    }
}
