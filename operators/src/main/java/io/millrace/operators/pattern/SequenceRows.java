package io.millrace.operators.pattern;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.DueQueue;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.RowTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import org.agrona.UnsafeApi;

/**
 * What a sequence keeps: values that wait until time has closed over them, partial matches of each key in the order in which
 * they began, and when time has to look at them.
 *
 * <pre>
 *   key:     int32 first match | int32 last match | int32 number of matches | int32 number of waiting values and of
 *            entries in the queue of times | int64 earliest time in that queue | int64 its number
 *   element: value | int64 event time | int32 key | int32 steps it fits | int32 number of those that need it
 *   match:   int64 time of its first value | int64 time since when it stands | int64 number of its first value |
 *            int64 of its last value | int32 next match | int32 previous | int32 first link | int32 last link |
 *            int32 stage | int32 values taken in it | int32 1 if it has left out a value since the last one
 *   link:    int32 next link | int32 element | int32 stage
 *   waiting: event time | low 32 bits of the arrival &lt;&lt; 31 | element / 8
 *   times:   time | low 32 bits of the number of a match's first value &lt;&lt; 31 | key / 8
 * </pre>
 *
 * <p>A row, and a key, is referred to by its number / 8 + 1, 0 for none. Values are numbered in the order of event time, and
 * those of one time in the order in which they came, when time has closed over them; a match is named by the number of its first
 * value. Of the times at which something is due for the matches of a key, only the earliest has to be in the queue; one that
 * is there although nothing is due any more is passed over.
 */
final class SequenceRows {
    static final long NONE = RowTable.NONE;

    private static final int UNIT_SHIFT = 3;
    private static final int UNIT_BITS = 31;
    private static final long UNIT_MASK = (1L << UNIT_BITS) - 1;
    private static final long LOW_BITS = (1L << Integer.SIZE) - 1;

    private static final int FIRST = 0;
    private static final int LAST = 4;
    private static final int MATCHES = 8;
    private static final int HOLDS = 12;
    private static final int DUE = 16;
    private static final int DUE_NUMBER = 24;
    private static final int KEY_STATE_LENGTH = 32;

    private static final int TIME = 0;
    private static final int KEY = 8;
    private static final int FITS = 12;
    private static final int REFERENCES = 16;
    private static final int ELEMENT_STATE_LENGTH = 24;

    private static final int START_TIME = 0;
    private static final int SINCE = 8;
    private static final int START_NUMBER = 16;
    private static final int LAST_NUMBER = 24;
    private static final int NEXT = 32;
    private static final int PREVIOUS = 36;
    private static final int FIRST_LINK = 40;
    private static final int LAST_LINK = 44;
    private static final int STAGE = 48;
    private static final int TAKEN = 52;
    private static final int HAS_GAP = 56;
    private static final int MATCH_STATE_LENGTH = 64;

    private static final int NEXT_LINK = 0;
    private static final int ELEMENT = 4;
    private static final int LINK_STAGE = 8;
    private static final int LINK_STATE_LENGTH = 16;

    final RowTable elements;
    private final KeyedTable keys;
    private final RowTable matches;
    private final RowTable links;
    private final DueQueue waiting;
    private final DueQueue times;
    private long arrivals;
    private long numbers;

    SequenceRows(final StateMemory memory, final String owner) {
        keys = new KeyedTable(memory, owner, KEY_STATE_LENGTH);
        elements = new RowTable(memory, owner, ELEMENT_STATE_LENGTH);
        matches = new RowTable(memory, owner, MATCH_STATE_LENGTH);
        links = new RowTable(memory, owner, LINK_STATE_LENGTH);
        waiting = new DueQueue(memory, owner);
        times = new DueQueue(memory, owner);
    }

    // ---- values

    /** Lets a value, whose row is written, wait until time has closed over it. */
    void await(final RecordContext context, final long element, final int fits) {
        final long key = keys.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        final long state = elements.stateAddress(element);
        putLong(state + TIME, context.eventTimeNs());
        putInt(state + KEY, reference(key));
        putInt(state + FITS, fits);
        putInt(state + REFERENCES, 1);
        keys.change(key);
        put(key, HOLDS, get(key, HOLDS) + 1);
        waiting.add(context.eventTimeNs(), (arrivals++ & LOW_BITS) << UNIT_BITS | element >>> UNIT_SHIFT);
    }

