package io.millrace.transport.egress;

import static io.millrace.transport.protocol.MessageBounds.BROKEN;
import static io.millrace.transport.protocol.MessageBounds.afterBlock;
import static io.millrace.transport.protocol.MessageResult.DONE;
import static io.millrace.transport.protocol.MessageResult.IGNORED;

import io.millrace.transport.codec.LiveEndedDecoder;
import io.millrace.transport.codec.LiveOfferedDecoder;
import io.millrace.transport.codec.LiveSentDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.protocol.LiveEvents;
import io.millrace.transport.protocol.LiveOffer;
import io.millrace.transport.protocol.MessageResult;
import org.agrona.DirectBuffer;

/** Turns events with a template id from 112 to 114 into calls on {@link LiveEvents}. One thread. */
final class LiveEventAdapter {
    private final LiveEvents handler;
    private final LiveOfferedDecoder offered = new LiveOfferedDecoder();
    private final LiveSentDecoder sent = new LiveSentDecoder();
    private final LiveEndedDecoder ended = new LiveEndedDecoder();

    LiveEventAdapter(final LiveEvents handler) {
        this.handler = handler;
    }

    /** Reports an event whose checksum was right; no other length in it has been looked at. */
    MessageResult onEvent(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        return switch (header.templateId()) {
            case LiveSentDecoder.TEMPLATE_ID -> onSent(header, buffer, block, end);
            case LiveOfferedDecoder.TEMPLATE_ID -> onOffered(header, buffer, block, end);
            case LiveEndedDecoder.TEMPLATE_ID -> onEnded(header, buffer, block, end);
            default -> IGNORED;
        };
    }

    private MessageResult onSent(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), LiveSentDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        sent.wrap(buffer, block, header.blockLength(), header.version());
        handler.onLiveSent(sent.subscription(), sent.partition(), sent.position());
        return DONE;
    }

    private MessageResult onOffered(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), LiveOfferedDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        offered.wrap(buffer, block, header.blockLength(), header.version());
        handler.onLiveOffered(
                offered.subscription(), new LiveOffer(offered.feed(), offered.aeronSessionId(), offered.streamId()));
        return DONE;
    }

    private MessageResult onEnded(
            final MessageHeaderDecoder header, final DirectBuffer buffer, final int block, final int end) {
        if (afterBlock(block, header.blockLength(), LiveEndedDecoder.BLOCK_LENGTH, end) == BROKEN) {
            return IGNORED;
        }
        ended.wrap(buffer, block, header.blockLength(), header.version());
        handler.onLiveEnded(ended.subscription(), ended.feed());
        return DONE;
    }
}
