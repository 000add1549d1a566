package io.millrace.examples.nexmark;

import java.math.BigInteger;
import org.agrona.MutableDirectBuffer;

/**
 * A sum of 64-bit numbers, in 128 bits, so that none is too large, and their count.
 *
 * <pre>
 *  0 count | 8 low half of the sum, unsigned | 16 high half
 * </pre>
 */
final class WideSum {
    static final int LENGTH = 3 * Long.BYTES;

    private static final int LOW_OFFSET = 8;
    private static final int HIGH_OFFSET = 16;

    private WideSum() {}

    static void add(final MutableDirectBuffer buffer, final int offset, final long number) {
        add(buffer, offset, 1, number, number >> (Long.SIZE - 1));
    }

    static void combine(
            final MutableDirectBuffer buffer,
            final int offset,
            final MutableDirectBuffer other,
            final int otherOffset) {
        add(
                buffer,
                offset,
                other.getLong(otherOffset),
                other.getLong(otherOffset + LOW_OFFSET),
                other.getLong(otherOffset + HIGH_OFFSET));
    }

    private static void add(
            final MutableDirectBuffer buffer, final int offset, final long count, final long low, final long high) {
        final long newLow = buffer.getLong(offset + LOW_OFFSET) + low;
        final long carry = Long.compareUnsigned(newLow, low) < 0 ? 1 : 0;
        buffer.putLong(offset, buffer.getLong(offset) + count);
        buffer.putLong(offset + LOW_OFFSET, newLow);
        buffer.putLong(offset + HIGH_OFFSET, buffer.getLong(offset + HIGH_OFFSET) + high + carry);
    }

    static long count(final MutableDirectBuffer buffer, final int offset) {
        return buffer.getLong(offset);
    }

    static BigInteger sum(final MutableDirectBuffer buffer, final int offset) {
        final long low = buffer.getLong(offset + LOW_OFFSET);
        final long high = buffer.getLong(offset + HIGH_OFFSET);
        return high == low >> (Long.SIZE - 1)
                ? BigInteger.valueOf(low)
                : BigInteger.valueOf(high).shiftLeft(Long.SIZE).or(unsigned(low));
    }

    private static BigInteger unsigned(final long number) {
        final BigInteger signed = BigInteger.valueOf(number);
        return number < 0 ? signed.add(BigInteger.ONE.shiftLeft(Long.SIZE)) : signed;
    }

    /** The whole number next to the quotient; of two that are as near, the larger one. */
    static BigInteger average(final BigInteger sum, final long count) {
        final BigInteger divisor = BigInteger.valueOf(count).shiftLeft(1);
        final BigInteger[] parts =
                sum.shiftLeft(1).add(BigInteger.valueOf(count)).divideAndRemainder(divisor);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }
}
