package io.millrace.transport;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.LiveEvents;
import io.millrace.transport.protocol.LiveOffer;
import io.millrace.transport.protocol.ProtocolDescriptor;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/** What a subscriber does with what the node delivers: it checks each frame and hands it to the handler of the poll. One thread. */
final class DeliveryEvents extends SessionEvents {
    private static final LiveEvents NO_LIVE = new LiveEvents() {};

    private final String topic;
    private final RecordFlyweight delivered = new RecordFlyweight();
    private final ExpandableArrayBuffer longFrame = new ExpandableArrayBuffer();
    private int longFrameLength;
    private long openedId;
    private boolean isOpen;
    private int subscription;
    private long[] nextPositions = new long[0];
    private long[] readablePositions = new long[0];
    private SubscriptionHandler handler;
    private int recordCount;
    private long totalRecordCount;
    private long goneCount;
    private LiveEvents live = NO_LIVE;
    private RuntimeException thrown;

    DeliveryEvents(final String topic) {
        this.topic = topic;
    }

    String topic() {
        return topic;
    }

    /** Tells what the node says of live feeds to somebody, too. */
    void live(final LiveEvents newLive) {
        live = newLive;
    }

    /** Handle of the subscription in this session. */
    int subscription() {
        return subscription;
    }

    /** Records handed out in this poll. */
    int recordCount() {
        return recordCount;
    }

    /** Records handed out in all polls. */
    long totalRecordCount() {
        return totalRecordCount;
    }

    /** Whether the node has opened the subscription that was asked for. */
    boolean isOpened(final long correlationId) {
        return openedId == correlationId;
    }

    /** Nothing that arrives counts before the subscription is open again. */
    void onLost() {
        isOpen = false;
        readablePositions = new long[0];
    }

    /** Up to where each partition was handed out. */
    long[] nextPositions() {
        return nextPositions;
    }

    /** How often delivery went on behind what retention had removed. */
    long goneCount() {
        return goneCount;
    }

    /** Hands what is delivered from now on to a handler. */
    void begin(final SubscriptionHandler newHandler) {
        handler = newHandler;
        recordCount = 0;
    }

    /** Hands nothing out any more; how many records were handed out, or throws what the handler threw. */
    int end() {
        handler = null;
        final RuntimeException thrownNow = thrown;
        if (thrownNow != null) {
            thrown = null;
            throw thrownNow;
        }
        return recordCount;
    }

    @Override
    public void onSubscriptionOpened(
            final long correlationId, final int subscription, final Durability durability, final long[] positions) {
        if (this.nextPositions.length != 0 && this.nextPositions.length != positions.length) {
            fail(
                    ErrorCode.CONFIGURATION,
                    "the topic has other partitions than before: topic=" + topic + " before=" + nextPositions.length
                            + " now=" + positions.length + "; start over with a new subscriber");
            return;
        }
        this.subscription = subscription;
        this.nextPositions = positions;
        this.readablePositions = new long[0];
        this.longFrameLength = 0;
        this.openedId = correlationId;
        this.isOpen = true;
    }

    @Override
    public boolean onDeliver(final DeliveredFrames frames) {
        if (handler == null) {
            // Still in the handshake: the first records wait for the first poll.
            return false;
        }
        if (failure() != null || !isOpen || frames.subscription() != subscription) {
            return true;
        }
        final int partition = frames.partition();
        if (partition < 0 || partition >= nextPositions.length) {
            fail(ErrorCode.CORRUPT, "delivery of an unknown partition: topic=" + topic + " partition=" + partition);
            return true;
        }
        if (frames.fromPosition() > nextPositions[partition]) {
            // A message was damaged so that it was none any more; another session begins where this one stands.
            fail(
                    ErrorCode.TRANSPORT,
                    "gap in delivery: topic=" + topic + " partition=" + partition + " expected="
                            + nextPositions[partition] + " actual=" + frames.fromPosition());
            return true;
        }
        try {
            if (frames.flags() == ProtocolDescriptor.FLAGS_WHOLE) {
                onFrames(partition, frames);
            } else {
                onPiece(partition, frames);
            }
            return true;
        } catch (final RuntimeException ex) {
            thrown = ex;
            return false;
        }
    }

