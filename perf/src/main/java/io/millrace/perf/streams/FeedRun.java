package io.millrace.perf.streams;

import java.util.function.Function;

/** One shot of work over a feed: where it reads, what it does, where it writes. */
final class FeedRun implements AutoCloseable {
    private static final int RESULTS_CAPACITY = 256 * 1024 * 1024;

    private static int runs;

    private final TradeInput input;
    private final MessageOutput output;
    private final TradeHandler work;

    private FeedRun(
            final TradeInput input, final MessageOutput output, final Function<MessageOutput, TradeHandler> work) {
        this.input = input;
        this.output = output;
        this.work = work.apply(output);
    }

    /** With mapped files on both sides and no framework. */
    static FeedRun byHand(final TradeFeed feed, final Function<MessageOutput, TradeHandler> work) {
        return new FeedRun(feed.mapped(), feed.mappedResults(RESULTS_CAPACITY), work);
    }

    /** With the log on both sides, in the same loop. */
    static FeedRun overTheLog(final TradeFeed feed, final Function<MessageOutput, TradeHandler> work) {
        feed.awaitPreparation();
        runs++;
        return new FeedRun(feed.polled(), feed.loggedResults("loop-" + runs), work);
    }

    void run() {
        input.readAll(work);
    }

    @Override
    public void close() {
        input.close();
        output.close();
    }
}
