package io.millrace.transport.protocol;

import io.aeron.Publication;
import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.Outcome;
import io.millrace.transport.codec.DeliverDecoder;
import io.millrace.transport.codec.GroupSizeEncodingDecoder;
import io.millrace.transport.codec.MessageHeaderDecoder;
import io.millrace.transport.codec.PublishDecoder;
import io.millrace.transport.codec.RefusalCode;
import io.millrace.transport.codec.TopicDurability;

/**
 * The constants and rules of the protocol that the schema cannot say by itself: its version, the streams it runs on, what
 * the checksum covers, and how Aeron's results read in Millrace's words.
 */
public final class ProtocolDescriptor {
    /** First part of the protocol's version: ends with different ones do not understand each other. */
    public static final int MAJOR_VERSION = 1;

    /** Second part of the protocol's version: ends with different ones do. */
    public static final int MINOR_VERSION = 0;

    /** The version as it travels in {@code Connect} and {@code Connected}. */
    public static final int VERSION = (MAJOR_VERSION << 16) | MINOR_VERSION;

    /** Aeron stream on which a node listens for commands unless told otherwise. */
    public static final int DEFAULT_INGRESS_STREAM_ID = 7101;

    /** Length of a publication's term buffer in bytes: small, so that a stream starts fast and costs little memory. */
    public static final int TERM_LENGTH = 1024 * 1024;

    /** Length of the largest datagram on the loopback interface in bytes: what fits needs no reassembly. */
    public static final int LOOPBACK_MTU_LENGTH = 8 * 1024;

    /** Length in bytes of what every message begins with. */
    public static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;

    /** Length in bytes of a session's token, the first fields of the block of each command. */
    public static final int TOKEN_LENGTH = 2 * Long.BYTES;

    /** Index, from the start of a command, of its session's token. */
    public static final int TOKEN_INDEX = HEADER_LENGTH;

    /** Index, from the start of a command, of its checksum. */
    public static final int COMMAND_CHECKSUM_INDEX = TOKEN_INDEX + TOKEN_LENGTH;

    /** Index, from the start of a command, of the first byte that its checksum covers. */
    public static final int COMMAND_CHECKED_INDEX = COMMAND_CHECKSUM_INDEX + Integer.BYTES;

    /** Index, from the start of an event, of its checksum. */
    public static final int EVENT_CHECKSUM_INDEX = HEADER_LENGTH;

    /** Index, from the start of an event, of the first byte that its checksum covers. */
    public static final int EVENT_CHECKED_INDEX = EVENT_CHECKSUM_INDEX + Integer.BYTES;

    /** Length in bytes of {@code Publish} before its first record, in this version. */
    public static final int PUBLISH_LENGTH =
            HEADER_LENGTH + PublishDecoder.BLOCK_LENGTH + GroupSizeEncodingDecoder.ENCODED_LENGTH;

    /** Length in bytes of a record in {@code Publish} before its key, in this version. */
    public static final int PUBLISHED_RECORD_LENGTH =
            PublishDecoder.RecordsDecoder.sbeBlockLength() + PublishDecoder.RecordsDecoder.payloadHeaderLength();

    /** Most records that one {@code Publish} may hold. */
    public static final int MAX_PUBLISHED_RECORDS = GroupSizeEncodingDecoder.numInGroupMaxValue();

    /** Epoch in {@code OpenProducer} that asks for a new one. */
    public static final int NEW_EPOCH = -1;

    /** As a producer's epoch: none is begun, and nothing is opened; the node says what it holds. */
    public static final int NO_EPOCH = -2;

    /** Length in bytes of the nonces in {@code Challenge} and {@code Authenticate}. */
    public static final int NONCE_LENGTH = 32;

    /** Length in bytes of {@code Deliver} before the frames, in this version. */
    public static final int DELIVER_LENGTH =
            HEADER_LENGTH + DeliverDecoder.BLOCK_LENGTH + DeliverDecoder.framesHeaderLength();

    /** Flag of {@code Deliver}: the message begins with the first byte of a frame. */
    public static final int FLAG_FIRST = 1;

    /** Flag of {@code Deliver}: the message ends with the last byte of a frame. */
    public static final int FLAG_LAST = 2;

    /** Flags of a {@code Deliver} that holds whole frames. */
    public static final int FLAGS_WHOLE = FLAG_FIRST | FLAG_LAST;

    /** Correlation id of a refusal that answers no single command. */
    public static final long NO_CORRELATION = 0L;

    static {
        final int token = HEADER_LENGTH + PublishDecoder.sessionHighEncodingOffset();
        final int checksum = HEADER_LENGTH + PublishDecoder.checksumEncodingOffset();
        if (token != TOKEN_INDEX
                || checksum != COMMAND_CHECKSUM_INDEX
                || DeliverDecoder.checksumEncodingOffset() != 0) {
            throw new IllegalStateException("token and checksum must be first in their blocks");
        }
    }

    private ProtocolDescriptor() {}

    /**
     * Tells whether this end understands the other.
     *
     * @param version of the other end, as it travels
     * @return whether both have the same major version
     */
    public static boolean isCompatible(final int version) {
        return version >>> 16 == MAJOR_VERSION;
    }

    /**
     * A version as people write it.
     *
     * @param version as it travels
     * @return for example {@code 1.0}
     */
    public static String versionText(final int version) {
        return (version >>> 16) + "." + (version & 0xFFFF);
    }

    /**
     * Translates the result of an Aeron {@code offer} or {@code tryClaim}.
     *
     * @param result of Aeron: a position, or one of {@link Publication}'s negative constants
     * @return the position unchanged, or one of {@link Outcome}
     */
    public static long outcome(final long result) {
        if (result > 0) {
            return result;
        }
        if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
            return Outcome.BACK_PRESSURED;
        }
        return result == Publication.NOT_CONNECTED ? Outcome.NOT_CONNECTED : Outcome.CLOSED;
    }

    /**
     * How an error code travels.
     *
     * @param code of the error
     * @return the code of the same name, or INTERNAL where the protocol does not know it yet
     */
    public static RefusalCode refusalCode(final ErrorCode code) {
        for (final RefusalCode candidate : RefusalCode.values()) {
            if (candidate.name().equals(code.name())) {
                return candidate;
            }
        }
        return RefusalCode.INTERNAL;
    }

    /**
     * The error code that a refusal stands for.
     *
     * @param code as it travelled; a newer node may send one that this end does not know
     * @return the code of the same name, or INTERNAL
     */
    public static ErrorCode errorCode(final short code) {
        for (final RefusalCode candidate : RefusalCode.values()) {
            if (candidate.value() == code && candidate != RefusalCode.NULL_VAL) {
                return ErrorCode.valueOf(candidate.name());
            }
        }
        return ErrorCode.INTERNAL;
    }

    /**
     * The durability that travelled.
     *
     * @param durability as it travelled
     * @return PROCESS for one that this end does not know: it promises less
     */
    public static Durability durability(final short durability) {
        return durability == TopicDurability.POWER.value() ? Durability.POWER : Durability.PROCESS;
    }

    /**
     * How a durability travels.
     *
     * @param durability of a topic
     * @return the one of the same name
     */
    public static TopicDurability topicDurability(final Durability durability) {
        return durability == Durability.POWER ? TopicDurability.POWER : TopicDurability.PROCESS;
    }
}