    @Override
    public void onPositionGone(
            final int subscription,
            final int partition,
            final long position,
            final long firstPosition,
            final boolean isResumed) {
        if (subscription != this.subscription || partition < 0 || partition >= nextPositions.length) {
            return;
        }
        onGone(partition, position, firstPosition, isResumed);
    }

    /** What was to come next is not there any more; what comes instead starts at the first position, or nothing does. */
    void onGone(final int partition, final long position, final long firstPosition, final boolean isResumed) {
        if (isResumed) {
            goneCount++;
            // Who reads the log by itself may have been faster than the node's word.
            nextPositions[partition] = Math.max(nextPositions[partition], firstPosition);
        } else {
            fail(new PositionGoneException("topic=" + topic + " partition=" + partition, position, firstPosition));
        }
    }

    @Override
    public void onLiveOffered(final int subscription, final LiveOffer offer) {
        if (isOpen && subscription == this.subscription) {
            live.onLiveOffered(subscription, offer);
        }
    }

    @Override
    public void onLiveSent(final int subscription, final int partition, final long position) {
        if (isOpen && subscription == this.subscription) {
            live.onLiveSent(subscription, partition, position);
        }
    }

    @Override
    public void onLiveEnded(final int subscription, final int feed) {
        if (isOpen && subscription == this.subscription) {
            live.onLiveEnded(subscription, feed);
        }
    }

    @Override
    public void onReadable(final int subscription, final int partition, final long position) {
        if (isOpen && subscription == this.subscription && partition >= 0 && partition < nextPositions.length) {
            if (readablePositions.length == 0) {
                readablePositions = new long[nextPositions.length];
            }
            readablePositions[partition] = Math.max(readablePositions[partition], position);
        }
    }

    /** All before a position was handed out, or is nothing that readers see. */
    void passOver(final int partition, final long position) {
        if (!isStopped() && position > nextPositions[partition]) {
            nextPositions[partition] = position;
        }
    }

    /** Whether the node leaves the reading to the client. */
    boolean isReadable() {
        return readablePositions.length > 0;
    }

    /** How far the client may read a partition by itself. */
    long readablePosition(final int partition) {
        return readablePositions[partition];
    }

    /** Takes a record that the client has read by itself; throws what the handler throws. */
    void take(final int partition, final RecordFlyweight read) {
        try {
            hand(partition, read);
        } catch (final RuntimeException ex) {
            thrown = ex;
            throw ex;
        }
    }

