package io.millrace.log.segment;

/**
 * Keeps the segments mapped that were entered last, so that readers and appenders share one mapping. Any thread; used
 * when a segment is entered, never per record. Finding one that is here allocates nothing.
 */
public final class SegmentCache implements AutoCloseable {
    private static final int CAPACITY = 4;

    private final SegmentFiles files;
    private final boolean readOnly;

    /** Most recently entered first; null behind the last. */
    private final Segment[] segments = new Segment[CAPACITY];

    private boolean isClosed;

    /**
     * Creates an empty cache.
     *
     * @param files    to open.
     * @param readOnly true to map them for reading only.
     */
    public SegmentCache(final SegmentFiles files, final boolean readOnly) {
        this.files = files;
        this.readOnly = readOnly;
    }

    /**
     * Finds or maps a segment.
     *
     * @param base position of the segment.
     * @return the segment with a reference for the caller, or null when it does not exist or the cache is closed.
     * @throws io.millrace.log.error.MillraceException when the file is damaged or cannot be mapped.
     */
    public synchronized Segment acquire(final long base) {
        if (isClosed) {
            return null;
        }
        int index = find(base);
        if (index == CAPACITY) {
            final Segment opened = files.openIfPresent(base, readOnly);
            if (opened == null) {
                return null;
            }
            index = add(opened);
        }
        final Segment segment = segments[index];
        moveToFront(index);
        // Cannot fail: the cache holds a reference itself.
        segment.retain();
        return segment;
    }

    /**
     * Adds a segment that somebody else has mapped; the caller keeps its reference.
     *
     * @param segment to add.
     */
    public synchronized void adopt(final Segment segment) {
        if (!isClosed && find(segment.basePosition()) == CAPACITY && segment.retain()) {
            moveToFront(add(segment));
        }
    }

    /**
     * Forgets a segment, since its file was replaced or removed; those who hold it go on with what they have.
     *
     * @param base position of the segment.
     */
    public synchronized void forget(final long base) {
        final int index = find(base);
        if (index < CAPACITY) {
            final Segment segment = segments[index];
            System.arraycopy(segments, index + 1, segments, index, CAPACITY - 1 - index);
            segments[CAPACITY - 1] = null;
            segment.release();
        }
    }

    private int find(final long base) {
        for (int i = 0; i < CAPACITY; i++) {
            if (segments[i] != null && segments[i].basePosition() == base) {
                return i;
            }
        }
        return CAPACITY;
    }

    /** Takes over a reference, in the place of the segment that was not entered for the longest time. */
    private int add(final Segment segment) {
        final int last = CAPACITY - 1;
        if (segments[last] != null) {
            segments[last].release();
        }
        segments[last] = segment;
        return last;
    }

    private void moveToFront(final int index) {
        final Segment segment = segments[index];
        System.arraycopy(segments, 0, segments, 1, index);
        segments[0] = segment;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        for (int i = 0; i < CAPACITY; i++) {
            if (segments[i] != null) {
                segments[i].release();
                segments[i] = null;
            }
        }
    }
}
