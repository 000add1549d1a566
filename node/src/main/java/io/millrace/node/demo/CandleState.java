package io.millrace.node.demo;

import io.millrace.node.demo.codec.TradeDecoder;
import io.millrace.operators.state.StateFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * A candle while its window is open: prices and quantities as scaled integers of eight decimals, and the exact sum of
 * price times quantity in 128 bits, so that the average is rounded once, at the end.
 *
 * <pre>
 *  0 count | 8 open | 16 high | 24 low | 32 close | 40 volume | 48 sum of price * quantity, high word | 56 low word
 * </pre>
 */
public final class CandleState implements StateFlyweight {
    /** Size of the state in bytes. */
    public static final int LENGTH = 64;

    private static final int COUNT_OFFSET = 0;
    private static final int OPEN_OFFSET = 8;
    private static final int HIGH_OFFSET = 16;
    private static final int LOW_OFFSET = 24;
    private static final int CLOSE_OFFSET = 32;
    private static final int VOLUME_OFFSET = 40;
    private static final int TURNOVER_HIGH_OFFSET = 48;
    private static final int TURNOVER_LOW_OFFSET = 56;

    private MutableDirectBuffer buffer;
    private int offset;

    /** Creates a view that stands on no candle. */
    public CandleState() {}

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    /**
     * Takes a trade in.
     *
     * @param trade to take.
     */
    public void add(final TradeDecoder trade) {
        add(trade.price().mantissa(), trade.quantity().mantissa());
    }

    /**
     * Takes a trade in.
     *
     * @param price    in units of 10^-8, above 0.
     * @param quantity in units of 10^-8, above 0.
     * @throws IllegalArgumentException if price or quantity is not above 0.
     * @throws ArithmeticException      if the volume leaves 64 bits; the candle is as it was then.
     */
    public void add(final long price, final long quantity) {
        if (price <= 0 || quantity <= 0) {
            throw new IllegalArgumentException(
                    "price and quantity must be above 0: price=" + price + "e-8 quantity=" + quantity + "e-8");
        }
        final long newVolume = Math.addExact(volume(), quantity);
        final boolean isFirst = count() == 0;
        put(OPEN_OFFSET, isFirst ? price : open());
        put(HIGH_OFFSET, isFirst ? price : Math.max(high(), price));
        put(LOW_OFFSET, isFirst ? price : Math.min(low(), price));
        put(CLOSE_OFFSET, price);
        put(VOLUME_OFFSET, newVolume);
        addTurnover(Math.multiplyHigh(price, quantity), price * quantity);
        put(COUNT_OFFSET, count() + 1);
    }

    private void addTurnover(final long high, final long low) {
        final long newLow = get(TURNOVER_LOW_OFFSET) + low;
        final long carry = Long.compareUnsigned(newLow, low) < 0 ? 1 : 0;
        put(TURNOVER_LOW_OFFSET, newLow);
        put(TURNOVER_HIGH_OFFSET, get(TURNOVER_HIGH_OFFSET) + high + carry);
    }

    /**
     * Number of trades.
     *
     * @return at least 1 once a trade was taken in.
     */
    public long count() {
        return get(COUNT_OFFSET);
    }

    /**
     * Price of the first trade, in the order of the log.
     *
     * @return in units of 10^-8.
     */
    public long open() {
        return get(OPEN_OFFSET);
    }

    /**
     * Highest price.
     *
     * @return in units of 10^-8.
     */
    public long high() {
        return get(HIGH_OFFSET);
    }

    /**
     * Lowest price.
     *
     * @return in units of 10^-8.
     */
    public long low() {
        return get(LOW_OFFSET);
    }

    /**
     * Price of the last trade, in the order of the log.
     *
     * @return in units of 10^-8.
     */
    public long close() {
        return get(CLOSE_OFFSET);
    }

    /**
     * Sum of the quantities.
     *
     * @return in units of 10^-8.
     */
    public long volume() {
        return get(VOLUME_OFFSET);
    }

    /**
     * Volume-weighted average price: the sum of price times quantity over the volume, rounded half up.
     *
     * @return in units of 10^-8.
     */
    public long vwap() {
        return divideHalfUp(get(TURNOVER_HIGH_OFFSET), get(TURNOVER_LOW_OFFSET), volume());
    }

    /**
     * Divides an unsigned 128-bit number by shifting and subtracting, one bit of the quotient after the other.
     *
     * @param high    word of the dividend, below the divisor, so that the quotient fits in 64 bits.
     * @param low     word of the dividend.
     * @param divisor above 0.
     * @return the quotient, rounded half up.
     */
    static long divideHalfUp(final long high, final long low, final long divisor) {
        long remainder = high;
        long quotient = low;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            // The remainder is below the divisor, which is below 2^63, so doubling it stays within 64 unsigned bits.
            remainder = remainder << 1 | quotient >>> (Long.SIZE - 1);
            quotient <<= 1;
            if (Long.compareUnsigned(remainder, divisor) >= 0) {
                remainder -= divisor;
                quotient++;
            }
        }
        return Long.compareUnsigned(remainder << 1, divisor) >= 0 ? quotient + 1 : quotient;
    }

    private long get(final int fieldOffset) {
        return buffer.getLong(offset + fieldOffset);
    }

    private void put(final int fieldOffset, final long value) {
        buffer.putLong(offset + fieldOffset, value);
    }
}
