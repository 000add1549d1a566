package io.millrace.log;

import org.agrona.DirectBuffer;

/**
 * Appends records without a producer. One thread; any number of appenders may be open on a partition.
 *
 * <p>Results are positions, always greater than 0, or one of {@link io.millrace.log.record.Outcome}:
 * {@code BACK_PRESSURED}, {@code STORAGE_FULL}, {@code CLOSED} or {@code RECORD_TOO_LONG}. No call blocks, allocates or
 * takes a lock.
 */
public final class LogAppender {
    private static final long NO_SEQUENCE = 0;

    private final RecordWriter writer;

    LogAppender(final RecordWriter writer) {
        this.writer = writer;
    }

    /**
     * Appends a record whose bytes lie elsewhere.
     *
     * @param kind        one of {@link io.millrace.log.record.RecordKind} but padding.
     * @param eventTimeNs when the event happened, ns since the epoch.
     * @param key         buffer that holds the key, may be null when there is none.
     * @param keyOffset   of the key in its buffer.
     * @param keyLength   of the key in bytes, 0 for none, at most 65,535.
     * @param value       buffer that holds the value, may be null when there is none.
     * @param valueOffset of the value in its buffer.
     * @param valueLength of the value in bytes, 0 for none.
     * @return position of the record, or a negative outcome.
     * @throws io.millrace.log.error.MillraceException STORAGE_FAILED when the disk refused to give a new segment for
     *                                                 another reason than lack of space; trying again is allowed.
     */
    public long append(
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        return writer.append(
                NO_SEQUENCE,
                kind,
                eventTimeNs,
                key,
                keyOffset,
                keyLength,
                value,
                valueOffset,
                valueLength,
                RecordWriter.NO_CHECKSUM);
    }

    /**
     * Claims space for a record that the caller writes in place.
     *
     * @param claim       receives the space; finish it by commit or abort.
     * @param kind        one of {@link io.millrace.log.record.RecordKind} but padding.
     * @param eventTimeNs when the event happened, ns since the epoch.
     * @param keyLength   of the key in bytes, 0 for none, at most 65,535.
     * @param valueLength of the value in bytes, 0 for none.
     * @return position of the record, or a negative outcome and an untouched claim.
     * @throws io.millrace.log.error.MillraceException as {@link #append} does.
     */
    public long claim(
            final RecordClaim claim,
            final byte kind,
            final long eventTimeNs,
            final int keyLength,
            final int valueLength) {
        return writer.claim(claim, NO_SEQUENCE, kind, eventTimeNs, keyLength, valueLength);
    }

    /**
     * Claims space for several records that become visible together or not at all.
     *
     * @param claim       receives the space; finish it by commit or abort.
     * @param totalLength of all records together in bytes, a multiple of 8: the sum of
     *                    {@link BatchClaim#recordLength(int, int)}.
     * @return position of the first record, or a negative outcome and an untouched claim; {@code RECORD_TOO_LONG} when
     *         the batch is longer than the longest record may be.
     * @throws IllegalArgumentException                when the length is no multiple of 8, or less than a header.
     * @throws io.millrace.log.error.MillraceException as {@link #append} does.
     */
    public long claimBatch(final BatchClaim claim, final int totalLength) {
        return writer.claimBatch(claim, NO_SEQUENCE, totalLength);
    }
}
