package io.millrace.log.segment;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the segments mapped that were entered last, so that readers and appenders share one mapping. Any thread; used
 * when a segment is entered, never per record.
 */
public final class SegmentCache implements AutoCloseable {
    private static final int CAPACITY = 4;

    private final SegmentFiles files;
    private final boolean readOnly;
    private final Map<Long, Segment> segments = new LinkedHashMap<>(8, 0.75f, true);
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
        Segment segment = segments.get(base);
        if (segment == null) {
            if (!files.exists(base)) {
                return null;
            }
            segment = files.open(base, readOnly);
            put(segment);
        }
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
        if (!isClosed && !segments.containsKey(segment.basePosition()) && segment.retain()) {
            put(segment);
        }
    }

    private void put(final Segment segment) {
        segments.put(segment.basePosition(), segment);
        final Iterator<Segment> eldest = segments.values().iterator();
        while (segments.size() > CAPACITY) {
            eldest.next().release();
            eldest.remove();
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        segments.values().forEach(Segment::release);
        segments.clear();
    }
}
