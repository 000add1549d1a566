package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.segment.ProducerTable;
import org.agrona.DirectBuffer;

/**
 * Appends the records of one producer, each under the next number of a dense sequence. What the partition holds already
 * is not appended again, so a producer that starts over and sends everything once more changes nothing. One thread.
 *
 * <p>A shared one, {@link LogPartition#sharedProducer}, is that of a replica: all replicas append the same records, each with an
 * appender of its own, and the partition holds the first copy of each.
 */
public final class ProducerAppender implements AutoCloseable {
    private final LogPartition partition;
    private final RecordWriter writer;
    private final int epoch;
    private final SharedSequence shared;
    private long knownHeld = ProducerTable.NO_SEQUENCE;
    private RecordClaim lastClaim;
    private BatchClaim lastBatch;
    private boolean isLastBatch;
    private OriginalPositions originals;
    private volatile boolean isClosed;

    ProducerAppender(
            final LogPartition partition, final RecordWriter writer, final int epoch, final SharedSequence shared) {
        this.partition = partition;
        this.epoch = epoch;
        this.writer = writer;
        this.shared = shared;
    }

    /**
     * Tells whether other replicas append the records of the producer too. Such an appender appends records whose bytes are
     * ready and makes no claims: a claim that its replica never finishes would stop all of them.
     *
     * @return true for one of {@link LogPartition#sharedProducer}.
     */
    public boolean isShared() {
        return shared != null;
    }

    /**
     * Tells whose records these are.
     *
     * @return producer id, greater than 0.
     */
    public int producerId() {
        return writer.producerId();
    }

    /**
     * Tells which epoch of the producer this appender belongs to. When a newer one begins, all its calls return
     * {@link Outcome#FENCED}; a claim that is open then may still be committed, and counts.
     *
     * @return epoch, 0 when none was ever begun.
     */
    public int epoch() {
        return epoch;
    }

    /**
     * Tells the last sequence that the partition holds of this producer, also from earlier runs.
     *
     * @return sequence, -1 for none.
     */
    public long lastSequence() {
        return shared == null ? writer.lastSequence() : shared.held();
    }

    /**
     * Tells when the store's conductor has ticked last: to notice that time goes by, it costs less than a reading of the clock.
     *
     * @return log time in ns since the epoch, about a millisecond old at most while the store works; 0 before the first tick.
     */
    public long tickNs() {
        return partition.clock().tickNs();
    }

