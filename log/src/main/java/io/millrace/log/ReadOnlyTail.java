package io.millrace.log;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.SegmentSearch;
import io.millrace.log.segment.SegmentWalk;
import java.util.List;

/** Finds the first segment and the end of what is committed in a partition that another process appends to. Any thread. */
final class ReadOnlyTail {
    private static final long NONE = -1;

    private final SegmentFiles files;
    private final SegmentCache cache;
    private final TopicPresence presence;
    private final int segmentLength;
    private final SegmentSearch search = new SegmentSearch();

    private volatile long beginBase;
    private long base = NONE;
    private int offset;

    ReadOnlyTail(final SegmentFiles files, final SegmentCache cache, final TopicPresence presence) {
        this.presence = presence;
        this.files = files;
        this.cache = cache;
        this.segmentLength = files.segmentLength();
    }

    /** Finds the first segment. */
    void open() {
        beginBase = PartitionOpening.beginBase(files);
    }

    /** Refuses a topic that its owner has deleted. */
    void checkPresent() {
        presence.check();
    }

    /** Finds or maps a segment, null when it is not there. */
    Segment acquire(final long segmentBase) {
        try {
            return cache.acquire(segmentBase);
        } catch (final RuntimeException ex) {
            throw presence.cause(ex);
        }
    }

    /** Where the first segment starts now. */
    long beginBase() {
        try {
            return findBeginBase();
        } catch (final RuntimeException ex) {
            throw presence.cause(ex);
        }
    }

    private long findBeginBase() {
        long first = beginBase;
        if (!files.exists(first)) {
            first = PartitionOpening.beginBase(files);
            beginBase = first;
        }
        return first;
    }

    /** Walks what was appended since the last call. */
    synchronized long position() {
        presence.check();
        try {
            return findPosition();
        } catch (final RuntimeException ex) {
            throw presence.cause(ex);
        }
    }

    private long findPosition() {
        if (base == NONE || base < beginBase()) {
            startAtLast();
        }
        Segment segment = cache.acquire(base);
        while (segment == null && base < beginBase()) {
            // Removed since.
            startAtLast();
            segment = cache.acquire(base);
        }
        while (segment != null) {
            // From the start of what was found: the segment may be another file since, with a gap where the last one
            // ended.
            offset = findEnd(segment);
            segment.release();
            segment = null;
            if (segmentLength - offset < RecordDescriptor.HEADER_LENGTH) {
                segment = cache.acquire(base + segmentLength);
                if (segment != null) {
                    base = segment.basePosition();
                    offset = SegmentDescriptor.HEADER_LENGTH;
                }
            }
        }
        return base + offset;
    }

    /** Finds where the records of a segment end, over what is damaged among them. */
    private int findEnd(final Segment segment) {
        int end = SegmentWalk.committedEnd(segment, SegmentDescriptor.HEADER_LENGTH);
        while (isDamaged(segment, end)) {
            final int next =
                    search.nextCertain(segment.buffer(), end + RecordDescriptor.ALIGNMENT, segment.basePosition());
            if (next == SegmentSearch.UNCERTAIN
                    || next == segmentLength && !hasRecord(segment.basePosition() + segmentLength)) {
                break;
            }
            end = SegmentWalk.committedEnd(segment, next);
        }
        return end;
    }

    private boolean isDamaged(final Segment segment, final int offset) {
        if (SegmentWalk.isEnd(segment.buffer(), offset)) {
            return false;
        }
        final int length = segment.buffer().getIntVolatile(offset);
        // A whole record has been committed just now: the next call finds it.
        return length > 0
                ? SegmentWalk.isNoRecord(length, segmentLength - offset)
                : RecordMemory.isNoClaim(segment.address(offset), segmentLength - offset);
    }

    /** Whether a segment is there that is not only prepared. */
    private boolean hasRecord(final long segmentBase) {
        final Segment segment = cache.acquire(segmentBase);
        if (segment == null) {
            return false;
        }
        try {
            return segment.buffer().getIntVolatile(SegmentDescriptor.HEADER_LENGTH) != 0;
        } finally {
            segment.release();
        }
    }

    /** The last file may be one prepared ahead: start at the last that holds a record, or at the first. */
    private void startAtLast() {
        final List<Long> bases = files.list();
        int index = bases.size() - 1;
        while (index > 0 && isEmpty(bases.get(index))) {
            index--;
        }
        base = bases.get(index);
        offset = SegmentDescriptor.HEADER_LENGTH;
    }

    private boolean isEmpty(final long segmentBase) {
        final Segment segment = cache.acquire(segmentBase);
        if (segment == null) {
            // Removed since, so it was not the last: the caller starts again.
            return false;
        }
        try {
            return segment.buffer().getIntVolatile(SegmentDescriptor.HEADER_LENGTH) == 0;
        } finally {
            segment.release();
        }
    }
}
