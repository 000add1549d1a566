package io.millrace.streams.conformance;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.StringCodec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Events as the text that a person would write. */
final class EventCodec implements Codec<Event> {
    private final StringCodec text = new StringCodec();

    @Override
    public Codec<Event> forTask() {
        return new EventCodec();
    }

    @Override
    public Event decode(final DirectBuffer buffer, final int offset, final int length) {
        return Event.parse(text.decode(buffer, offset, length));
    }

    @Override
    public int encodedLength(final Event value) {
        return value.format().length();
    }

    @Override
    public void encode(final Event value, final MutableDirectBuffer buffer, final int offset) {
        buffer.putStringWithoutLengthAscii(offset, value.format());
    }

    @Override
    public String describe() {
        return "event";
    }
}
