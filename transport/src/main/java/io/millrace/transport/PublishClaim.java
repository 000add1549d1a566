package io.millrace.transport;

import org.agrona.MutableDirectBuffer;

/**
 * Space for one record in a publisher's window, which the caller writes in place. Filled by {@link Publisher#claim} or {@link
 * Publisher#claimTo}, ended by {@link #commit()} or {@link #abort()}; may be used again then. One thread.
 */
public final class PublishClaim {
    private Publisher publisher;
    private MutableDirectBuffer buffer;
    private int offset;
    private int partition;
    private byte kind;
    private long eventTimeNs;
    private int keyLength;
    private int valueLength;

    /** Creates a claim of nothing. */
    public PublishClaim() {}

    /**
     * The buffer to write to, between the offsets of the claim only.
     *
     * @return buffer
     * @throws IllegalStateException when nothing is claimed
     */
    public MutableDirectBuffer buffer() {
        checkOpen();
        return buffer;
    }

    /**
     * Where the key goes.
     *
     * @return offset in {@link #buffer()}
     */
    public int keyOffset() {
        return offset;
    }

    /**
     * How long the key is.
     *
     * @return bytes
     */
    public int keyLength() {
        return keyLength;
    }

    /**
     * Where the value goes.
     *
     * @return offset in {@link #buffer()}
     */
    public int valueOffset() {
        return offset + keyLength;
    }

    /**
     * How long the value is.
     *
     * @return bytes
     */
    public int valueLength() {
        return valueLength;
    }

    /**
     * The partition the record goes to.
     *
     * @return partition of the topic
     */
    public int partition() {
        return partition;
    }

    /**
     * Publishes the record that was written.
     *
     * @return its sequence in its partition
     * @throws IllegalStateException when nothing is claimed
     */
    public long commit() {
        checkOpen();
        final Publisher committing = publisher;
        publisher = null;
        return committing.commit(this);
    }

    /**
     * Gives the space back; nothing is published.
     *
     * @throws IllegalStateException when nothing is claimed
     */
    public void abort() {
        checkOpen();
        final Publisher aborting = publisher;
        publisher = null;
        aborting.abort();
    }

    void wrap(
            final Publisher claimer,
            final MutableDirectBuffer space,
            final int payloadOffset,
            final int toPartition,
            final byte recordKind,
            final long timeNs,
            final int lengthOfKey,
            final int lengthOfValue) {
        publisher = claimer;
        buffer = space;
        offset = payloadOffset;
        partition = toPartition;
        kind = recordKind;
        eventTimeNs = timeNs;
        keyLength = lengthOfKey;
        valueLength = lengthOfValue;
    }

    byte kind() {
        return kind;
    }

    long eventTimeNs() {
        return eventTimeNs;
    }

    private void checkOpen() {
        if (publisher == null) {
            throw new IllegalStateException("nothing is claimed: claim first, and commit or abort once");
        }
    }
}
