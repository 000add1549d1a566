package io.millrace.transport.ingress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;

import io.millrace.transport.codec.FollowLiveDecoder;
import io.millrace.transport.codec.ListenLiveDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.ReplayFromDecoder;
import io.millrace.transport.codec.ShareLiveDecoder;
import io.millrace.transport.protocol.LiveCommands;
import io.millrace.transport.protocol.MessageResult;
import org.agrona.DirectBuffer;

/** Turns commands with a template id from 12 to 15 into calls on {@link LiveCommands}. One thread. */
final class LiveCommandAdapter {
    private final LiveCommands handler;
    private final ShareLiveDecoder share = new ShareLiveDecoder();
    private final ListenLiveDecoder listen = new ListenLiveDecoder();
    private final FollowLiveDecoder follow = new FollowLiveDecoder();
    private final ReplayFromDecoder replay = new ReplayFromDecoder();

    LiveCommandAdapter(final LiveCommands handler) {
        this.handler = handler;
    }

    /** Carries out a command whose token and checksum were right; no other length in it has been looked at. */
    MessageResult onCommand(
            final int clientId,
            final MessageHeaderDecoder header,
            final DirectBuffer buffer,
            final int block,
            final int end) {
        final int length = header.blockLength();
        final int version = header.version();
        switch (header.templateId()) {
            case ShareLiveDecoder.TEMPLATE_ID -> {
                if (isShort(block, length, ShareLiveDecoder.BLOCK_LENGTH, end)) {
                    return IGNORED;
                }
                share.wrap(buffer, block, length, version);
                handler.onShareLive(clientId, share.subscription());
            }
            case ListenLiveDecoder.TEMPLATE_ID -> {
                if (isShort(block, length, ListenLiveDecoder.BLOCK_LENGTH, end)) {
                    return IGNORED;
                }
                listen.wrap(buffer, block, length, version);
                handler.onListenLive(clientId, listen.subscription(), listen.feed(), listen.port());
            }
            case FollowLiveDecoder.TEMPLATE_ID -> {
                if (isShort(block, length, FollowLiveDecoder.BLOCK_LENGTH, end)) {
                    return IGNORED;
                }
                follow.wrap(buffer, block, length, version);
                handler.onFollowLive(clientId, follow.subscription(), follow.partition());
            }
            case ReplayFromDecoder.TEMPLATE_ID -> {
                if (isShort(block, length, ReplayFromDecoder.BLOCK_LENGTH, end)) {
                    return IGNORED;
                }
                replay.wrap(buffer, block, length, version);
                return MessageResult.of(
                        handler.onReplayFrom(clientId, replay.subscription(), replay.partition(), replay.position()));
            }
            default -> {
                return IGNORED;
            }
        }
        return DONE;
    }

    private static boolean isShort(final int block, final int length, final int minLength, final int end) {
        return afterBlock(block, length, minLength, end) == BROKEN;
    }
}
