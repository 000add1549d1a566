package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogStore;
import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamContender;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;

/** Millrace: the workload as a job, from the log to the log, by the thread that calls. */
public final class JobContender implements StreamContender {
    static {
        JdkAccess.open();
    }

    /** Creates one; nothing is open until it runs. */
    public JobContender() {}

    @Override
    public StreamOutcome run(final StreamTask task) {
        final StreamMeter meter = new StreamMeter(task);
        final ResultSum sum = new ResultSum();
        final WorkloadLoops.SummedOutput summed = new WorkloadLoops.SummedOutput(task.workload(), sum);
        try (TradeFeed feed = TradeFeed.createIn(
                        task.directory(),
                        task.workload().keys(),
                        task.workload().stepNs());
                TradeJob job = TradeJob.open(feed, WorkloadLoops.job(task.workload()))) {
            final MappedResults results = feed.mappedLoggedResults();
            for (final Shots.Shot shot : Shots.of(task)) {
                shot.append(feed);
                shot.time(meter, job::run);
                results.forEachNew(summed::add);
            }
        }
        return StreamOutcome.of(task.measured(), meter, sum);
    }

    @Override
    public String version() {
        final String version = LogStore.class.getPackage().getImplementationVersion();
        return version == null ? "from sources" : version;
    }
}
