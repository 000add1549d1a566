package io.millrace.examples.nexmark;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Events as views on their bytes in the log: nothing is copied and nothing allocated. */
final class EventCodec implements Codec<Event> {
    private final Event event = new Event();

    @Override
    public Codec<Event> forTask() {
        return new EventCodec();
    }

    @Override
    public boolean isBorrowed() {
        return true;
    }

    @Override
    public Event decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length < shortest(length == 0 ? 0 : buffer.getByte(offset))) {
            throw new MillraceException(
                    ErrorCode.MALFORMED_RECORD, length + " bytes are no person, auction or bid of NEXMark");
        }
        return event.wrap(buffer, offset, length);
    }

    private static int shortest(final byte type) {
        return switch (type) {
            case Event.PERSON -> Event.PERSON_MIN_LENGTH;
            case Event.AUCTION -> Event.AUCTION_LENGTH;
            case Event.BID -> Event.BID_LENGTH;
            default -> Integer.MAX_VALUE;
        };
    }

    @Override
    public int encodedLength(final Event value) {
        return value.length();
    }

    @Override
    public void encode(final Event value, final MutableDirectBuffer buffer, final int offset) {
        value.copyTo(buffer, offset);
    }

    @Override
    public String describe() {
        return "nexmark event";
    }
}
