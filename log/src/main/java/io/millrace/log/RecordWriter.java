package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordChecksum;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import io.millrace.log.segment.Segment;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts the records of one thread into a partition: what both kinds of appender share.
 *
 * <p>It holds a reference to the segment that it is in, and only ever touches that one. When the segment is full it
 * moves on to the partition's active segment. While claims are open it does not give the old reference back, so that a
 * claim can be finished after the move; that reference is left to the garbage collector. So is the last one of a writer
 * that is no longer used: nobody but its own thread knows that it is between two touches.
 */
final class RecordWriter extends PaddedState {
    /** Stands for the checksum of a payload that nobody has computed: the follower does it. */
    static final long NO_CHECKSUM = -1;

    private final LogPartition partition;
    private final WriterClock clock;
    private final int maxRecordLength;
    private final int producerId;
    private final boolean isPower;

    /** Null until a record comes with its payload's checksum. */
    private RecordChecksum checksum;

    private Segment segment;
    private boolean isSegmentFull;
    private int openClaims;
    private long lastSequence;
    private volatile boolean isFenced;

    RecordWriter(final LogPartition partition, final int producerId, final long lastSequence) {
        this.partition = partition;
        this.clock = new WriterClock(partition.clock(), partition.recoveredLogTimeNs());
        this.maxRecordLength = RecordDescriptor.maxRecordLength(partition.segmentLength());
        this.producerId = producerId;
        this.isPower = partition.isPower();
        this.lastSequence = lastSequence;
    }

    int producerId() {
        return producerId;
    }

    long lastSequence() {
        return lastSequence;
    }

    int openClaims() {
        return openClaims;
    }

    /** Lets no claim be made any more but those that lie before what the caller claims after this. Any thread. */
    void fence() {
        isFenced = true;
    }

    boolean isFenced() {
        return isFenced;
    }

    /** Appends the record that begins an epoch of the producer. */
    long appendEpoch(final int epoch) {
        final int length = RecordDescriptor.HEADER_LENGTH + Integer.BYTES;
        final long logTimeNs = clock.next();
        final long position = reserve(length);
        if (position >= 0) {
            final UnsafeBuffer value = new UnsafeBuffer(new byte[Integer.BYTES]);
            value.putInt(0, epoch, ByteOrder.LITTLE_ENDIAN);
            final long address = address(segment, position);
            RecordMemory.putHeader(address, RecordKind.PRODUCER, 0, producerId, logTimeNs, logTimeNs, 0);
            RecordMemory.copy(address + RecordDescriptor.HEADER_LENGTH, value, 0, Integer.BYTES);
            RecordMemory.commit(address, length);
            onCommitted();
            leave();
        }
        return position;
    }

    /** Whether a record of these lengths may be appended at all, now or ever. */
    boolean isTooLong(final int keyLength, final int valueLength) {
        final long length = (long) RecordDescriptor.HEADER_LENGTH + keyLength + valueLength;
        return length > maxRecordLength || keyLength > RecordDescriptor.MAX_KEY_LENGTH;
    }

    /** Appends a record, under the CRC32C of its payload as an unsigned number or {@link #NO_CHECKSUM}. */
    long append(
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength,
            final long payloadChecksum) {
        // All that can throw comes before the claim: a claim that is made is also finished.
        checkArguments(kind, keyLength, valueLength);
        checkSources(key, keyOffset, keyLength, value, valueOffset, valueLength);
        if (isTooLong(keyLength, valueLength)) {
            return Outcome.RECORD_TOO_LONG;
        }
        final long logTimeNs = clock.next();
        final int length = RecordDescriptor.HEADER_LENGTH + keyLength + valueLength;
        final long position = reserve(length);
        if (position < 0) {
            return position;
        }
        final long address = address(segment, position);
        RecordMemory.putHeader(address, kind, keyLength, producerId, eventTimeNs, logTimeNs, sequence);
        final long keyAddress = address + RecordDescriptor.HEADER_LENGTH;
        if (keyLength > 0) {
            RecordMemory.copy(keyAddress, key, keyOffset, keyLength);
        }
        if (valueLength > 0) {
            RecordMemory.copy(keyAddress + keyLength, value, valueOffset, valueLength);
        }
        if (payloadChecksum == NO_CHECKSUM) {
            RecordMemory.commit(address, length);
        } else {
            final int offset = (int) (position - segment.basePosition());
            RecordMemory.commit(address, length, checksum().derive(segment.buffer(), offset, length, position, (int)
                    payloadChecksum));
        }
        onCommitted();
        lastSequence = sequence;
        return position;
    }