    /**
     * Takes what is new in frames of a live feed; false when the handler threw. What cannot be a record is left out without a word: the
     * node delivers it.
     */
    boolean takeLive(
            final int partition,
            final long firstPosition,
            final DirectBuffer frames,
            final int firstOffset,
            final int framesLength) {
        int offset = firstOffset;
        long position = firstPosition;
        int remaining = framesLength;
        while (remaining >= RecordDescriptor.HEADER_LENGTH) {
            final int length = frames.getInt(offset + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
            if (length < RecordDescriptor.HEADER_LENGTH || length > remaining) {
                return true;
            }
            delivered.wrap(frames, offset, length, position);
            if (position >= nextPositions[partition]) {
                if (delivered.keyLength() > length - RecordDescriptor.HEADER_LENGTH || !delivered.isChecksumValid()) {
                    return true;
                }
                try {
                    give(partition, delivered);
                } catch (final RuntimeException ex) {
                    thrown = ex;
                    return false;
                }
            }
            offset += RecordDescriptor.align(length);
            position += RecordDescriptor.align(length);
            remaining -= RecordDescriptor.align(length);
        }
        return true;
    }

    /** Whether this is what the handler has thrown. */
    boolean isThrown(final RuntimeException ex) {
        return thrown == ex;
    }

    /** Whether nothing more can be handed out in this poll. */
    boolean isStopped() {
        return thrown != null || failure() != null;
    }

    private void onFrames(final int partition, final DeliveredFrames frames) {
        final int end = frames.offset() + frames.length();
        int offset = frames.offset();
        long position = frames.position();
        if (offset == end) {
            passOver(partition, position);
        }
        while (offset < end) {
            final int remaining = end - offset;
            final int length = remaining < RecordDescriptor.HEADER_LENGTH
                    ? 0
                    : frames.buffer().getInt(offset + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
            if (length < RecordDescriptor.HEADER_LENGTH || length > remaining) {
                failOnBrokenFrame(partition, position, length, remaining);
                return;
            }
            delivered.wrap(frames.buffer(), offset, length, position);
            hand(partition, delivered);
            offset += RecordDescriptor.align(length);
            position += RecordDescriptor.align(length);
        }
    }

    private void onPiece(final int partition, final DeliveredFrames frames) {
        final boolean isFirst = (frames.flags() & ProtocolDescriptor.FLAG_FIRST) != 0;
        final int index = isFirst ? 0 : longFrameLength;
        final int length = index + frames.length();
        if (length > RecordDescriptor.MAX_RECORD_LENGTH) {
            fail(
                    ErrorCode.TRANSPORT,
                    "delivered frame is too long: topic=" + topic + " partition=" + partition
                            + " position=" + frames.position() + " length=" + length + " max="
                            + RecordDescriptor.MAX_RECORD_LENGTH);
            return;
        }
        longFrame.putBytes(index, frames.buffer(), frames.offset(), frames.length());
        if ((frames.flags() & ProtocolDescriptor.FLAG_LAST) != 0) {
            final int frameLength = length < RecordDescriptor.HEADER_LENGTH
                    ? 0
                    : longFrame.getInt(RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
            if (length < RecordDescriptor.HEADER_LENGTH || frameLength != length) {
                failOnBrokenFrame(partition, frames.position(), frameLength, length);
                return;
            }
            delivered.wrap(longFrame, 0, length, frames.position());
            hand(partition, delivered);
            // Not before: a handler that threw gets this last piece again.
            longFrameLength = 0;
        } else {
            longFrameLength = length;
        }
    }

    private void failOnBrokenFrame(
            final int partition, final long position, final int length, final int deliveredLength) {
        fail(
                ErrorCode.TRANSPORT,
                "delivered frame is broken: topic=" + topic + " partition=" + partition + " position=" + position
                        + " length=" + length + " remaining=" + deliveredLength);
    }

    private void hand(final int partition, final RecordFlyweight record) {
        // A handler that threw in the middle of a message sees only the rest of it again; behind a damaged record
        // there is nothing to hand out.
        if (failure() != null || record.position() < nextPositions[partition]) {
            return;
        }
        if (record.keyLength() > record.length() - RecordDescriptor.HEADER_LENGTH) {
            fail(
                    ErrorCode.CORRUPT,
                    "delivered key is longer than its record: topic=" + topic + " partition=" + partition
                            + " position=" + record.position() + " keyLength=" + record.keyLength() + " length="
                            + record.length());
            return;
        }
        if (!record.isChecksumValid()) {
            fail(
                    ErrorCode.CORRUPT,
                    "record checksum mismatch: topic=" + topic + " partition=" + partition + " position="
                            + record.position() + "; the node's log is damaged there, run millrace log verify");
            return;
        }
        give(partition, record);
    }

    private void give(final int partition, final RecordFlyweight record) {
        handler.onRecord(partition, record);
        nextPositions[partition] = record.nextPosition();
        recordCount++;
        totalRecordCount++;
    }
}
