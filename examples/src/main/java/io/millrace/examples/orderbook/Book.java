package io.millrace.examples.orderbook;

import io.millrace.examples.market.Depth;
import io.millrace.examples.market.Level;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * An order book, immutable: a change makes another one.
 *
 * @param lastId  number of the last change in it; {@link #NONE} while there is no book.
 * @param changes since the snapshot.
 * @param bids    from the best to the worst.
 * @param asks    from the best to the worst.
 * @param waiting messages that came before a snapshot.
 */
record Book(long lastId, long changes, List<Level> bids, List<Level> asks, List<Depth> waiting) {
    static final long NONE = -1;
    static final Codec<Book> CODEC = Codecs.records(Book.class);
    static final Book EMPTY = new Book(NONE, 0, List.of(), List.of(), List.of());

    /** As many messages are kept for the next snapshot; older ones are certainly in it. */
    private static final int MOST_WAITING = 1000;

    static Book of(final Depth snapshot) {
        return new Book(snapshot.lastId(), 0, snapshot.bids(), snapshot.asks(), List.of());
    }

    boolean isComplete() {
        return lastId != NONE && !bids.isEmpty() && !asks.isEmpty();
    }

    Book waitingFor(final Depth message) {
        final int from = waiting.size() < MOST_WAITING ? 0 : 1;
        final List<Depth> longer = new ArrayList<>(waiting.subList(from, waiting.size()));
        longer.add(message);
        return new Book(NONE, 0, List.of(), List.of(), longer);
    }

    /** Whether all of the message is in the book; the venue of futures numbers so that the first may end where the snapshot does. */
    boolean hasSeen(final Depth message) {
        return message.previousId() == Depth.NOT_TOLD || changes > 0
                ? message.lastId() <= lastId
                : message.lastId() < lastId;
    }

    /** Whether nothing is missing between the book and the message. The first one after a snapshot may begin before its end. */
    boolean isFollowedBy(final Depth message) {
        if (changes == 0) {
            return message.firstId() <= (message.previousId() == Depth.NOT_TOLD ? lastId + 1 : lastId);
        }
        return message.previousId() == Depth.NOT_TOLD
                ? message.firstId() == lastId + 1
                : message.previousId() == lastId;
    }

    Book with(final Depth message) {
        return new Book(
                message.lastId(),
                changes + 1,
                with(bids, message.bids(), -1),
                with(asks, message.asks(), 1),
                List.of());
    }

    /** Merges changes into a side; the sign makes the prices ascend from the best to the worst. */
    private static List<Level> with(final List<Level> side, final List<Level> changed, final int sign) {
        final TreeMap<Long, Level> changes = new TreeMap<>();
        changed.forEach(level -> changes.put(sign * level.priceE8(), level));
        final List<Level> merged = new ArrayList<>(side.size() + changes.size());
        for (final Level level : side) {
            while (!changes.isEmpty() && changes.firstKey() < sign * level.priceE8()) {
                add(merged, changes.pollFirstEntry().getValue());
            }
            final Level change = changes.remove(sign * level.priceE8());
            add(merged, change == null ? level : change);
        }
        changes.values().forEach(level -> add(merged, level));
        return merged;
    }

    private static void add(final List<Level> side, final Level level) {
        if (level.quantityE8() > 0) {
            side.add(level);
        }
    }
}