    /** Appends the records that a batch has gathered; what is appended is in it no longer. Its length was checked. */
    long append(final RecordBatch batch, final long firstSequence) {
        final int length = batch.length();
        if (segment == null || isSegmentFull || segment.tailOffset() + length > segment.length()) {
            return appendOneByOne(batch, firstSequence);
        }
        final int count = batch.count();
        final long logTimeNs = clock.next();
        final long position = reserve(length);
        if (position >= 0) {
            batch.publish(address(segment, position), count, producerId, firstSequence, logTimeNs);
            onCommitted();
            lastSequence = firstSequence + count - 1;
        }
        return position;
    }

    // Where a segment ends: what stands there, and how much is left free, must not depend on how records were gathered.
    private long appendOneByOne(final RecordBatch batch, final long firstSequence) {
        final long logTimeNs = clock.next();
        long first = 0;
        for (long sequence = firstSequence; batch.count() > 0; sequence++) {
            final long position = reserve(batch.firstLength());
            if (position < 0) {
                return position;
            }
            batch.publish(address(segment, position), 1, producerId, sequence, logTimeNs);
            onCommitted();
            lastSequence = sequence;
            first = sequence == firstSequence ? position : first;
        }
        return first;
    }

    /** Appends the copy of a record, everything in it as it is; what it is and where it belongs was checked. */
    long copy(final DirectBuffer source, final int offset, final int length, final int checksum) {
        final long position = reserve(length);
        if (position >= 0) {
            final long address = address(segment, position);
            final int from = RecordDescriptor.KIND_OFFSET;
            RecordMemory.copy(address + from, source, offset + from, length - from);
            RecordMemory.commit(address, length, checksum);
            onCommitted();
        }
        return position;
    }

    /** Appends padding. */
    long pad(final int length) {
        final long position = reserve(length);
        if (position >= 0) {
            final long address = address(segment, position);
            RecordMemory.putPadding(address);
            RecordMemory.commit(address, length);
            onCommitted();
        }
        return position;
    }

    private RecordChecksum checksum() {
        if (checksum == null) {
            checksum = new RecordChecksum();
        }
        return checksum;
    }

    long claim(
            final RecordClaim claim,
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final int keyLength,
            final int valueLength) {
        checkArguments(kind, keyLength, valueLength);
        if (claim.isOpen()) {
            throw new IllegalStateException("the claim is still open, commit or abort it first: " + claim);
        }
        if (isTooLong(keyLength, valueLength)) {
            return Outcome.RECORD_TOO_LONG;
        }
        final long logTimeNs = clock.next();
        final int length = RecordDescriptor.HEADER_LENGTH + keyLength + valueLength;
        final long position = reserve(length);
        if (position >= 0) {
            final long address = address(segment, position);
            RecordMemory.putHeader(address, kind, keyLength, producerId, eventTimeNs, logTimeNs, sequence);
            RecordMemory.open(address, length);
            openClaims++;
            claim.wrap(this, segment, position, sequence, keyLength, valueLength);
        }
        return position;
    }

    long claimBatch(final BatchClaim claim, final long firstSequence, final int totalLength) {
        if (claim.isOpen()) {
            throw new IllegalStateException("the claim is still open, commit or abort it first: " + claim);
        }
        if (totalLength < RecordDescriptor.HEADER_LENGTH || totalLength != RecordDescriptor.align(totalLength)) {
            throw new IllegalArgumentException("a batch must be a multiple of " + RecordDescriptor.ALIGNMENT
                    + " bytes and hold a header: " + totalLength);
        }
        if (totalLength > maxRecordLength) {
            return Outcome.RECORD_TOO_LONG;
        }
        final long logTimeNs = clock.next();
        final long position = reserve(totalLength);
        if (position >= 0) {
            RecordMemory.open(address(segment, position), totalLength);
            openClaims++;
            claim.wrap(this, segment, position, totalLength, firstSequence, logTimeNs);
        }
        return position;
    }

    void commit(final BatchClaim claim) {
        try {
            commit(claim.segment(), claim.position(), claim.totalLength(), claim.firstLength());
        } finally {
            claim.reset();
        }
        onCommitted();
        lastSequence = claim.firstSequence() + claim.count() - 1;
    }

    void abort(final BatchClaim claim) {
        try {
            abort(claim.segment(), claim.position(), claim.totalLength());
        } finally {
            claim.reset();
        }
    }

    void commit(final RecordClaim claim) {
        try {
            final int length = RecordDescriptor.HEADER_LENGTH + claim.payloadLength();
            commit(claim.segment(), claim.position(), length, length);
        } finally {
            claim.reset();
        }
        onCommitted();
        lastSequence = claim.sequence();
    }

