package io.millrace.operators.task;

import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import org.agrona.concurrent.UnsafeBuffer;

/** The final watermark that a partition does not hold, where a task is told to take its input for ended. */
final class EndOfInput {
    // The clock of the partition stays where the last record has left it.
    private static final long NO_LOG_TIME_NS = Long.MIN_VALUE;

    private EndOfInput() {}

    /** Makes the record as it would stand at a position. */
    static RecordFlyweight at(final long position) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[RecordDescriptor.HEADER_LENGTH]);
        RecordDescriptor.putHeader(buffer, 0, RecordKind.WATERMARK, 0, 0, Long.MAX_VALUE, NO_LOG_TIME_NS, 0);
        return new RecordFlyweight().wrap(buffer, 0, RecordDescriptor.HEADER_LENGTH, position);
    }
}
