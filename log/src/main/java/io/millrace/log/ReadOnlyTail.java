package io.millrace.log;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.segment.Segment;
import io.millrace.log.segment.SegmentCache;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.segment.SegmentWalk;
import java.util.List;

/** Finds the end of what is committed in a partition that another process appends to. Any thread. */
final class ReadOnlyTail {
    private static final long NONE = -1;

    private final SegmentFiles files;
    private final SegmentCache cache;
    private final int segmentLength;

    private long base = NONE;
    private int offset;

    ReadOnlyTail(final SegmentFiles files, final SegmentCache cache) {
        this.files = files;
        this.cache = cache;
        this.segmentLength = files.segmentLength();
    }

    /** Walks what was appended since the last call. */
    synchronized long position(final long beginBase) {
        if (base == NONE) {
            final List<Long> bases = files.list();
            base = bases.get(bases.size() - 1);
            offset = SegmentDescriptor.HEADER_LENGTH;
            stepBackOverEmpty(beginBase);
        }
        Segment segment = cache.acquire(base);
        while (segment != null) {
            offset = SegmentWalk.committedEnd(segment, offset);
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

    /** The last file may be one prepared ahead: start at the last that holds a record, or at the first. */
    private void stepBackOverEmpty(final long beginBase) {
        while (base > beginBase) {
            final Segment segment = cache.acquire(base);
            final boolean isEmpty = segment.buffer().getIntVolatile(SegmentDescriptor.HEADER_LENGTH) == 0;
            segment.release();
            if (!isEmpty) {
                return;
            }
            base -= segmentLength;
        }
    }
}
