package io.millrace.worker;

import io.millrace.log.LogAppender;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.record.RecordKind;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Remembers, for some positions of an output partition, how many records lie before them: the number that the node knows the next one
 * by. Records of a partition of an internal topic, little-endian:
 *
 * <pre>
 *   0  position in the output partition (int64)
 *   8  number of records before it (int64)
 * </pre>
 *
 * What lies before a mark may be removed from the output once the mark would survive a loss of power. One thread.
 */
final class ForwardMarks {
    private static final int LENGTH = 2 * Long.BYTES;
    private static final int READ_LIMIT = 100;

    private final LogPartition marks;
    private final LogPartition output;
    private final LogAppender appender;
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[LENGTH]);
    private long foundPosition;
    private long foundOrdinal;
    private boolean hasFound;
    private long markedOrdinal = -1;
    private long safePosition;
    private long markEnd;

    ForwardMarks(final LogPartition marks, final LogPartition output) {
        this.marks = marks;
        this.output = output;
        this.appender = marks.appender();
    }

    /** Looks for the newest mark that lies at or before the record of a number; false when there is none. */
    boolean find(final long ordinal) {
        hasFound = !output.isTruncated();
        foundPosition = output.beginPosition();
        foundOrdinal = 0;
        try (LogReader reader = marks.reader()) {
            while (reader.poll(
                            record -> {
                                final long position =
                                        record.buffer().getLong(record.valueOffset(), ByteOrder.LITTLE_ENDIAN);
                                final long count = record.buffer()
                                        .getLong(record.valueOffset() + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
                                if (count <= ordinal && position >= output.beginPosition()) {
                                    hasFound = true;
                                    foundPosition = position;
                                    foundOrdinal = count;
                                }
                            },
                            READ_LIMIT)
                    > 0) {
                continue;
            }
        }
        return hasFound;
    }

    long foundPosition() {
        return foundPosition;
    }

    long foundOrdinal() {
        return foundOrdinal;
    }

    /** Writes a mark, if the log takes it just now. All before the position is acknowledged by the node. */
    void mark(final long position, final long ordinal) {
        if (ordinal == markedOrdinal) {
            return;
        }
        value.putLong(0, position, ByteOrder.LITTLE_ENDIAN);
        value.putLong(Long.BYTES, ordinal, ByteOrder.LITTLE_ENDIAN);
        if (appender.append(RecordKind.DATA, 0, null, 0, 0, value, 0, LENGTH) > 0) {
            markedOrdinal = ordinal;
            if (markEnd == 0) {
                safePosition = position;
                markEnd = marks.tailPosition();
            }
        }
    }

    /** Removes what is before the newest mark that survives a loss of power. */
    void truncate() {
        if (markEnd > 0 && marks.durablePosition() >= markEnd) {
            output.truncateBefore(safePosition);
            // The one that was waited for is there; those before it are of no use any more.
            marks.truncateBefore(markEnd - LENGTH);
            markEnd = 0;
        }
    }
}
