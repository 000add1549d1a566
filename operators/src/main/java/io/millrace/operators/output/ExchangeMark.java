package io.millrace.operators.output;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The value of a watermark record in an exchange, little-endian:
 *
 * <pre>
 *   0  int64  origin: log time, in ns since the epoch, of the record or tick in a source topic that made the watermark
 *   8  int8   1: the producer's input is silent, 0: it is not
 * </pre>
 *
 * <p>The watermark itself is the record's event time. The origin is a function of the source topics, and so the same in every
 * run; the log time of the record is when a run came to it. The distance of the two tells what was said as it happened from what
 * was found in history, see {@code ExchangeWatermark}. The watermarks that publishers append to source topics have no value.
 */
public final class ExchangeMark {
    /** Length of the value in bytes. */
    public static final int LENGTH = Long.BYTES + Byte.BYTES;

    /** Origin of a watermark that does not tell it, as those in source topics. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    private static final int IDLE_OFFSET = Long.BYTES;

    private ExchangeMark() {}

    /**
     * Writes the value.
     *
     * @param buffer   to write to.
     * @param offset   at which it begins; {@link #LENGTH} bytes are written.
     * @param originNs log time of what made the watermark, in ns since the epoch.
     * @param isIdle   true when the producer's input is silent.
     */
    public static void write(
            final MutableDirectBuffer buffer, final int offset, final long originNs, final boolean isIdle) {
        buffer.putLong(offset, originNs, ByteOrder.LITTLE_ENDIAN);
        buffer.putByte(offset + IDLE_OFFSET, isIdle ? (byte) 1 : 0);
    }

    /**
     * Reads where a watermark comes from.
     *
     * @param buffer that holds the value.
     * @param offset at which it begins.
     * @param length in bytes.
     * @return log time of what made the watermark, in ns since the epoch; {@link #UNKNOWN} where it does not say.
     */
    public static long originNs(final DirectBuffer buffer, final int offset, final int length) {
        return length == LENGTH ? buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN) : UNKNOWN;
    }

    /**
     * Reads whether the producer's input is silent.
     *
     * @param buffer that holds the value.
     * @param offset at which it begins.
     * @param length in bytes.
     * @return true when it says so.
     */
    public static boolean isIdle(final DirectBuffer buffer, final int offset, final int length) {
        return length == LENGTH && buffer.getByte(offset + IDLE_OFFSET) == 1;
    }
}
