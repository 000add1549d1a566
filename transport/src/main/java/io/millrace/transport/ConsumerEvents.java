package io.millrace.transport;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.protocol.DeliveredMessage;
import io.millrace.transport.protocol.SettleResult;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/** What a consumer of a queue hears in one session: it puts the pieces of a message together, checks it, and hands it on. One thread. */
final class ConsumerEvents extends SessionEvents {
    private final QueueConsumer consumer;
    private final RecordFlyweight record = new RecordFlyweight();
    private final ExpandableArrayBuffer frame = new ExpandableArrayBuffer();
    private QueueHandler handler;
    private int messageCount;
    private RuntimeException thrown;
    private long attachedMember;
    private boolean isAttached;

    ConsumerEvents(final QueueConsumer consumer) {
        this.consumer = consumer;
    }

    boolean isAttached() {
        return isAttached;
    }

    long attachedMember() {
        return attachedMember;
    }

    void begin(final QueueHandler newHandler) {
        handler = newHandler;
        messageCount = 0;
    }

    /** Hands nothing out any more; how many messages were handed out, or throws what the handler threw. */
    int end() {
        handler = null;
        final RuntimeException thrownNow = thrown;
        thrown = null;
        if (thrownNow != null) {
            throw thrownNow;
        }
        return messageCount;
    }

    @Override
    public void onQueueAttached(final long correlationId, final long member, final long leaseNs) {
        attachedMember = member;
        isAttached = true;
    }

    @Override
    public boolean onQueueMessage(
            final DeliveredMessage message,
            final int frameLength,
            final int pieceOffset,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (handler == null) {
            // Not within a poll: it waits for the next one.
            return false;
        }
        if (frameLength < RecordDescriptor.HEADER_LENGTH || frameLength > RecordDescriptor.MAX_RECORD_LENGTH) {
            fail(ErrorCode.CORRUPT, "message is broken: " + message + " length=" + frameLength);
            return true;
        }
        frame.putBytes(pieceOffset, buffer, offset, length);
        if (pieceOffset + length < frameLength) {
            return true;
        }
        record.wrap(frame, 0, frameLength, message.position());
        if (record.keyLength() > frameLength - RecordDescriptor.HEADER_LENGTH || !record.isChecksumValid()) {
            fail(
                    ErrorCode.CORRUPT,
                    "record checksum mismatch: " + message
                            + "; the node's log is damaged there, run millrace log verify");
            return true;
        }
        messageCount++;
        try {
            handler.onMessage(message, record);
        } catch (final RuntimeException ex) {
            // The consumer holds it all the same: whoever threw may give it back, or its lease passes.
            thrown = ex;
            handler = null;
        }
        return true;
    }

    @Override
    public void onMessagesSettled(
            final long correlationId, final long member, final int settlement, final List<SettleResult> entries) {
        consumer.onSettled(correlationId, settlement, entries);
    }

    @Override
    public void onRejected(final long correlationId, final ErrorCode code, final String message) {
        super.onRejected(correlationId, code, message);
        consumer.onRejected(correlationId);
    }

    @Override
    public void onMemberGone(final long member) {
        consumer.onGone(member);
    }
}
