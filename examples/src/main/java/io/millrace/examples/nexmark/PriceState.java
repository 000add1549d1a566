package io.millrace.examples.nexmark;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.state.StateFlyweight;
import java.math.BigInteger;
import org.agrona.MutableDirectBuffer;

/**
 * Count, sum and extremes of prices, and which of them came first and last by event time and then by number.
 *
 * <pre>
 *   0 count and sum, see {@link WideSum} | 24 min | 32 max
 *  40 first price | 48 its ts | 56 its seq | 64 last price | 72 its ts | 80 its seq
 * </pre>
 */
final class PriceState implements StateFlyweight {
    private static final int MIN_OFFSET = WideSum.LENGTH;
    private static final int MAX_OFFSET = MIN_OFFSET + Long.BYTES;
    private static final int FIRST_OFFSET = MAX_OFFSET + Long.BYTES;
    private static final int LAST_OFFSET = FIRST_OFFSET + 3 * Long.BYTES;
    private static final int LENGTH = LAST_OFFSET + 3 * Long.BYTES;

    private MutableDirectBuffer buffer;
    private int offset;

    /** All of it, for windows of any kind. */
    static Aggregation<Event, PriceState, PriceState> aggregation() {
        return Aggregation.<Event, PriceState>flyweight(PriceState::new, PriceState::add)
                .combineAlways(PriceState::combine)
                .named("prices");
    }

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    private void add(final Event bid) {
        final long price = bid.price();
        final boolean isFirst = count() == 0;
        putExtremes(isFirst ? price : Math.min(min(), price), isFirst ? price : Math.max(max(), price));
        if (isFirst || isBefore(bid.ts(), bid.seq(), FIRST_OFFSET)) {
            putTimed(FIRST_OFFSET, price, bid.ts(), bid.seq());
        }
        if (isFirst || !isBefore(bid.ts(), bid.seq(), LAST_OFFSET)) {
            putTimed(LAST_OFFSET, price, bid.ts(), bid.seq());
        }
        WideSum.add(buffer, offset, price);
    }

    private void combine(final PriceState other) {
        if (other.count() == 0) {
            return;
        }
        final boolean isEmpty = count() == 0;
        putExtremes(
                isEmpty ? other.min() : Math.min(min(), other.min()),
                isEmpty ? other.max() : Math.max(max(), other.max()));
        if (isEmpty || isBefore(other.at(FIRST_OFFSET + 8), other.at(FIRST_OFFSET + 16), FIRST_OFFSET)) {
            putTimed(FIRST_OFFSET, other.at(FIRST_OFFSET), other.at(FIRST_OFFSET + 8), other.at(FIRST_OFFSET + 16));
        }
        if (isEmpty || !isBefore(other.at(LAST_OFFSET + 8), other.at(LAST_OFFSET + 16), LAST_OFFSET)) {
            putTimed(LAST_OFFSET, other.at(LAST_OFFSET), other.at(LAST_OFFSET + 8), other.at(LAST_OFFSET + 16));
        }
        WideSum.combine(buffer, offset, other.buffer, other.offset);
    }

    private boolean isBefore(final long ts, final long seq, final int place) {
        final long placeTs = at(place + Long.BYTES);
        return ts < placeTs || ts == placeTs && seq < at(place + 2 * Long.BYTES);
    }

    private void putExtremes(final long min, final long max) {
        buffer.putLong(offset + MIN_OFFSET, min);
        buffer.putLong(offset + MAX_OFFSET, max);
    }

    private void putTimed(final int place, final long price, final long ts, final long seq) {
        buffer.putLong(offset + place, price);
        buffer.putLong(offset + place + Long.BYTES, ts);
        buffer.putLong(offset + place + 2 * Long.BYTES, seq);
    }

    private long at(final int place) {
        return buffer.getLong(offset + place);
    }

    long count() {
        return WideSum.count(buffer, offset);
    }

    BigInteger sum() {
        return WideSum.sum(buffer, offset);
    }

    long min() {
        return at(MIN_OFFSET);
    }

    long max() {
        return at(MAX_OFFSET);
    }

    /** Price of the earliest bid. */
    long open() {
        return at(FIRST_OFFSET);
    }

    /** Price of the latest bid. */
    long close() {
        return at(LAST_OFFSET);
    }
}
