package io.millrace.operators.output;

import io.millrace.operators.core.RecordContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A record that an operator could not process, with all that is needed to look at it and to process it again.
 *
 * @param job         that read it.
 * @param topic       that it was read from; an exchange, where a later stage failed.
 * @param partition   of the topic.
 * @param position    of the record in the partition.
 * @param eventTimeNs of the record, in ns since the epoch.
 * @param operator    that failed.
 * @param reason      in one line.
 * @param key         bytes of the record's key, empty for none.
 * @param value       bytes of the record's value as they are in the log; empty when the failure was not at a data record.
 */
public record DeadLetter(
        String job,
        String topic,
        int partition,
        long position,
        long eventTimeNs,
        String operator,
        String reason,
        byte[] key,
        byte[] value) {
    /**
     * Copies the input record of a context.
     *
     * @param job       that reads the records.
     * @param topic     that it reads.
     * @param partition of the topic.
     * @param context   of the value that failed.
     * @param operator  that failed.
     * @param reason    in one line.
     * @return the letter.
     */
    public static DeadLetter of(
            final String job,
            final String topic,
            final int partition,
            final RecordContext context,
            final String operator,
            final String reason) {
        return new DeadLetter(
                job,
                topic,
                partition,
                context.position(),
                context.eventTimeNs(),
                operator,
                reason,
                copy(context.keyBuffer(), context.keyOffset(), context.keyLength()),
                copy(context.recordBuffer(), context.valueOffset(), context.valueLength()));
    }

    private static byte[] copy(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        if (length > 0) {
            buffer.getBytes(offset, bytes);
        }
        return bytes;
    }

    DirectBuffer keyBuffer() {
        return new UnsafeBuffer(key);
    }
}
