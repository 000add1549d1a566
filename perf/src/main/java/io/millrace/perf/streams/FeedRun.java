package io.millrace.perf.streams;

import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.DirectBuffer;

/** Work over a partition of a feed, shot by shot: where it reads, what it does, where it writes. */
final class FeedRun implements AutoCloseable {
    private static final int RESULTS_CAPACITY = 256 * 1024 * 1024;

    private final TradeFeed feed;
    private final int partition;
    private final MappedOutput mapped;
    private final MessageOutput output;
    private final TradeHandler work;
    private TradeInput input;

    private FeedRun(
            final TradeFeed feed,
            final int partition,
            final TradeInput input,
            final MappedOutput mapped,
            final MessageOutput output,
            final Function<MessageOutput, TradeHandler> work) {
        this.feed = feed;
        this.partition = partition;
        this.input = input;
        this.mapped = mapped;
        this.output = output;
        this.work = work.apply(output);
    }

    /** With mapped files on both sides and no framework. */
    static FeedRun byHand(final TradeFeed feed, final Function<MessageOutput, TradeHandler> work) {
        return byHand(feed, 0, work);
    }

    /** The same over one of several partitions. */
    static FeedRun byHand(final TradeFeed feed, final int partition, final Function<MessageOutput, TradeHandler> work) {
        final MappedOutput mapped = feed.mappedResults(RESULTS_CAPACITY);
        return new FeedRun(feed, partition, null, mapped, mapped, work);
    }

    /** With the log on both sides, in the same loop. */
    static FeedRun overTheLog(final TradeFeed feed, final Function<MessageOutput, TradeHandler> work) {
        return new FeedRun(feed, 0, feed.polled(0), null, feed.loggedResults(0), work);
    }

    /** Gets ready for the shot that was appended last. */
    void prepare() {
        if (mapped != null) {
            closeInput();
            input = feed.mapped(partition);
            mapped.rewind();
        }
    }

    void run() {
        input.readAll(work);
    }

    /** Hands out what a run with mapped files has written since it was prepared. */
    void forEachResult(final Consumer<DirectBuffer> consumer) {
        mapped.forEach(consumer);
    }

    private void closeInput() {
        if (input != null) {
            input.close();
        }
    }

    @Override
    public void close() {
        closeInput();
        output.close();
    }
}
