package io.millrace.examples.orderbook;

import io.millrace.examples.market.Depth;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.SideOutput;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import java.util.List;

/**
 * Keeps the book of a symbol. Messages that come before a snapshot wait for it; after it each must follow the one before. If one
 * does not, the book is given up until the next snapshot: it would be wrong, and nobody would see.
 */
final class BookBuilder implements Processor<String, Depth, Top> {
    record Gap(long timeNs, long lastId, long nextId) {}

    static final Codec<Gap> GAP = Codecs.records(Gap.class);
    static final SideOutput<Gap> GAPS = SideOutput.of("gaps", GAP);

    private ValueState<Book> state;

    @Override
    public void init(final ProcessorSetup setup) {
        state = setup.valueState("book", Book.CODEC);
    }

    @Override
    public void process(final Depth message, final ProcessorContext<String, Top> context) {
        final Book book = state.valueOr(Book.EMPTY);
        if (!message.isSnapshot()) {
            state.set(changed(book, message, context));
            return;
        }
        final List<Depth> waiting = book.waiting();
        Book rebuilt = Book.of(message);
        for (final Depth change : waiting) {
            rebuilt = changed(rebuilt, change, context);
        }
        state.set(rebuilt);
    }

    private static Book changed(final Book book, final Depth message, final ProcessorContext<String, Top> context) {
        if (!book.isComplete()) {
            return book.waitingFor(message);
        }
        if (book.hasSeen(message)) {
            return book;
        }
        if (!book.isFollowedBy(message)) {
            context.sideOutput(GAPS, new Gap(message.timeNs(), book.lastId(), message.firstId()));
            return Book.EMPTY.waitingFor(message);
        }
        final Book changed = book.with(message);
        if (changed.isComplete()) {
            context.forward(Top.of(message.timeNs(), changed));
        }
        return changed;
    }
}
