package io.millrace.operators.state;

import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * Places of removed entries, in one list for each length; the last that was removed is the first to be used again. The
 * lists run through the free entries themselves, both ways, so that those of a page can be taken out when the page goes.
 *
 * <p>Most places are used again soon, so the last ones, all of one length, are only remembered here; they join their list when
 * there are too many of them, or one of another length, or when somebody has to see the lists. Whether they are here or
 * there makes no difference to which place is next.
 */
final class FreeEntries {
    private static final int NEXT_OFFSET = 8;
    private static final int PREVIOUS_OFFSET = 12;
    private static final int INITIAL_LENGTHS = 4;
    private static final int MAX_RECENT = 32;
    private static final int NONE = -1;

    /** In ascending order; the heads are the first free entry of each as unit + 1, 0 when there is none. */
    int[] lengths = new int[INITIAL_LENGTHS];

    int lengthCount;

    private int[] heads = new int[INITIAL_LENGTHS];

    // Most tables have entries of one length, or some in a row.
    private int lastList;

    // Units of one length that are in no list yet, the last that was freed at the end.
    private final int[] recent = new int[MAX_RECENT];
    private int recentLength = NONE;
    private int recentCount;

    private final EntryPages pages;

    FreeEntries(final EntryPages pages) {
        this.pages = pages;
    }

    /** Takes the place that was freed last, or returns -1. */
    long poll(final int entryLength) {
        if (recentCount > 0 && entryLength == recentLength) {
            return (long) recent[--recentCount] << EntryPages.UNIT_SHIFT;
        }
        return pollList(entryLength);
    }

    private long pollList(final int entryLength) {
        final int list = find(entryLength);
        if (list < 0 || heads[list] == 0) {
            return NONE;
        }
        final long entry = entryOf(heads[list]);
        heads[list] = link(entry, NEXT_OFFSET);
        if (heads[list] != 0) {
            link(entryOf(heads[list]), PREVIOUS_OFFSET, 0);
        }
        return entry;
    }

    private int find(final int entryLength) {
        if (lastList < lengthCount && lengths[lastList] == entryLength) {
            return lastList;
        }
        final int found = Arrays.binarySearch(lengths, 0, lengthCount, entryLength);
        if (found >= 0) {
            lastList = found;
        }
        return found;
    }

    /** Takes a place whose bytes the caller has marked as changed. */
    void push(final long entry, final int entryLength) {
        if (entryLength != recentLength) {
            settle();
            recentLength = entryLength;
        } else if (recentCount == MAX_RECENT) {
            settle(MAX_RECENT / 2);
        }
        final int unit = EntryPages.unitOf(entry);
        UnsafeApi.putInt(null, pages.address(unit), ~entryLength);
        recent[recentCount++] = unit;
    }

    /** Puts all places into their lists. */
    void settle() {
        settle(recentCount);
    }

    // The oldest first, as if they had been there all the time.
    private void settle(final int count) {
        for (int i = 0; i < count; i++) {
            pushToList((long) recent[i] << EntryPages.UNIT_SHIFT, recentLength);
        }
        recentCount -= count;
        System.arraycopy(recent, count, recent, 0, recentCount);
    }

    private void pushToList(final long entry, final int entryLength) {
        final int list = list(entryLength);
        final int head = heads[list];
        final int reference = EntryPages.unitOf(entry) + 1;
        link(entry, NEXT_OFFSET, head);
        link(entry, PREVIOUS_OFFSET, 0);
        if (head != 0) {
            link(entryOf(head), PREVIOUS_OFFSET, reference);
        }
        heads[list] = reference;
    }

    private int list(final int entryLength) {
        final int found = find(entryLength);
        if (found >= 0) {
            return found;
        }
        if (lengthCount == lengths.length) {
            lengths = Arrays.copyOf(lengths, lengthCount * 2);
            heads = Arrays.copyOf(heads, lengthCount * 2);
        }
        final int list = ~found;
        System.arraycopy(lengths, list, lengths, list + 1, lengthCount - list);
        System.arraycopy(heads, list, heads, list + 1, lengthCount - list);
        lengths[list] = entryLength;
        heads[list] = 0;
        lengthCount++;
        return list;
    }

    /** Takes out the free entries of a page that has no live one, except the one being freed, which is in no list yet. */
    void removeAll(final int page) {
        settle();
        final int end = pages.usedLengths[page];
        int offset = 0;
        while (offset < end) {
            final long entry = (long) page << EntryPages.PAGE_SHIFT | offset;
            final int keyLength = pages.keyLength(entry);
            if (keyLength < 0) {
                unlink(entry, ~keyLength);
                offset += ~keyLength;
            } else {
                offset += pages.entryLength(keyLength);
            }
        }
    }

    private void unlink(final long entry, final int entryLength) {
        final int next = link(entry, NEXT_OFFSET);
        final int previous = link(entry, PREVIOUS_OFFSET);
        if (next != 0) {
            link(entryOf(next), PREVIOUS_OFFSET, previous);
        }
        if (previous != 0) {
            link(entryOf(previous), NEXT_OFFSET, next);
        } else {
            heads[list(entryLength)] = next;
        }
    }

    /** The unit that is next to be used, or -1. */
    int first(final int list) {
        return heads[list] - 1;
    }

    /** The unit behind another, or -1. */
    int next(final int unit) {
        return link((long) unit << EntryPages.UNIT_SHIFT, NEXT_OFFSET) - 1;
    }

    /** The unit before another, or -1. */
    int previous(final int unit) {
        return link((long) unit << EntryPages.UNIT_SHIFT, PREVIOUS_OFFSET) - 1;
    }

    /** Takes a list over that is in the pages already; false if there is one of its length. */
    boolean restore(final int entryLength, final int firstUnit) {
        final int list = list(entryLength);
        final boolean isNew = heads[list] == 0;
        heads[list] = firstUnit + 1;
        return isNew;
    }

    private static long entryOf(final int reference) {
        return (long) (reference - 1) << EntryPages.UNIT_SHIFT;
    }

    private int link(final long entry, final int linkOffset) {
        return UnsafeApi.getInt(null, pages.address(EntryPages.unitOf(entry)) + linkOffset);
    }

    private void link(final long entry, final int linkOffset, final int reference) {
        pages.blocks.change(EntryPages.pageOf(entry), EntryPages.offsetOf(entry) + linkOffset, Integer.BYTES);
        UnsafeApi.putInt(null, pages.address(EntryPages.unitOf(entry)) + linkOffset, reference);
    }

    void clear() {
        recentCount = 0;
        lengthCount = 0;
    }
}
