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
 * The open sessions of all keys, outside the Java heap. A session is an entry of a table of aggregates, under a number
 * that no other session ever has; beside the aggregate it holds its bounds and its neighbours, so that the sessions of a
 * key are a list in the order of time. A table of keys leads to the latest one.
 *
 * <pre>
 *   session: key int64 number | aggregate | 0 int64 first event time | 8 int64 last event time
 *            | 16 int64 earlier session + 1 | 24 int64 later session + 1 | 32 int64 entry of the key
 *   key:     key bytes | 0 int64 latest session + 1
 * </pre>
 *
 * <p>Sessions of one key lie at least the gap apart. A key is kept for as long as it has a session.
 */
final class OpenSessions {
    static final long NONE = -1;

    private static final int FIRST_OFFSET = 0;
    private static final int LAST_OFFSET = 8;
    private static final int EARLIER_OFFSET = 16;
    private static final int LATER_OFFSET = 24;
    private static final int KEY_OFFSET = 32;
    private static final int SESSION_LENGTH = 40;

    /** The aggregates of the sessions. */
    final AggregateTable aggregates;

    private final KeyedTable sessions;
    private final KeyedTable keys;
    private long nextNumber;

    // From the key of an entry to what is beside its aggregate: all keys are 8 bytes long, so one distance serves all.
    private int distance;

    OpenSessions(final Aggregator<?, ?> aggregator, final StateMemory memory, final String owner) {
        aggregates = aggregator.newTable(memory, owner, SESSION_LENGTH);
        sessions = aggregates.keys();
        keys = new KeyedTable(memory, owner, Long.BYTES);
    }

    /** The latest session of a key, {@link #NONE} if the key has none. */
    long latest(final DirectBuffer key, final int offset, final int length) {
        final long entry = keys.find(key, offset, length);
        return entry < 0 ? NONE : latest(entry);
    }

    private long latest(final long key) {
        return keys.buffer(key).getLong(keys.stateOffset(key)) - 1;
    }

    private void latest(final long key, final long session) {
        keys.change(key);
        keys.buffer(key).putLong(keys.stateOffset(key), session + 1);
    }

    /** Finds an open session, {@link #NONE} if it is open no more. */
    long find(final long number) {
        return sessions.findLong(number);
    }

    /** Makes a session that holds nothing yet and belongs to no key; {@link #link} or {@link #discard} follows. */
    long create(final long eventTimeNs) {
        final long session = sessions.findOrAddLong(nextNumber++);
        distance = aggregates.reservedOffset(session) - sessions.keyOffset(session);
        put(session, FIRST_OFFSET, eventTimeNs);
        put(session, LAST_OFFSET, eventTimeNs);
        return session;
    }

    void discard(final long session) {
        aggregates.remove(session);
    }

    /** Gives a new session its place among those of its key. */
    void link(
            final long session,
            final DirectBuffer keyBuffer,
            final int keyOffset,
            final int keyLength,
            final long earlier,
            final long later) {
        final long key = keys.findOrAdd(keyBuffer, keyOffset, keyLength);
        put(session, KEY_OFFSET, key);
        put(session, EARLIER_OFFSET, earlier + 1);
        put(session, LATER_OFFSET, later + 1);
        if (earlier != NONE) {
            put(earlier, LATER_OFFSET, session + 1);
        }
        if (later == NONE) {
            latest(key, session);
        } else {
            put(later, EARLIER_OFFSET, session + 1);
        }
    }

    /** Removes a session, and its key with the last one. */
    void remove(final long session) {
        final long key = key(session);
        final long earlier = earlier(session);
        final long later = later(session);
        if (earlier != NONE) {
            put(earlier, LATER_OFFSET, later + 1);
        }
        if (later != NONE) {
            put(later, EARLIER_OFFSET, earlier + 1);
        } else if (earlier != NONE) {
            latest(key, earlier);
        } else {
            keys.remove(key);
        }
        aggregates.remove(session);
    }

    /** Stretches a session so that it holds both times. */
    void stretch(final long session, final long firstNs, final long lastNs) {
        put(session, FIRST_OFFSET, Math.min(firstNs(session), firstNs));
        put(session, LAST_OFFSET, Math.max(lastNs(session), lastNs));
    }

    /** Number of a session; the session that was created first has the smallest. */
    long number(final long session) {
        return sessions.buffer(session).getLong(sessions.keyOffset(session), ByteOrder.LITTLE_ENDIAN);
    }

    long firstNs(final long session) {
        return value(session, FIRST_OFFSET);
    }

    long lastNs(final long session) {
        return value(session, LAST_OFFSET);
    }

    long earlier(final long session) {
        return value(session, EARLIER_OFFSET) - 1;
    }

    long later(final long session) {
        return value(session, LATER_OFFSET) - 1;
    }

    private long key(final long session) {
        return value(session, KEY_OFFSET);
    }

    DirectBuffer keyBuffer(final long session) {
        return keys.buffer(key(session));
    }

    int keyOffset(final long session) {
        return keys.keyOffset(key(session));
    }

    int keyLength(final long session) {
        return keys.keyLength(key(session));
    }

    /** The first session of a walk over all of them, {@link #NONE} if there is none. */
    long first() {
        return sessions.first();
    }

    long next(final long session) {
        return sessions.next(session);
    }

    long prefetch(final DirectBuffer key, final int offset, final int length) {
        return keys.prefetch(key, offset, length);
    }

    /** Tells whether the keys have outgrown the caches, so that it pays to look ahead. */
    boolean isLarge() {
        return keys.bytesInUse() > Frames.LOOK_AHEAD_BYTES;
    }

    int size() {
        return sessions.size();
    }

    private int at(final long session) {
        return sessions.keyOffset(session) + distance;
    }

    private long value(final long session, final int offset) {
        return sessions.buffer(session).getLong(at(session) + offset);
    }

    private void put(final long session, final int offset, final long value) {
        sessions.change(session);
        sessions.buffer(session).putLong(at(session) + offset, value);
    }

    void snapshot(final StateWriter out) {
        out.writeLong(nextNumber);
        aggregates.snapshot(out);
        keys.snapshot(out);
    }

    void restore(final StateReader in) {
        nextNumber = in.readLong();
        aggregates.restore(in);
        if (!sessions.isEmpty()) {
            distance = aggregates.reservedOffset(sessions.first()) - sessions.keyOffset(sessions.first());
        }
        keys.restore(in);
    }
}
