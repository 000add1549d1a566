package io.millrace.examples.nexmark;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A person, an auction or a bid, as a view on its bytes in the log. Its accessors are the columns of an event file; one that an
 * event's type does not have must not be read.
 *
 * <pre>
 *   0 type (1 byte, 7 unused) | 8 seq | 16 ts | 24 ...
 *   person   24 id | 32 name, city, state, each a length (4 bytes) and as many bytes of UTF-8
 *   auction  24 id | 32 initial bid | 40 reserve | 48 expires | 56 seller | 64 category
 *   bid      24 auction | 32 bidder | 40 price
 * </pre>
 *
 * <p>Numbers are little-endian, of 64 bits, and may be {@link #NULL}. A view is valid inside the call that it is given to.
 */
final class Event {
    /** A column that is empty. */
    static final long NULL = Long.MIN_VALUE;

    static final byte PERSON = 'P';
    static final byte AUCTION = 'A';
    static final byte BID = 'B';

    static final int SEQ_OFFSET = 8;
    static final int TS_OFFSET = 16;
    static final int COLUMNS_OFFSET = 24;
    static final int TEXTS_OFFSET = 32;
    static final int BID_LENGTH = 48;
    static final int AUCTION_LENGTH = 72;
    static final int PERSON_MIN_LENGTH = TEXTS_OFFSET + 3 * Integer.BYTES;

    private static final long NS_PER_MS = 1_000_000;

    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);

    /** Creates a view that stands on no event. */
    Event() {}

    Event wrap(final DirectBuffer buffer, final int offset, final int length) {
        bytes.wrap(buffer, offset, length);
        return this;
    }

    int length() {
        return bytes.capacity();
    }

    void copyTo(final MutableDirectBuffer buffer, final int offset) {
        buffer.putBytes(offset, bytes, 0, bytes.capacity());
    }

    /** Whether both are the same event, to the byte. */
    boolean isSame(final DirectBuffer buffer, final int offset, final int length) {
        if (length != bytes.capacity()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes.getByte(i) != buffer.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }

    byte type() {
        return bytes.getByte(0);
    }

    boolean isPerson() {
        return type() == PERSON;
    }

    boolean isAuction() {
        return type() == AUCTION;
    }

    boolean isBid() {
        return type() == BID;
    }

    /** Number of the event in its file. */
    long seq() {
        return number(SEQ_OFFSET);
    }

    /** Event time in ms since the epoch. */
    long ts() {
        return number(TS_OFFSET);
    }

    /** Event time in ns since the epoch. */
    long timeNs() {
        return ts() * NS_PER_MS;
    }

    /** Key under which the event lies in the log: the auction of an auction or a bid, the person of a person. */
    long key() {
        return number(COLUMNS_OFFSET);
    }

    /** Of a person or an auction. */
    long id() {
        return number(COLUMNS_OFFSET);
    }

    long initialBid() {
        return number(32);
    }

    long reserve() {
        return number(40);
    }

    /** When the auction ends, in ms since the epoch. */
    long expires() {
        return number(48);
    }

    long seller() {
        return number(56);
    }

    long category() {
        return number(64);
    }

    long auction() {
        return number(COLUMNS_OFFSET);
    }

    long bidder() {
        return number(32);
    }

    /** In cents. */
    long price() {
        return number(40);
    }

    String name() {
        return text(0);
    }

    String city() {
        return text(1);
    }

    String state() {
        return text(2);
    }

    private long number(final int offset) {
        return bytes.getLong(offset, ByteOrder.LITTLE_ENDIAN);
    }

    private String text(final int index) {
        int offset = TEXTS_OFFSET;
        for (int i = 0; i < index; i++) {
            offset += Integer.BYTES + bytes.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        }
        return bytes.getStringUtf8(offset, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public String toString() {
        return bytes.capacity() == 0 ? "Event{}" : "Event{type=" + (char) type() + ", seq=" + seq() + '}';
    }
}
