package io.millrace.stress;

import io.millrace.log.LogAppender;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Records that can be told apart, and of which every byte can be checked. */
final class Payload {
    static final int HEADER_LENGTH = RecordDescriptor.HEADER_LENGTH;
    static final int LENGTH = 24;
    static final int RECORD_LENGTH = HEADER_LENGTH + LENGTH;
    private static final long PATTERN = 0x5DEECE66DA5A5A5AL;

    private Payload() {}

    /** Appends record number {@code number} in one call. */
    static long append(final LogAppender appender, final int number) {
        final UnsafeBuffer value = new UnsafeBuffer(new byte[LENGTH]);
        write(value, 0, number);
        return appender.append(RecordKind.DATA, number, null, 0, 0, value, 0, LENGTH);
    }

    /** Writes the payload of record number {@code number}. */
    static void write(final MutableDirectBuffer buffer, final int offset, final int number) {
        for (int i = 0; i < LENGTH; i += Long.BYTES) {
            buffer.putLong(offset + i, PATTERN * (number + 1));
        }
    }

    /** Tells which record this is; -1 when any byte of it is not what it should be. */
    static int number(final RecordFlyweight record) {
        final boolean isWhole = record.length() == RECORD_LENGTH
                && record.kind() == RecordKind.DATA
                && record.keyLength() == 0
                && record.producerId() == 0
                && record.logTimeNs() > 0;
        final int number = (int) record.eventTimeNs();
        return isWhole && isWritten(record.buffer(), record.valueOffset(), number) ? number : -1;
    }

    /** Tells whether a place holds the payload of record number {@code number}. */
    static boolean isWritten(final DirectBuffer buffer, final int offset, final int number) {
        for (int i = 0; i < LENGTH; i += Long.BYTES) {
            if (buffer.getLong(offset + i) != PATTERN * (number + 1)) {
                return false;
            }
        }
        return true;
    }
}
