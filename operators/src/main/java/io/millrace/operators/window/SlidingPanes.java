package io.millrace.operators.window;

import io.millrace.operators.aggregate.AggregateTable;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * What sliding windows keep, outside the Java heap: a pane for each event time of each key, with the aggregate of the
 * events at that time. The panes of a key are a list in the order of time, in three parts that may be empty:
 *
 * <pre>
 *   first ... | back ...  | pending ... last
 *   the front | the back  | windows that are not closed yet
 *
 *   pane: key int64 number | aggregate | 0 int64 event time | 8 int64 earlier pane + 1 | 16 int64 later pane + 1
 *         | 24 int64 entry of the key | 32 int64 pane of any key that expires next + 1
 *   key:  key bytes | 0 int64 first pane + 1 | 8 int64 last + 1 | 16 int64 first of the back + 1
 *         | 24 int64 first pending + 1 | 32 int64 sum of the back + 1
 * </pre>
 *
 * <p>Closed panes of all keys are a queue besides, in the order in which they closed, which is the one in which they
 * expire. A key is kept for as long as it has a pane.
 */
final class SlidingPanes {
    static final long NONE = -1;

    private static final int TIME_OFFSET = 0;
    private static final int EARLIER_OFFSET = 8;
    private static final int LATER_OFFSET = 16;
    private static final int KEY_OFFSET = 24;
    private static final int NEXT_CLOSED_OFFSET = 32;
    private static final int PANE_LENGTH = 40;

    private static final int FIRST_OFFSET = 0;
    private static final int LAST_OFFSET = 8;
    private static final int BACK_OFFSET = 16;
    private static final int PENDING_OFFSET = 24;
    private static final int SUM_OFFSET = 32;
    private static final int KEY_LENGTH = 40;

    /** The aggregates of the panes. */
    final AggregateTable aggregates;

    private final KeyedTable panes;
    private final KeyedTable keys;
    private long nextNumber;

    // From the key of an entry to what is beside its aggregate: all keys are 8 bytes long, so one distance serves all.
    private int distance;
    private long firstClosed = NONE;
    private long lastClosed = NONE;

    SlidingPanes(final Aggregator<?, ?> aggregator, final StateMemory memory, final String owner) {
        aggregates = aggregator.newTable(memory, owner, PANE_LENGTH);
        panes = aggregates.keys();
        keys = new KeyedTable(memory, owner, KEY_LENGTH);
    }

    /** The last pane of a key, {@link #NONE} if the key has none. */
    long last(final DirectBuffer key, final int offset, final int length) {
        final long entry = keys.find(key, offset, length);
        return entry < 0 ? NONE : ofKey(entry, LAST_OFFSET);
    }

    /** Finds the pane of a number that is in use. */
    long find(final long number) {
        return panes.findLong(number);
    }

    /** Makes a pane that holds nothing yet and belongs to no key; {@link #link} or {@link #discard} follows. */
    long create(final long eventTimeNs) {
        final long pane = panes.findOrAddLong(nextNumber++);
        distance = aggregates.reservedOffset(pane) - panes.keyOffset(pane);
        panes.buffer(pane).putLong(at(pane) + TIME_OFFSET, eventTimeNs);
        return pane;
    }

    void discard(final long pane) {
        aggregates.remove(pane);
    }

    /** Gives a new pane its place among the pending ones of its key. */
    void link(
            final long pane,
            final DirectBuffer keyBuffer,
            final int keyOffset,
            final int keyLength,
            final long earlier,
            final long later) {
        final long key = keys.findOrAdd(keyBuffer, keyOffset, keyLength);
        panes.change(pane);
        panes.buffer(pane).putLong(at(pane) + KEY_OFFSET, key);
        ofPane(pane, EARLIER_OFFSET, earlier);
        ofPane(pane, LATER_OFFSET, later);
        if (earlier == NONE) {
            ofKey(key, FIRST_OFFSET, pane);
        } else {
            ofPane(earlier, LATER_OFFSET, pane);
        }
        if (later == NONE) {
            ofKey(key, LAST_OFFSET, pane);
        } else {
            ofPane(later, EARLIER_OFFSET, pane);
        }
        if (pending(key) == later) {
            ofKey(key, PENDING_OFFSET, pane);
        }
    }

    /** Moves the first pending pane of a key to the end of its back, and into the queue of closed ones. */
    void close(final long pane) {
        final long key = key(pane);
        ofKey(key, PENDING_OFFSET, later(pane));
        if (back(key) == NONE) {
            ofKey(key, BACK_OFFSET, pane);
        }
        if (lastClosed == NONE) {
            firstClosed = pane;
        } else {
            ofPane(lastClosed, NEXT_CLOSED_OFFSET, pane);
        }
        lastClosed = pane;
    }

