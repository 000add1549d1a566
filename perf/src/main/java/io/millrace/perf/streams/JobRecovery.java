package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.compare.recovery.RecoveryContender;
import io.millrace.perf.compare.recovery.RecoveryMeter;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.streams.codec.MessageHeaderDecoder;
import io.millrace.perf.streams.codec.VwapDecoder;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Millrace: trades, results and checkpoints are in the log; after a kill the log is opened again and the job started again. */
public final class JobRecovery implements RecoveryContender {
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int POLL_LIMIT = 1_024;

    static {
        JdkAccess.open();
    }

    /** Creates one. */
    public JobRecovery() {}

    @Override
    public void fill(final Path directory, final int keys, final Runnable ready) throws Exception {
        final LogStore store = launch(directory);
        store.createTopic(TopicSpec.named(TradeFeed.TRADES));
        store.createTopic(TopicSpec.named(TradeFeed.RESULTS));
        final Job job = start(store);
        final RecoveryFeed feed = new RecoveryFeed(store, keys);
        while (feed.next() < keys) {
            feed.append();
        }
        final LogPartition trades = store.topic(TradeFeed.TRADES).partition(0);
        while (job.readPositions().get(TradeFeed.TRADES)[0] < trades.tailPosition()) {
            LockSupport.parkNanos(PAUSE_NS);
        }
        job.checkpoint().get();
        ready.run();
        final Pace pace = pace();
        while (job.failure() == null) {
            feed.appendDue(pace);
            LockSupport.parkNanos(PAUSE_NS);
        }
        throw new IllegalStateException("the job has failed", job.failure());
    }

    private static LogStore launch(final Path directory) {
        return LogStore.launch(new LogContext().directory(directory.resolve("store")));
    }

    private static Job start(final LogStore store) {
        return Job.start(
                store, TradeJob.everyVwap(), new JobContext().checkpointInterval(StreamWorkload.CHECKPOINT_INTERVAL));
    }

    private static Pace pace() {
        final Pace pace = new Pace(TimeUnit.SECONDS.toNanos(1) / RATE, Integer.MAX_VALUE);
        pace.begin();
        return pace;
    }

    @Override
    public void recover(final Path directory, final int keys, final RecoveryMeter meter) {
        final long startNs = System.nanoTime();
        try (LogStore store = launch(directory);
                LogReader results = store.topic(TradeFeed.RESULTS).partition(0).reader()) {
            // What the job appends is new: it appends no result twice.
            results.seek(store.topic(TradeFeed.RESULTS).partition(0).tailPosition());
            final RecoveryFeed feed = new RecoveryFeed(store, keys);
            try (Job job = start(store)) {
                final Results handler = new Results(meter);
                final Pace pace = pace();
                while (!meter.isComplete()) {
                    feed.appendDue(pace);
                    if (results.poll(handler::onRecord, POLL_LIMIT) == 0) {
                        LockSupport.parkNanos(PAUSE_NS);
                    }
                    meter.check(startNs);
                    if (job.failure() != null) {
                        throw new IllegalStateException("the job has failed", job.failure());
                    }
                }
            }
        }
    }

    @Override
    public String version() {
        return new JobContender().version();
    }

    private static final class Results {
        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        private final VwapDecoder vwap = new VwapDecoder();
        private final RecoveryMeter meter;

        Results(final RecoveryMeter meter) {
            this.meter = meter;
        }

        private void onRecord(final RecordFlyweight record) {
            if (record.kind() == RecordKind.DATA) {
                vwap.wrapAndApplyHeader(record.buffer(), record.valueOffset(), header);
                meter.onResult(
                        RecoveryFeed.number(record.eventTimeNs()),
                        vwap.instrumentId(),
                        vwap.count(),
                        vwap.quantity(),
                        vwap.vwap());
            }
        }
    }
}
