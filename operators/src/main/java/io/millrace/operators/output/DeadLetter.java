package io.millrace.operators.output;

import io.millrace.operators.core.RecordContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A record that an operator could not process, with all that is needed to look at it and to process it again.
 *
 * <p>What fails because time has passed, such as the result of a window, has no record: the one that made time pass is not at
 * fault. Such a letter has no value, and the key and the event time that the operator worked under.
 *
 * @param job         that read it.
 * @param topic       that it was read from; an exchange, where a later stage failed.
 * @param partition   of the topic.
 * @param position    of the record in the partition; of the one that made time pass where there is no value.
 * @param eventTimeNs in the header of the record, in ns since the epoch.
 * @param operator    that failed.
 * @param reason      in one line.
 * @param key         bytes of the record's key, empty for none.
 * @param value       bytes of the record's value as they are in the log; null where it was no record that failed.
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
        final boolean isRecord = context.isOnRecord();
        final DirectBuffer record = context.recordBuffer();
        return new DeadLetter(
                job,
                topic,
                partition,
                context.position(),
                isRecord ? context.recordEventTimeNs() : context.eventTimeNs(),
                operator,
                reason,
                isRecord
                        ? copy(record, context.recordKeyOffset(), context.recordKeyLength())
                        : copy(context.keyBuffer(), context.keyOffset(), context.keyLength()),
                isRecord ? copy(record, context.valueOffset(), context.valueLength()) : null);
    }

    /**
     * Tells whether there is a record that can be processed again.
     *
     * @return false where the failure came of the passing of time.
     */
    public boolean hasRecord() {
        return value != null;
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
