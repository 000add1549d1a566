package io.millrace.perf.jet;

import com.hazelcast.jet.Traverser;
import com.hazelcast.jet.Traversers;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The trades of an instrument that are near enough in time to be paired with one that comes: large ones and small ones. */
final class Near implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    private final ArrayDeque<Trade> large = new ArrayDeque<>();
    private final ArrayDeque<Trade> small = new ArrayDeque<>();
    private final long withinUs;

    Near(final long withinUs) {
        this.withinUs = withinUs;
    }

    /** Pairs a trade with those that came before it, and keeps it. */
    Traverser<Notional> pairsOf(final Trade trade) {
        final ArrayDeque<Trade> others = trade.isLarge() ? small : large;
        final ArrayDeque<Trade> own = trade.isLarge() ? large : small;
        final long oldestUs = trade.eventTimeUs() - withinUs;
        removeBefore(others, oldestUs);
        removeBefore(own, oldestUs);
        own.add(trade);
        if (others.isEmpty()) {
            return Traversers.empty();
        }
        final List<Notional> pairs = new ArrayList<>(others.size());
        for (final Trade other : others) {
            pairs.add(new Notional(trade.instrumentId(), trade.price() * other.price()));
        }
        return Traversers.traverseIterable(pairs);
    }

    private static void removeBefore(final ArrayDeque<Trade> trades, final long timeUs) {
        while (!trades.isEmpty() && trades.peekFirst().eventTimeUs() < timeUs) {
            trades.pollFirst();
        }
    }
}