    void abort(final RecordClaim claim) {
        try {
            abort(claim.segment(), claim.position(), RecordDescriptor.HEADER_LENGTH + claim.payloadLength());
        } finally {
            claim.reset();
        }
    }

    private void commit(final Segment current, final long position, final int length, final int recordLength) {
        if (!RecordMemory.commitOpen(finishing(current, position), length, recordLength)) {
            throw revoked(position);
        }
    }

    private void abort(final Segment current, final long position, final int length) {
        final long address = finishing(current, position);
        RecordMemory.putPadding(address);
        // Whoever has revoked it meanwhile has made it the same.
        RecordMemory.commitOpen(address, length, length);
        onCommitted();
    }

    /** Padding too: what was committed behind it can be forced now. */
    private void onCommitted() {
        if (isPower) {
            partition.onCommitted();
        }
    }

    MillraceException revoked(final long position) {
        return new MillraceException(
                ErrorCode.CLAIM_REVOKED,
                "the claim was open for too long and is padding now: topic=" + partition.topic() + " partition="
                        + partition.index() + " position=" + position
                        + "; append again, and finish claims sooner or set the log's claim timeout");
    }

    /** Counts a claim as finished and tells its address; the segment is mapped as long as the claim knows it. */
    private long finishing(final Segment current, final long position) {
        openClaims--;
        if (partition.isReleased()) {
            partition.checkNotDeleted();
            throw new IllegalStateException("the store was closed before the claim was finished: topic="
                    + partition.topic() + " partition=" + partition.index() + " position=" + position);
        }
        return address(current, position);
    }

    private static long address(final Segment current, final long position) {
        return current.address((int) (position - current.basePosition()));
    }

    static void checkSources(
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueOffset,
            final int valueLength) {
        if (keyLength > 0) {
            key.boundsCheck(keyOffset, keyLength);
        }
        if (valueLength > 0) {
            value.boundsCheck(valueOffset, valueLength);
        }
    }

    static void checkArguments(final byte kind, final int keyLength, final int valueLength) {
        if (!RecordKind.isAppendable(kind)) {
            throw new IllegalArgumentException("records of this kind cannot be appended: " + kind);
        }
        if (keyLength < 0 || valueLength < 0) {
            throw new IllegalArgumentException(
                    "lengths must not be negative: keyLength=" + keyLength + " valueLength=" + valueLength);
        }
        if (kind == RecordKind.TOMBSTONE && (keyLength == 0 || valueLength > 0)) {
            throw new IllegalArgumentException(
                    "a tombstone must have a key and no value: keyLength=" + keyLength + " valueLength=" + valueLength);
        }
    }

    /** Claims space and marks it as claimed, in what is the writer's segment then. */
    private long reserve(final int length) {
        final int alignedLength = RecordDescriptor.align(length);
        while (true) {
            if (partition.isRefusing()) {
                leave();
                return partition.refusal();
            }
            final Segment current = segment;
            if (current != null && !isSegmentFull) {
                final int claimed = current.claim(alignedLength);
                if (claimed >= 0) {
                    current.begin(claimed, length);
                    // After the atomic add: whoever fences and then claims behind this place is sure to be seen by all
                    // that claim behind his.
                    return isFenced ? giveUp(current, claimed, length) : current.basePosition() + claimed;
                }
                // Remembered, so that retries under back-pressure leave the full segment's tail alone.
                isSegmentFull = true;
            }
            final long outcome = enterActive();
            if (outcome < 0) {
                return outcome;
            }
        }
    }

    private long giveUp(final Segment current, final int claimed, final int length) {
        final long address = current.address(claimed);
        RecordMemory.putPadding(address);
        RecordMemory.commit(address, length);
        onCommitted();
        return Outcome.FENCED;
    }

    /** Moves to the active segment, which it moves on itself when it is the one that is full. */
    private long enterActive() {
        final Segment full = isSegmentFull ? segment : null;
        if (full != null && full == partition.active() && !partition.roll(full)) {
            return partition.preparationOutcome();
        }
        final Segment active = partition.active();
        // No active segment: closed meanwhile. No reference to be had: rolled meanwhile. The caller looks again.
        if (active != null && active != full && active.retain()) {
            leave();
            segment = active;
            isSegmentFull = false;
            partition.onEntered();
        }
        return 0;
    }

    private void leave() {
        if (segment != null && openClaims == 0) {
            segment.release();
        }
        segment = null;
        isSegmentFull = false;
    }
}
