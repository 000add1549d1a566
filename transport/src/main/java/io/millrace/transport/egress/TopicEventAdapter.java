package io.millrace.transport.egress;

import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.TopicEvents;
import org.agrona.DirectBuffer;

/** Turns events with a template id from 120 to 129 into calls on {@link TopicEvents}. One thread. */
final class TopicEventAdapter {
    TopicEventAdapter(final TopicEvents handler) {
        // Nothing is said yet: the first message of the family will need its handler.
    }

    /** Reports an event whose checksum was right; no other length in it has been looked at. */
    MessageResult onEvent(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        return MessageResult.IGNORED;
    }
}
