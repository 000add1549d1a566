package io.millrace.operators.effect;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An input that waits for the reply of a call: the record of the exchange that asks for it, copied. What it says of that
 * record never changes and may be read by any thread.
 */
public final class Call {
    private final long position;
    private final long eventTimeNs;
    private final int keyLength;
    private final DirectBuffer record;

    // Of the task's thread: what has come of it, while it waits for those before it.
    private byte outcome = CallRecord.REQUEST;
    private UnsafeBuffer reply;
    private boolean isDone;

    /**
     * Creates a call.
     *
     * @param position    of the record in the exchange's partition.
     * @param eventTimeNs of the record, in ns since the epoch.
     * @param keyLength   in bytes, 0 for none.
     * @param record      key and value of the record, and nothing else; not copied.
     */
    public Call(final long position, final long eventTimeNs, final int keyLength, final byte[] record) {
        this.position = position;
        this.eventTimeNs = eventTimeNs;
        this.keyLength = keyLength;
        this.record = new UnsafeBuffer(record);
    }

    /**
     * Names the input.
     *
     * @return position of its record in the exchange's partition.
     */
    public long position() {
        return position;
    }

    /**
     * Event time of the input, and of its result.
     *
     * @return ns since the epoch.
     */
    public long eventTimeNs() {
        return eventTimeNs;
    }

    /**
     * Length of the key, with which {@link #record()} begins.
     *
     * @return bytes, 0 for none.
     */
    public int keyLength() {
        return keyLength;
    }

    /**
     * Key and value of the record.
     *
     * @return the bytes; the value, as {@link CallCodec} writes it, is all behind the key.
     */
    public DirectBuffer record() {
        return record;
    }

    /**
     * Length of what the function is called with.
     *
     * @return bytes of the record behind the key, without the mark at the end.
     */
    public int inputLength() {
        return record.capacity() - keyLength - CallCodec.KIND_LENGTH;
    }

    byte outcome() {
        return outcome;
    }

    UnsafeBuffer reply() {
        return reply;
    }

    // Bytes of its own: the record that they stand in is gone when its turn comes.
    void hold(final byte newOutcome, final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        outcome = newOutcome;
        reply = new UnsafeBuffer(bytes);
    }

    boolean isWaiting() {
        return outcome == CallRecord.REQUEST;
    }

    boolean isDone() {
        return isDone;
    }

    void done() {
        isDone = true;
    }

    @Override
    public String toString() {
        return "call for the input at position " + position;
    }
}
