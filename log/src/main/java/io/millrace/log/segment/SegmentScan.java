package io.millrace.log.segment;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import org.agrona.concurrent.UnsafeBuffer;

/** Steps from record to record in full segments and trusts none of them before it has looked at every byte. One thread. */
final class SegmentScan {
    private final SegmentFiles files;
    private final RecordChecksum checksum = new RecordChecksum();

    SegmentScan(final SegmentFiles files) {
        this.files = files;
    }

    /**
     * Looks at one record or padding.
     *
     * @param segment that holds it.
     * @param offset  of the record.
     * @return its length without what fills it up to a multiple of 8.
     * @throws MillraceException CORRUPT when it cannot be what was written.
     */
    int length(final Segment segment, final int offset) {
        final UnsafeBuffer buffer = segment.buffer();
        final int length = buffer.getIntVolatile(offset);
        if (length < RecordDescriptor.HEADER_LENGTH || length > segment.length() - offset) {
            throw damaged(segment, offset, "length=" + length);
        }
        final byte kind = RecordDescriptor.kind(buffer, offset);
        if (!RecordKind.isKnown(kind)) {
            throw damaged(segment, offset, "kind=" + kind);
        }
        if (kind != RecordKind.PADDING
                && (RecordDescriptor.keyLength(buffer, offset) > length - RecordDescriptor.HEADER_LENGTH
                        || !checksum.isValid(buffer, offset, length, segment.basePosition() + offset))) {
            throw damaged(segment, offset, "checksum mismatch length=" + length);
        }
        return length;
    }

    private MillraceException damaged(final Segment segment, final int offset, final String what) {
        return new MillraceException(
                ErrorCode.CORRUPT,
                "a record is damaged: " + files.owner() + " position=" + (segment.basePosition() + offset) + " file="
                        + files.path(segment.basePosition()) + " offset=" + offset + ": " + what
                        + "; nothing of the segment is dropped, restore the file from a copy");
    }
}
