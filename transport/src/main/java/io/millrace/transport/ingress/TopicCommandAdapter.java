package io.millrace.transport.ingress;

import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.TopicCommands;
import org.agrona.DirectBuffer;

/** Turns commands with a template id from 20 to 29 into calls on {@link TopicCommands}. One thread. */
final class TopicCommandAdapter {
    TopicCommandAdapter(final TopicCommands handler) {
        // Nothing is said yet: the first message of the family will need its handler.
    }

    /** Carries out a command whose token and checksum were right; no other length in it has been looked at. */
    MessageResult onCommand(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        return MessageResult.IGNORED;
    }
}
