package io.millrace.perf.flink;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;

/** Hands out trades from where its split begins, and knows where it stands. By the thread of the source. */
abstract class SplitReader implements SourceReader<Trade, TradeSplit> {
    private final CompletableFuture<Void> hasSplit = new CompletableFuture<>();
    private int next;

    @Override
    public final InputStatus pollNext(final ReaderOutput<Trade> output) {
        return hasSplit.isDone() ? poll(output) : InputStatus.NOTHING_AVAILABLE;
    }

    /** Hands out some. */
    abstract InputStatus poll(ReaderOutput<Trade> output);

    /** Number of the trade that comes next. */
    final int next() {
        return next;
    }

    final void advance() {
        next++;
    }

    @Override
    public final void addSplits(final List<TradeSplit> splits) {
        next = splits.get(0).next();
        hasSplit.complete(null);
    }

    @Override
    public List<TradeSplit> snapshotState(final long checkpointId) {
        return hasSplit.isDone() ? List.of(new TradeSplit(next)) : List.of();
    }

    @Override
    public final CompletableFuture<Void> isAvailable() {
        return hasSplit;
    }

    @Override
    public void start() {
        // There is nothing to ask for.
    }

    @Override
    public void notifyNoMoreSplits() {
        // Nobody does.
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
