package io.millrace.testkit;

import io.millrace.operators.state.StateFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Number, sum, smallest and largest of some values, as a person would add them up. */
record Tally(long count, long sum, long min, long max) {
    static final Tally NOTHING = new Tally(0, 0, Long.MAX_VALUE, Long.MIN_VALUE);

    static Tally of(final long value) {
        return new Tally(1, value, value, value);
    }

    static Tally read(final DirectBuffer buffer) {
        return new Tally(buffer.getLong(0), buffer.getLong(8), buffer.getLong(16), buffer.getLong(24));
    }

    Tally plus(final Tally other) {
        return new Tally(count + other.count, sum + other.sum, Math.min(min, other.min), Math.max(max, other.max));
    }

    @Override
    public String toString() {
        return count + " " + sum + " " + min + " " + max;
    }

    /** The same as state of the engine. */
    static final class State implements StateFlyweight {
        private MutableDirectBuffer buffer;
        private int offset;

        @Override
        public int encodedLength() {
            return 4 * Long.BYTES;
        }

        @Override
        public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
            buffer = newBuffer;
            offset = newOffset;
        }

        static void add(final State state, final String text) {
            state.add(Tally.of(Arrival.valueOf(text)));
        }

        static void combine(final State into, final State from) {
            if (from.tally().count > 0) {
                into.add(from.tally());
            }
        }

        // A new state is all zero, and holds no smallest value.
        private void add(final Tally tally) {
            final Tally own = tally();
            final Tally sum = own.count == 0 ? tally : own.plus(tally);
            buffer.putLong(offset, sum.count);
            buffer.putLong(offset + 8, sum.sum);
            buffer.putLong(offset + 16, sum.min);
            buffer.putLong(offset + 24, sum.max);
        }

        Tally tally() {
            return new Tally(
                    buffer.getLong(offset),
                    buffer.getLong(offset + 8),
                    buffer.getLong(offset + 16),
                    buffer.getLong(offset + 24));
        }
    }
}
