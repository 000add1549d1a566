package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogStore;
import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamContender;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;
import io.millrace.perf.compare.stream.StreamWorkload;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Millrace: the workload as a job, from the log to the log, by the thread that calls. */
public final class JobContender implements StreamContender {
    static {
        JdkAccess.open();
    }

    /** Creates one; nothing is open until it runs. */
    public JobContender() {}

    @Override
    public StreamOutcome run(final StreamTask task) throws InterruptedException {
        try (TradeFeed feed = TradeFeed.createIn(
                task.directory(), task.workload().keys(), task.workload().stepNs())) {
            return task.workload().isCheckpointed() ? runWithCheckpoints(task, feed) : runWithout(task, feed);
        }
    }

    private static StreamOutcome runWithout(final StreamTask task, final TradeFeed feed) {
        try (TradeJob job = TradeJob.open(feed, WorkloadLoops.job(task.workload()))) {
            return run(task, feed, job::run);
        }
    }

    private static StreamOutcome runWithCheckpoints(final StreamTask task, final TradeFeed feed)
            throws InterruptedException {
        final ExecutorService housekeeping = Executors.newSingleThreadExecutor();
        try (CheckpointedRun job = CheckpointedRun.open(
                feed, WorkloadLoops.job(task.workload()), StreamWorkload.CHECKPOINT_INTERVAL, housekeeping)) {
            final StreamOutcome outcome = run(task, feed, job::runWith);
            return outcome.withCheckpoints(job.begun());
        } finally {
            housekeeping.shutdown();
            if (!housekeeping.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("old checkpoints are not removed within a minute");
            }
        }
    }

    private static StreamOutcome run(final StreamTask task, final TradeFeed feed, final Runnable job) {
        final StreamMeter meter = new StreamMeter(task);
        final ResultSum sum = new ResultSum();
        final WorkloadLoops.SummedOutput summed = new WorkloadLoops.SummedOutput(task.workload(), sum);
        final MappedResults results = feed.mappedLoggedResults();
        for (final Shots.Shot shot : Shots.of(task)) {
            shot.append(feed);
            shot.time(meter, job);
            results.forEachNew(summed::add);
        }
        return StreamOutcome.of(task.measured(), meter, sum);
    }

    @Override
    public String version() {
        final String version = LogStore.class.getPackage().getImplementationVersion();
        return version == null ? "from sources" : version;
    }
}
