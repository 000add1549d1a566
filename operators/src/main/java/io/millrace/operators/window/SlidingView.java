package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateVisitor;
import org.agrona.DirectBuffer;

/**
 * Shows the sliding windows that are open: those of the event times that are pending. Each is put together from copies of
 * its panes, so it costs as many combinations as it has panes.
 */
final class SlidingView {
    private static final long NONE = SlidingPanes.NONE;

    private final SlidingPanes panes;
    private final long sizeNs;
    private final Aggregator<?, ?> aggregator;

    SlidingView(final SlidingPanes panes, final long sizeNs, final Aggregator<?, ?> aggregator) {
        this.panes = panes;
        this.sizeNs = sizeNs;
        this.aggregator = aggregator;
    }

    void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        final long entry = panes.findKey(key, offset, length);
        if (entry != NONE) {
            visit(entry, visitor);
        }
    }

    void forEach(final StateVisitor visitor) {
        for (long key = panes.firstKey(); key != NONE; key = panes.nextKey(key)) {
            visit(key, visitor);
        }
    }

    private void visit(final long key, final StateVisitor visitor) {
        for (long pane = panes.pending(key); pane != NONE; pane = panes.later(pane)) {
            final long endNs = panes.timeNs(pane) + 1;
            visitor.onWindow(
                    panes.keyBuffer(key),
                    panes.keyOffset(key),
                    panes.keyLength(key),
                    endNs - sizeNs,
                    endNs,
                    sum(key, pane));
        }
    }

    private StateCopy sum(final long key, final long last) {
        long pane = last;
        while (panes.earlier(pane) != NONE && panes.timeNs(panes.earlier(pane)) > panes.timeNs(last) - sizeNs) {
            pane = panes.earlier(pane);
        }
        final long behindFront = panes.back(key) == NONE ? panes.pending(key) : panes.back(key);
        StateCopy sum = aggregator.copyOf(panes.aggregates, pane);
        if (isInFront(key, pane, behindFront)) {
            // A pane of the front holds the sum of the later ones there.
            pane = behindFront;
            sum = sum.combine(aggregator.copyOf(panes.aggregates, pane));
        }
        while (pane != last) {
            pane = panes.later(pane);
            sum = sum.combine(aggregator.copyOf(panes.aggregates, pane));
        }
        return sum;
    }

    private boolean isInFront(final long key, final long pane, final long behindFront) {
        for (long front = panes.first(key); front != behindFront; front = panes.later(front)) {
            if (front == pane) {
                return true;
            }
        }
        return false;
    }
}
