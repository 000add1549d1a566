package io.millrace.perf.streams;

import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamWorkload;
import org.agrona.CloseHelper;

/** The limit: a loop by hand for each partition, from mapped segment files of the log to a mapped file of each thread. */
final class ScaledLoop implements ScaledRun {
    private static final int MIN_CAPACITY = 128 * 1024 * 1024;

    /** More than a message and its length take. */
    private static final int RESULT_LENGTH = 64;

    private final TradeFeed feed;
    private final int threads;
    private final MappedOutput[] outputs;
    private final TradeHandler[] loops;
    private final TradeInput[] inputs;

    ScaledLoop(final TradeFeed feed, final ScaledWork work) {
        this.feed = feed;
        this.threads = work.threads();
        this.outputs = new MappedOutput[threads];
        this.loops = new TradeHandler[work.partitions()];
        this.inputs = new TradeInput[work.partitions()];
        for (int i = 0; i < threads; i++) {
            outputs[i] = feed.mappedResults(Math.max(MIN_CAPACITY, work.keys() * RESULT_LENGTH));
        }
        for (int i = 0; i < loops.length; i++) {
            loops[i] = loop(work, outputs[i % threads]);
        }
    }

    private static TradeHandler loop(final ScaledWork work, final MessageOutput output) {
        final int keys = work.keys() / work.partitions();
        return work.isHopping()
                ? new HoppingVwaps(work.size().toNanos(), work.hop().toNanos(), keys, output)
                : new TumblingVwaps(work.size().toNanos(), keys, output);
    }

    @Override
    public void prepare() {
        closeInputs();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = feed.mapped(i);
        }
        for (final MappedOutput output : outputs) {
            output.rewind();
        }
    }

    @Override
    public void run(final int thread) {
        for (int i = thread; i < loops.length; i += threads) {
            inputs[i].readAll(loops[i]);
        }
    }

    @Override
    public void addResults(final ResultSum sum) {
        final WorkloadLoops.SummedOutput summed = new WorkloadLoops.SummedOutput(StreamWorkload.TUMBLING, sum);
        for (final MappedOutput output : outputs) {
            output.forEach(summed::add);
        }
    }

    private void closeInputs() {
        for (final TradeInput input : inputs) {
            if (input != null) {
                input.close();
            }
        }
    }

    @Override
    public void close() {
        closeInputs();
        CloseHelper.closeAll(outputs);
    }
}
