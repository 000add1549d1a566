package io.millrace.node;

import io.millrace.transport.codec.ConnectEncoder;
import io.millrace.transport.codec.MessageHeaderEncoder;
import io.millrace.transport.protocol.Checksum;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/** Clients that say hello over UDP, end their stream and are never there for the answer, many at a time. */
final class HalfOpenLogins {
    private static final int LOT = 16;
    private static final int DATA_HEADER_LENGTH = 32;
    private static final int TERM_LENGTH = 64 * 1024;
    private static final long LOT_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Node node;
    private final Forgery forgery;
    private final SplittableRandom random;
    private int begun;
    private int sent;

    HalfOpenLogins(final Node node, final Forgery forgery, final SplittableRandom random) {
        this.node = node;
        this.forgery = forgery;
        this.random = random;
    }

    /** How many had a stream, and sent their hello in it. */
    int sent() {
        return sent;
    }

    /** How many wanted a stream. */
    int begun() {
        return begun;
    }

    /** Tries a lot of them; those that are given no stream in time are given up. */
    void lot() {
        final int[] sessionIds = random.ints(LOT).toArray();
        for (final int sessionId : sessionIds) {
            forgery.setup(sessionId, 0, TERM_LENGTH);
        }
        begun += LOT;
        final byte[] hello = hello();
        final long deadlineNs = System.nanoTime() + LOT_TIMEOUT_NS;
        for (final int sessionId : sessionIds) {
            while (!IngressStreams.has(node, sessionId) && System.nanoTime() - deadlineNs < 0) {
                Thread.onSpinWait();
            }
            if (IngressStreams.has(node, sessionId)) {
                forgery.data(sessionId, 0, 0, hello);
                forgery.end(sessionId, 0, (DATA_HEADER_LENGTH + hello.length + 31) & -32);
                sent++;
            }
        }
    }

    private byte[] hello() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        final ConnectEncoder connect = new ConnectEncoder();
        connect.wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .correlationId(sent)
                .protocolVersion(ProtocolDescriptor.VERSION)
                .responseStreamId(100)
                .responseChannel("aeron:udp?endpoint=127.0.0.1:9")
                .principal("")
                .clientName("half open");
        final int length = ProtocolDescriptor.HEADER_LENGTH + connect.encodedLength();
        buffer.putInt(
                ProtocolDescriptor.COMMAND_CHECKSUM_INDEX,
                new Checksum()
                        .compute(
                                buffer,
                                0,
                                ProtocolDescriptor.COMMAND_CHECKED_INDEX,
                                length - ProtocolDescriptor.COMMAND_CHECKED_INDEX),
                ByteOrder.LITTLE_ENDIAN);
        final byte[] message = new byte[length];
        buffer.getBytes(0, message);
        return message;
    }
}
