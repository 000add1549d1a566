package io.millrace.perf.streams;

import io.millrace.log.JdkAccess;
import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamContender;
import io.millrace.perf.compare.stream.StreamMeter;
import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;

/** The limit: a loop written by hand, from mapped segment files of the log to a mapped file, by one thread. */
public final class LoopContender implements StreamContender {
    static {
        JdkAccess.open();
    }

    /** Creates one; nothing is open until it runs. */
    public LoopContender() {}

    @Override
    public StreamOutcome run(final StreamTask task) {
        final StreamMeter meter = new StreamMeter(task);
        final ResultSum sum = new ResultSum();
        final WorkloadLoops.SummedOutput summed = new WorkloadLoops.SummedOutput(task.workload(), sum);
        try (TradeFeed feed = TradeFeed.createIn(
                        task.directory(),
                        task.workload().keys(),
                        task.workload().stepNs());
                FeedRun run = FeedRun.byHand(feed, output -> WorkloadLoops.byHand(task.workload(), output))) {
            for (final Shots.Shot shot : Shots.of(task)) {
                shot.append(feed);
                run.prepare();
                shot.time(meter, run::run);
                run.forEachResult(summed::add);
            }
        }
        return StreamOutcome.of(task.measured(), meter, sum);
    }

    @Override
    public String version() {
        return "";
    }
}
