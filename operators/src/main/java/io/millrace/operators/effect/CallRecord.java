package io.millrace.operators.effect;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A record of the exchange in which inputs and the replies to them meet. One instance is moved from record to record: it is
 * valid inside the call.
 */
public final class CallRecord {
    /** Kind of an input that asks for a call. */
    public static final byte REQUEST = 0;

    /** Kind of the reply to an input. */
    public static final byte REPLY = 1;

    /** Kind of the reason why there is no reply to an input, and will be none. */
    public static final byte FAILURE = 2;

    private static final long NO_POSITION = -1;

    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);
    private byte kind;
    private long inputPosition = NO_POSITION;
    private Object input;

    /** Creates a record that shows nothing yet. */
    public CallRecord() {}

    /**
     * Moves to an input that is to be written.
     *
     * @param newInput to call the function with.
     * @return this record.
     */
    public CallRecord request(final Object newInput) {
        kind = REQUEST;
        inputPosition = NO_POSITION;
        input = newInput;
        return this;
    }

    /**
     * Moves to what came of a call.
     *
     * @param newKind       {@link #REPLY} or {@link #FAILURE}.
     * @param position      of the input in the exchange's partition.
     * @param buffer        that holds the reply as its codec writes it, or the reason in UTF-8; not copied.
     * @param offset        at which it begins.
     * @param length        in bytes.
     * @return this record.
     */
    public CallRecord outcome(
            final byte newKind, final long position, final DirectBuffer buffer, final int offset, final int length) {
        wrap(newKind, position, buffer, offset, length);
        return this;
    }

    void wrap(final byte newKind, final long position, final DirectBuffer buffer, final int offset, final int length) {
        kind = newKind;
        inputPosition = position;
        input = null;
        bytes.wrap(buffer, offset, length);
    }

    /**
     * What the record is.
     *
     * @return {@link #REQUEST}, {@link #REPLY} or {@link #FAILURE}.
     */
    public byte kind() {
        return kind;
    }

    /**
     * The input that a reply belongs to.
     *
     * @return position of its record in this partition; negative for an input itself.
     */
    public long inputPosition() {
        return inputPosition;
    }

    /**
     * What the record carries: an input, a reply, or a reason in UTF-8.
     *
     * @return view on its bytes; empty for an input that is to be written.
     */
    public DirectBuffer bytes() {
        return bytes;
    }

    Object input() {
        return input;
    }
}
