package io.millrace.transport.ingress;

import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.protocol.MessageResult;
import io.millrace.transport.protocol.QueueCommands;
import org.agrona.DirectBuffer;

/** Turns commands with a template id from 40 to 49 into calls on {@link QueueCommands}. One thread. */
final class QueueCommandAdapter {
    QueueCommandAdapter(final QueueCommands handler) {
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