    /** Time of the first value that waits; {@link Long#MAX_VALUE} for none. */
    long firstWaitingNs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstTimeNs();
    }

    /** The first value, which waits no more. */
    long takeWaiting() {
        final long element = (waiting.firstNumber() & UNIT_MASK) << UNIT_SHIFT;
        waiting.removeFirst();
        return element;
    }

    /** The number of the next value in the order of time. */
    long nextNumber() {
        return numbers++;
    }

    int fits(final long element) {
        return getInt(elements.stateAddress(element) + FITS);
    }

    long timeNs(final long element) {
        return getLong(elements.stateAddress(element) + TIME);
    }

    long keyOf(final long element) {
        return row(getInt(elements.stateAddress(element) + KEY));
    }

    /** A value that waited was looked at: it stays if a match has taken it. */
    void seen(final long element, final long key) {
        refer(element, -1);
        release(key);
    }

    // ---- partial matches

    long firstMatch(final long key) {
        return row(get(key, FIRST));
    }

    long nextMatch(final long match) {
        return row(getInt(matches.stateAddress(match) + NEXT));
    }

    int matchCount(final long key) {
        return get(key, MATCHES);
    }

    long startNs(final long match) {
        return getLong(matches.stateAddress(match) + START_TIME);
    }

    /** When its last value was, or its last absence over. */
    long sinceNs(final long match) {
        return getLong(matches.stateAddress(match) + SINCE);
    }

    long startNumber(final long match) {
        return getLong(matches.stateAddress(match) + START_NUMBER);
    }

    long lastNumber(final long match) {
        return getLong(matches.stateAddress(match) + LAST_NUMBER);
    }

    int stage(final long match) {
        return getInt(matches.stateAddress(match) + STAGE);
    }

    int taken(final long match) {
        return getInt(matches.stateAddress(match) + TAKEN);
    }

    boolean hasGap(final long match) {
        return getInt(matches.stateAddress(match) + HAS_GAP) != 0;
    }

    /** Begins a match without a value, behind the others of the key. */
    long begin(final long key, final long timeNs, final long number) {
        final long match = matches.add(0);
        final long state = matches.stateAddress(match);
        final int last = get(key, LAST);
        putLong(state + START_TIME, timeNs);
        putLong(state + START_NUMBER, number);
        putInt(state + PREVIOUS, last);
        keys.change(key);
        if (last == 0) {
            put(key, FIRST, reference(match));
        } else {
            putMatch(row(last), NEXT, reference(match));
        }
        put(key, LAST, reference(match));
        put(key, MATCHES, get(key, MATCHES) + 1);
        return match;
    }

    /** A match takes a value, as one of a stage. */
    void take(final long match, final long element, final int stage, final int taken, final long number) {
        final long link = links.add(0);
        final long linkState = links.stateAddress(link);
        putInt(linkState + ELEMENT, reference(element));
        putInt(linkState + LINK_STAGE, stage);
        matches.change(match);
        final long state = matches.stateAddress(match);
        final int last = getInt(state + LAST_LINK);
        if (last == 0) {
            putInt(state + FIRST_LINK, reference(link));
        } else {
            links.change(row(last));
            putInt(links.stateAddress(row(last)) + NEXT_LINK, reference(link));
        }
        putInt(state + LAST_LINK, reference(link));
        putLong(state + LAST_NUMBER, number);
        stand(state, stage, taken, timeNs(element));
        refer(element, 1);
    }

    /** A match has come to a stage by nothing having come. */
    void pass(final long match, final int stage, final long timeNs) {
        matches.change(match);
        stand(matches.stateAddress(match), stage, 0, timeNs);
    }

    private static void stand(final long state, final int stage, final int taken, final long sinceNs) {
        putInt(state + STAGE, stage);
        putInt(state + TAKEN, taken);
        putInt(state + HAS_GAP, 0);
        putLong(state + SINCE, sinceNs);
    }

    /** A match leaves out a value. */
    void skip(final long match) {
        if (!hasGap(match)) {
            putMatch(match, HAS_GAP, 1);
        }
    }

    /** Forgets a match, and the values that no other one has taken; but not the key. */
    void remove(final long key, final long match) {
        final long state = matches.stateAddress(match);
        long link = row(getInt(state + FIRST_LINK));
        while (link != NONE) {
            final long next = nextLink(link);
            refer(element(link), -1);
            links.remove(link);
            link = next;
        }
        final int next = getInt(state + NEXT);
        final int previous = getInt(state + PREVIOUS);
        keys.change(key);
        if (previous == 0) {
            put(key, FIRST, next);
        } else {
            putMatch(row(previous), NEXT, next);
        }
        if (next == 0) {
            put(key, LAST, previous);
        } else {
            putMatch(row(next), PREVIOUS, previous);
        }
        put(key, MATCHES, get(key, MATCHES) - 1);
        matches.remove(match);
    }

    private void refer(final long element, final int difference) {
        elements.change(element);
        final long state = elements.stateAddress(element);
        final int references = getInt(state + REFERENCES) + difference;
        putInt(state + REFERENCES, references);
        if (references == 0) {
            elements.remove(element);
        }
    }

    // ---- what a match has taken

    long firstLink(final long match) {
        return row(getInt(matches.stateAddress(match) + FIRST_LINK));
    }

    long lastLink(final long match) {
        return row(getInt(matches.stateAddress(match) + LAST_LINK));
    }

    long nextLink(final long link) {
        return row(getInt(links.stateAddress(link) + NEXT_LINK));
    }

    long element(final long link) {
        return row(getInt(links.stateAddress(link) + ELEMENT));
    }

    int linkStage(final long link) {
        return getInt(links.stateAddress(link) + LINK_STAGE);
    }

    // ---- times

    /** Has a match of a key looked at when a time has come, unless the key is looked at before. */
    void look(final long key, final long timeNs, final long number) {
        final boolean isQueued = getLong(keys.stateAddress(key) + DUE_NUMBER) != 0;
        final long queuedNs = getLong(keys.stateAddress(key) + DUE);
        final long queued = getLong(keys.stateAddress(key) + DUE_NUMBER) - 1;
        if (!isQueued || timeNs < queuedNs || timeNs == queuedNs && number < queued) {
            times.add(timeNs, (number & LOW_BITS) << UNIT_BITS | key >>> UNIT_SHIFT);
            keys.change(key);
            putLong(keys.stateAddress(key) + DUE, timeNs);
            putLong(keys.stateAddress(key) + DUE_NUMBER, number + 1);
            put(key, HOLDS, get(key, HOLDS) + 1);
        }
    }

    /** The earliest time at which a match has to be looked at; {@link Long#MAX_VALUE} for none. */
    long firstDueNs() {
        return times.isEmpty() ? Long.MAX_VALUE : times.firstTimeNs();
    }

    /** The key whose match comes first. */
    long firstDueKey() {
        return (times.firstNumber() & UNIT_MASK) << UNIT_SHIFT;
    }

    /**
     * Takes the first time out of the queue. Whoever calls this {@linkplain #look has the key looked at again} and {@linkplain
     * #release releases} it.
     *
     * @return the match that it is there for; none if that is gone, or the key was looked at before.
     */
    long takeDue(final long key) {
        final long timeNs = times.firstTimeNs();
        final long low = times.firstNumber() >>> UNIT_BITS;
        times.removeFirst();
        final long number = getLong(keys.stateAddress(key) + DUE_NUMBER) - 1;
        if (number < 0 || timeNs != getLong(keys.stateAddress(key) + DUE) || (number & LOW_BITS) != low) {
            return NONE;
        }
        keys.change(key);
        putLong(keys.stateAddress(key) + DUE_NUMBER, 0);
        long match = firstMatch(key);
        while (match != NONE && startNumber(match) != number) {
            match = nextMatch(match);
        }
        return match;
    }

    // ---- keys

    /** Makes a key the key of the context. */
    void key(final RecordContext context, final long key) {
        context.key(keys.buffer(key), keys.keyOffset(key), keys.keyLength(key));
    }

    /** Something less stands for a key, which is forgotten when nothing does. */
    void release(final long key) {
        keys.change(key);
        final int holds = get(key, HOLDS) - 1;
        put(key, HOLDS, holds);
        if (holds == 0 && get(key, FIRST) == 0) {
            keys.remove(key);
        }
    }

    private int get(final long key, final int field) {
        return getInt(keys.stateAddress(key) + field);
    }

    private void put(final long key, final int field, final int value) {
        putInt(keys.stateAddress(key) + field, value);
    }

    private void putMatch(final long match, final int field, final int value) {
        matches.change(match);
        putInt(matches.stateAddress(match) + field, value);
    }

    private static int getInt(final long address) {
        return UnsafeApi.getInt(null, address);
    }

    private static void putInt(final long address, final int value) {
        UnsafeApi.putInt(null, address, value);
    }

    private static long getLong(final long address) {
        return UnsafeApi.getLong(null, address);
    }

    private static void putLong(final long address, final long value) {
        UnsafeApi.putLong(null, address, value);
    }

    private static int reference(final long row) {
        return (int) (row >>> UNIT_SHIFT) + 1;
    }

    private static long row(final int reference) {
        return reference == 0 ? NONE : (long) (reference - 1) << UNIT_SHIFT;
    }

    // ---- all of it

    long prefetch(final RecordContext context) {
        return keys.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    long bytesInUse() {
        return keys.bytesInUse()
                + elements.bytesInUse()
                + matches.bytesInUse()
                + links.bytesInUse()
                + waiting.bytesInUse()
                + times.bytesInUse();
    }

    void snapshot(final StateWriter out) {
        out.writeLong(arrivals);
        out.writeLong(numbers);
        keys.snapshot(out);
        elements.snapshot(out);
        matches.snapshot(out);
        links.snapshot(out);
        waiting.snapshot(out);
        times.snapshot(out);
    }

    void restore(final StateReader in) {
        arrivals = in.readLong();
        numbers = in.readLong();
        keys.restore(in);
        elements.restore(in);
        matches.restore(in);
        links.restore(in);
        waiting.restore(in);
        times.restore(in);
    }
}
