package io.millrace.perf.streams;

import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.streams.Windows;

/** The job, from the log to the log: a task for each partition. */
final class ScaledJob implements ScaledRun {
    private final TradeJob job;
    private final MappedResults[] results;
    private final int threads;

    ScaledJob(final TradeFeed feed, final ScaledWork work) {
        job = TradeJob.open(
                feed,
                TradeJob.keyedVwaps(
                        work.isHopping() ? Windows.hopping(work.size(), work.hop()) : Windows.tumbling(work.size())));
        threads = work.threads();
        results = new MappedResults[work.partitions()];
        for (int i = 0; i < results.length; i++) {
            results[i] = feed.mappedLoggedResults(i);
        }
    }

    @Override
    public void prepare() {
        // Reads on where it is.
    }

    @Override
    public void run(final int thread) {
        if (threads == 1) {
            job.run();
        } else {
            job.run(thread);
        }
    }

    @Override
    public void addResults(final ResultSum sum) {
        final WorkloadLoops.SummedOutput summed = new WorkloadLoops.SummedOutput(StreamWorkload.TUMBLING, sum);
        for (final MappedResults result : results) {
            result.forEachNew(summed::add);
        }
    }

    @Override
    public void close() {
        job.close();
    }
}