    /** Makes the back of a key the end of its front. */
    void backToFront(final long key) {
        ofKey(key, BACK_OFFSET, NONE);
    }

    /** Removes the pane that closed first; it is the first of its key, in the front. Its key goes with the last pane. */
    void removeFirstClosed() {
        final long pane = firstClosed;
        final long key = key(pane);
        final long later = later(pane);
        firstClosed = ofPane(pane, NEXT_CLOSED_OFFSET);
        if (firstClosed == NONE) {
            lastClosed = NONE;
        }
        if (later == NONE) {
            keys.remove(key);
        } else {
            ofPane(later, EARLIER_OFFSET, NONE);
            ofKey(key, FIRST_OFFSET, later);
        }
        aggregates.remove(pane);
    }

    /** The pane that closed first, of all keys. */
    long firstClosed() {
        return firstClosed;
    }

    /** The last pane of a key that is closed; there is one. */
    long lastClosed(final long key) {
        final long pending = pending(key);
        return pending == NONE ? ofKey(key, LAST_OFFSET) : earlier(pending);
    }

    /** Number of a pane; the pane that was created first has the smallest. */
    long number(final long pane) {
        return panes.buffer(pane).getLong(panes.keyOffset(pane), ByteOrder.LITTLE_ENDIAN);
    }

    long timeNs(final long pane) {
        return panes.buffer(pane).getLong(at(pane) + TIME_OFFSET);
    }

    long earlier(final long pane) {
        return ofPane(pane, EARLIER_OFFSET);
    }

    long later(final long pane) {
        return ofPane(pane, LATER_OFFSET);
    }

    /** Entry of a pane's key. */
    long key(final long pane) {
        return panes.buffer(pane).getLong(at(pane) + KEY_OFFSET);
    }

    /** The first pane of a key. */
    long first(final long key) {
        return ofKey(key, FIRST_OFFSET);
    }

    /** The first pane of a key's back, {@link #NONE} if it is empty. */
    long back(final long key) {
        return ofKey(key, BACK_OFFSET);
    }

    /** The first pane of a key that is not closed, {@link #NONE} if all are. */
    long pending(final long key) {
        return ofKey(key, PENDING_OFFSET);
    }

    /** Where the sum of a key's back is kept, {@link #NONE} if it is nowhere. */
    long sum(final long key) {
        return ofKey(key, SUM_OFFSET);
    }

    void sum(final long key, final long entry) {
        ofKey(key, SUM_OFFSET, entry);
    }

    /** Entry of a key, {@link #NONE} if it has no pane. */
    long findKey(final DirectBuffer key, final int offset, final int length) {
        return keys.find(key, offset, length);
    }

    /** The first key of a walk over all of them, {@link #NONE} if there is none. */
    long firstKey() {
        return keys.first();
    }

    long nextKey(final long key) {
        return keys.next(key);
    }

    DirectBuffer keyBuffer(final long key) {
        return keys.buffer(key);
    }

    int keyOffset(final long key) {
        return keys.keyOffset(key);
    }

    int keyLength(final long key) {
        return keys.keyLength(key);
    }

    /** Tells whether the keys have outgrown the caches, so that it pays to look ahead. */
    boolean isLarge() {
        return keys.bytesInUse() > Frames.LOOK_AHEAD_BYTES;
    }

    int size() {
        return panes.size();
    }

    private int at(final long pane) {
        return panes.keyOffset(pane) + distance;
    }

    private long ofPane(final long pane, final int offset) {
        return panes.buffer(pane).getLong(at(pane) + offset) - 1;
    }

    private void ofPane(final long pane, final int offset, final long reference) {
        panes.change(pane);
        panes.buffer(pane).putLong(at(pane) + offset, reference + 1);
    }

    private long ofKey(final long key, final int offset) {
        return keys.buffer(key).getLong(keys.stateOffset(key) + offset) - 1;
    }

    private void ofKey(final long key, final int offset, final long reference) {
        keys.change(key);
        keys.buffer(key).putLong(keys.stateOffset(key) + offset, reference + 1);
    }

    void snapshot(final StateWriter out) {
        out.writeLong(nextNumber);
        out.writeLong(firstClosed);
        out.writeLong(lastClosed);
        aggregates.snapshot(out);
        keys.snapshot(out);
    }

    void restore(final StateReader in) {
        nextNumber = in.readLong();
        firstClosed = in.readLong();
        lastClosed = in.readLong();
        aggregates.restore(in);
        if (!panes.isEmpty()) {
            distance = aggregates.reservedOffset(panes.first()) - panes.keyOffset(panes.first());
        }
        keys.restore(in);
    }

    long prefetch(final DirectBuffer key, final int offset, final int length) {
        return keys.prefetch(key, offset, length);
    }
}
