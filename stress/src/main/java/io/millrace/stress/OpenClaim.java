package io.millrace.stress;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.segment.SegmentDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/** A claim in a segment of its own, open as an appender leaves it to its user. */
final class OpenClaim {
    static final int ABSENT = 0;
    static final int RECORD = 1;
    static final int PADDING = 2;
    private static final int OFFSET = SegmentDescriptor.HEADER_LENGTH;

    final SegmentPool.Loan loan = SegmentPool.take();
    final long address = loan.segment.address(OFFSET);

    OpenClaim(final boolean hasHeader) {
        loan.resetFrom(OFFSET, Payload.RECORD_LENGTH);
        loan.segment.claim(Payload.RECORD_LENGTH);
        loan.segment.begin(OFFSET, Payload.RECORD_LENGTH);
        if (hasHeader) {
            RecordMemory.putHeader(address, RecordKind.DATA, 0, 0, 1, 1, 0);
        }
        RecordMemory.open(address, Payload.RECORD_LENGTH);
    }

    /** Writes the payload and commits, as the owner does. */
    boolean writeAndCommit() {
        Payload.write(loan.segment.buffer(), OFFSET + Payload.HEADER_LENGTH, 1);
        return RecordMemory.commitOpen(address, Payload.RECORD_LENGTH, Payload.RECORD_LENGTH);
    }

    /** What a reader finds; negative for what it may never find. */
    int read() {
        final UnsafeBuffer buffer = loan.segment.buffer();
        final int length = buffer.getIntVolatile(OFFSET);
        if (length <= 0) {
            return ABSENT;
        }
        if (length != Payload.RECORD_LENGTH || buffer.getInt(OFFSET + RecordDescriptor.CRC_OFFSET) != 0) {
            return -1;
        }
        if (RecordDescriptor.kind(buffer, OFFSET) == RecordKind.PADDING) {
            return PADDING;
        }
        final boolean isWhole = RecordDescriptor.kind(buffer, OFFSET) == RecordKind.DATA
                && RecordDescriptor.eventTimeNs(buffer, OFFSET) == 1
                && Payload.isWritten(buffer, OFFSET + Payload.HEADER_LENGTH, 1);
        return isWhole ? RECORD : -2;
    }
}
