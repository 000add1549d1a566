package io.millrace.node;

import io.millrace.log.record.RecordKind;
import io.millrace.transport.ingress.PublishFrame;
import io.millrace.transport.protocol.Checksum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends to a node's port whatever its sender likes, without Aeron. */
final class Forgery implements AutoCloseable {
    private static final int DATA = 1;
    private static final int SETUP = 5;
    private static final int DATA_HEADER_LENGTH = 32;
    private static final int TYPE_OFFSET = 6;
    private static final int TERM_OFFSET_OFFSET = 8;
    private static final int SESSION_ID_OFFSET = 12;
    private static final int TERM_ID_OFFSET = 20;
    private static final int SETUP_LENGTH = 40;
    private static final byte WHOLE = (byte) 0xC0;
    private static final byte LAST = (byte) 0xE0;

    private final Node node;
    private final DatagramSocket socket;
    private final int port;
    private final int streamId;
    private final SplittableRandom random;
    private int count;

    Forgery(final Node node, final SplittableRandom random) throws IOException {
        this.node = node;
        this.socket = new DatagramSocket();
        this.port = URI.create("udp://" + node.ingressChannel().split("endpoint=")[1])
                .getPort();
        this.streamId = node.ingressStreamId();
        this.random = random;
    }

    int count() {
        return count;
    }

    void send(final byte[] bytes) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
            count++;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Bytes that are nothing, or look like a frame of some type in their first bytes. */
    void garbage() {
        final byte[] bytes = random(random.nextInt(1, 1400));
        if (bytes.length > 8 && random.nextBoolean()) {
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0, random.nextBoolean() ? bytes.length : random.nextInt())
                    .put(4, (byte) 0)
                    .putShort(6, (short) random.nextInt(8));
        }
        send(bytes);
    }

    /** The beginning of a stream. */
    void setup(final int sessionId, final int initialTermId, final int termLength) {
        final ByteBuffer frame = frame(SETUP_LENGTH, SETUP, 0, sessionId);
        frame.putInt(20, initialTermId)
                .putInt(24, initialTermId)
                .putInt(28, termLength)
                .putInt(32, 1408);
        send(frame.array());
    }

    /** A message in a stream. */
    void data(final int sessionId, final int termId, final int termOffset, final byte[] message) {
        final ByteBuffer frame = frame(DATA_HEADER_LENGTH + message.length, DATA, termOffset, sessionId);
        frame.put(5, WHOLE).putInt(20, termId);
        frame.put(DATA_HEADER_LENGTH, message);
        send(frame.array());
    }

    /** The end of a stream. */
    void end(final int sessionId, final int termId, final int termOffset) {
        final ByteBuffer frame = frame(DATA_HEADER_LENGTH, DATA, termOffset, sessionId);
        frame.putInt(0, 0).put(5, LAST).putInt(20, termId);
        send(frame.array());
    }

    /** Sends again what somebody else has sent, in his stream. */
    void replay(final List<byte[]> datagrams) {
        for (final byte[] datagram : datagrams) {
            send(datagram);
            paced();
        }
    }

    /**
     * Sends again what somebody else has sent, as a stream that is new to the node; how many messages that are. Each is to be of one
     * packet.
     */
    int replayAs(final int sessionId, final List<byte[]> datagrams) {
        final Set<Long> messages = new HashSet<>();
        boolean hasBegun = false;
        for (final byte[] datagram : datagrams) {
            final byte[] copy = datagram.clone();
            final ByteBuffer frames = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
            int offset = 0;
            while (offset + DATA_HEADER_LENGTH <= copy.length) {
                final int length = frames.getInt(offset);
                frames.putInt(offset + SESSION_ID_OFFSET, sessionId);
                if (frames.getShort(offset + TYPE_OFFSET) == DATA && length > DATA_HEADER_LENGTH) {
                    messages.add((long) frames.getInt(offset + TERM_ID_OFFSET) << Integer.SIZE
                            | frames.getInt(offset + TERM_OFFSET_OFFSET));
                }
                offset += Math.max(DATA_HEADER_LENGTH, (length + 31) & -32);
            }
            send(copy);
            if (!hasBegun && frames.getShort(TYPE_OFFSET) == SETUP) {
                hasBegun = true;
                NodeFixture.await("the stream is there", () -> IngressStreams.has(node, sessionId));
            }
            paced();
        }
        return messages.size();
    }

    /** A burst that the socket has no room for would be lost, and prove nothing. */
    private void paced() {
        if ((count & 0xF) == 0) {
            LockSupport.parkNanos(500_000);
        }
    }

    private ByteBuffer frame(final int length, final int type, final int termOffset, final int sessionId) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, length)
                .putShort(6, (short) type)
                .putInt(8, termOffset)
                .putInt(12, sessionId)
                .putInt(16, streamId);
    }

    /** A message like that of a record, under a token that is guessed. */
    byte[] publishMessage(final long token) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
        final Checksum checksum = new Checksum();
        final PublishFrame frame = new PublishFrame().begin(buffer, 0);
        buffer.putStringWithoutLengthAscii(frame.nextPayloadOffset(), "ETHUSDTforged 20");
        frame.add(1, RecordKind.DATA, 20, 5, 7, 16, checksum);
        frame.seal(token, random.nextLong(), 1, checksum);
        final byte[] message = new byte[frame.length()];
        buffer.getBytes(0, message);
        return message;
    }

    byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