    /**
     * Appends a record whose bytes lie elsewhere.
     *
     * @param sequence    number of the record, one more than {@link #lastSequence()} to be appended.
     * @param kind        one of {@link io.millrace.log.record.RecordKind} but padding.
     * @param eventTimeNs when the event happened, ns since the epoch.
     * @param key         buffer that holds the key, may be null when there is none.
     * @param keyOffset   of the key in its buffer.
     * @param keyLength   of the key in bytes, 0 for none, at most 65,535.
     * @param value       buffer that holds the value, may be null when there is none.
     * @param valueOffset of the value in its buffer.
     * @param valueLength of the value in bytes, 0 for none.
     * @return position of the record, or a negative outcome; {@code DUPLICATE} when the partition holds the sequence and
     *         the record is not too long; {@code BACK_PRESSURED} also while another replica appends the same record.
     * @throws IllegalArgumentException when the sequence is negative.
     * @throws MillraceException SEQUENCE_GAP when a sequence was left out; STORAGE_FAILED as
     *                           {@link LogAppender#append} says.
     */
    public long append(
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        return appendUnder(
                sequence,
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
     * Appends a record whose bytes lie elsewhere under the checksum that its publisher computed: what is stored with the record
     * is derived from it, and not from the bytes as they are now. One that was altered since the publisher saw it is found by
     * whoever checks the record, now or in years.
     *
     * @param sequence        number of the record, one more than {@link #lastSequence()} to be appended.
     * @param kind            one of {@link io.millrace.log.record.RecordKind} but padding.
     * @param eventTimeNs     when the event happened, ns since the epoch.
     * @param key             buffer that holds the key, may be null when there is none.
     * @param keyOffset       of the key in its buffer.
     * @param keyLength       of the key in bytes, 0 for none, at most 65,535.
     * @param value           buffer that holds the value, may be null when there is none.
     * @param valueOffset     of the value in its buffer.
     * @param valueLength     of the value in bytes, 0 for none.
     * @param payloadChecksum CRC32C of the key's bytes, then the value's; not checked here.
     * @return as {@link #append(long, byte, long, DirectBuffer, int, int, DirectBuffer, int, int)} does.
     * @throws IllegalArgumentException when the sequence is negative.
     * @throws MillraceException        as the other does.
     */
    public long append(
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength,
            final int payloadChecksum) {
        return appendUnder(
                sequence,
                kind,
                eventTimeNs,
                key,
                keyOffset,
                keyLength,
                value,
                valueOffset,
                valueLength,
                Integer.toUnsignedLong(payloadChecksum));
    }

    private long appendUnder(
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength,
            final long checksum) {
        final long outcome = admit(sequence, keyLength, valueLength);
        if (outcome < 0) {
            return outcome;
        }
        return shared == null
                ? writer.append(
                        sequence,
                        kind,
                        eventTimeNs,
                        key,
                        keyOffset,
                        keyLength,
                        value,
                        valueOffset,
                        valueLength,
                        checksum)
                : appendShared(
                        sequence,
                        kind,
                        eventTimeNs,
                        key,
                        keyOffset,
                        keyLength,
                        value,
                        valueOffset,
                        valueLength,
                        checksum);
    }

    /**
     * Appends the records of a batch and empties it. They take the given sequence and those that follow.
     *
     * @param batch         that holds a record at least.
     * @param firstSequence number of its first record, one more than {@link #lastSequence()} to be appended.
     * @return position of the first record, or a negative outcome: the batch holds what was not appended then, which is all of it unless
     *         it came to the end of a segment. {@code DUPLICATE} when the partition holds the first sequence, so a batch that is
     *         cut in another way than before has to begin behind {@link #lastSequence()}; {@code RECORD_TOO_LONG} when the batch
     *         is longer than the longest record may be.
     * @throws IllegalArgumentException when the batch is empty.
     * @throws IllegalStateException    when the appender is shared.
     * @throws MillraceException        as {@link #append} does.
     */
    public long append(final RecordBatch batch, final long firstSequence) {
        checkExclusive();
        if (batch.count() == 0) {
            throw new IllegalArgumentException("the batch holds no record: " + this);
        }
        final long outcome = admit(firstSequence, 0, batch.length() - RecordDescriptor.HEADER_LENGTH);
        return outcome < 0 ? outcome : writer.append(batch, firstSequence);
    }

    private long appendShared(
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength,
            final long checksum) {
        if (!shared.tryTake()) {
            return Outcome.BACK_PRESSURED;
        }
        try {
            // Whoever had the turn before may have appended it.
            if (shared.held() >= sequence) {
                return Outcome.DUPLICATE;
            }
            final long position = writer.append(
                    sequence, kind, eventTimeNs, key, keyOffset, keyLength, value, valueOffset, valueLength, checksum);
            if (position >= 0) {
                shared.held(sequence);
            }
            return position;
        } finally {
            shared.giveBack();
        }
    }

    /**
     * Claims space for a record that the caller writes in place. A producer has one claim open at a time. The sequence
     * counts as held once the claim is committed.
     *
     * @param claim       receives the space; finish it by commit or abort.
     * @param sequence    number of the record, one more than {@link #lastSequence()} to be appended.
     * @param kind        one of {@link io.millrace.log.record.RecordKind} but padding.
     * @param eventTimeNs when the event happened, ns since the epoch.
     * @param keyLength   of the key in bytes, 0 for none, at most 65,535.
     * @param valueLength of the value in bytes, 0 for none.
     * @return position of the record, or a negative outcome and an untouched claim.
     * @throws IllegalStateException when the appender is shared.
     * @throws MillraceException     as {@link #append} does.
     */
    public long claim(
            final RecordClaim claim,
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final int keyLength,
            final int valueLength) {
        checkExclusive();
        final long outcome = admit(sequence, keyLength, valueLength);
        if (outcome < 0) {
            return outcome;
        }
        final long position = writer.claim(claim, sequence, kind, eventTimeNs, keyLength, valueLength);
        isLastBatch = false;
        if (lastClaim != claim) {
            lastClaim = claim;
        }
        return position;
    }

    /**
     * Claims space for several records that become visible together or not at all. They take the given sequence and those
     * that follow, and count as held once the batch is committed. A producer has one claim open at a time.
     *
     * @param claim         receives the space; finish it by commit or abort.
     * @param firstSequence number of the first record, one more than {@link #lastSequence()} to be appended.
     * @param totalLength   of all records together in bytes, a multiple of 8: the sum of
     *                      {@link BatchClaim#recordLength(int, int)}.
     * @return position of the first record, or a negative outcome and an untouched claim: {@code DUPLICATE} when the
     *         partition holds the first sequence, so a batch that is cut in another way than before has to begin behind
     *         {@link #lastSequence()}; {@code RECORD_TOO_LONG} when the batch is longer than the longest record may be.
     * @throws IllegalArgumentException when the length is no multiple of 8, or less than a header.
     * @throws IllegalStateException    when the appender is shared.
     * @throws MillraceException        as {@link #append} does.
     */
    public long claimBatch(final BatchClaim claim, final long firstSequence, final int totalLength) {
        checkExclusive();
        final long outcome = admit(firstSequence);
        if (outcome < 0) {
            return outcome;
        }
        final long position = writer.claimBatch(claim, firstSequence, totalLength);
        isLastBatch = true;
        if (lastBatch != claim) {
            lastBatch = claim;
        }
        return position;
    }

    private void checkExclusive() {
        if (shared != null) {
            throw new IllegalStateException("a shared producer makes no claims, append its records whole: " + this);
        }
    }

    /**
     * Length before sequence: a record that was refused for its length left its sequence to the next one, so a replay has
     * to be refused too, and must not be taken for what is held under that sequence.
     */
    private long admit(final long sequence, final int keyLength, final int valueLength) {
        return writer.isTooLong(keyLength, valueLength) && !writer.isFenced()
                ? Outcome.RECORD_TOO_LONG
                : admit(sequence);
    }

    private long admit(final long sequence) {
        if (sequence < 0) {
            throw new IllegalArgumentException("a sequence must be 0 or more: " + sequence);
        }
        if (isClosed) {
            return Outcome.CLOSED;
        }
        if (writer.isFenced()) {
            return Outcome.FENCED;
        }
        if (writer.openClaims() > 0) {
            throw new IllegalStateException("a claim of this producer is open, commit or abort it first: " + this);
        }
        final long last = shared == null ? writer.lastSequence() : sharedLast(sequence);
        if (sequence <= last) {
            return Outcome.DUPLICATE;
        }
        if (sequence != last + 1) {
            throw new MillraceException(
                    ErrorCode.SEQUENCE_GAP,
                    "a sequence was left out: topic=" + partition.topic() + " partition=" + partition.index()
                            + " producerId=" + producerId() + " expected=" + (last + 1) + " actual=" + sequence
                            + "; send the expected one");
        }
        return 0;
    }

    /** For a replica that is far behind, the shared state is read once for all that it has missed. */
    private long sharedLast(final long sequence) {
        if (sequence > knownHeld) {
            knownHeld = shared.held();
        }
        return knownHeld;
    }

    /**
     * Finds where a record is that the partition holds already, as an answer to whoever sent it again. For those who ask for
     * many, one after the other, it costs a walk over the log; each search costs a few small files and a walk over one
     * segment. Allocates.
     *
     * @param sequence 0 to {@link #lastSequence()}.
     * @return position of the record; {@link Outcome#NOT_KEPT} when it was removed since, {@link Outcome#BACK_PRESSURED} to
     *         ask again, {@link Outcome#CLOSED} or {@link Outcome#FENCED}.
     * @throws IllegalArgumentException when the partition never held the sequence.
     * @throws MillraceException        STORAGE_FAILED, or CORRUPT when a segment in between is damaged.
     */
    public long originalPosition(final long sequence) {
        if (isClosed) {
            return Outcome.CLOSED;
        }
        if (partition.isClosed()) {
            return partition.refusal();
        }
        if (writer.isFenced()) {
            return Outcome.FENCED;
        }
        if (sequence < 0 || sequence > lastSequence()) {
            throw new IllegalArgumentException(
                    "the partition never held this sequence: " + this + " sequence=" + sequence);
        }
        if (originals == null) {
            originals = partition.originalPositions(producerId());
        }
        return originals.find(sequence);
    }

    /**
     * Lets the producer be opened again, when it is the last appender of a shared one. A claim that is still open is aborted: committed later, it would put a sequence
     * into the log that the next one to open the producer may have used. By the thread that appends, or after it has
     * ended; a second call does nothing.
     */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            try {
                if (originals != null) {
                    originals.close();
                }
                abortOpenClaim();
            } finally {
                partition.closeProducer(writer);
            }
        }
    }

    private void abortOpenClaim() {
        // Once released, the bytes are no longer ours; the store's next launch makes them padding.
        if (writer.openClaims() > 0 && !partition.isReleased()) {
            // The last one, since a producer has one at a time; finished ones may be in use elsewhere.
            if (isLastBatch) {
                lastBatch.abort();
            } else {
                lastClaim.abort();
            }
        }
    }

    @Override
    public String toString() {
        return "ProducerAppender{topic=" + partition.topic() + ", partition=" + partition.index() + ", producerId="
                + producerId() + ", lastSequence=" + lastSequence() + '}';
    }
}
