package io.millrace.transport.ingress;

import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.protocol.GroupCommands;
import io.millrace.transport.protocol.MessageResult;
import org.agrona.DirectBuffer;

/** Turns commands with a template id from 30 to 39 into calls on {@link GroupCommands}. One thread. */
final class GroupCommandAdapter {
    GroupCommandAdapter(final GroupCommands handler) {
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
