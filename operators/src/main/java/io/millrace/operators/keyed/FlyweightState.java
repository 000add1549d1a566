package io.millrace.operators.keyed;

import io.millrace.operators.codec.Loan;
import io.millrace.operators.state.LentState;
import io.millrace.operators.state.StateFlyweight;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A cell of a fixed size for each key, outside the Java heap. Inside a call of the processor it stands on the key of the call.
 *
 * @param <S> type of the view.
 */
public sealed class FlyweightState<S extends StateFlyweight> permits LentFlyweightState {
    private final KeyCells cells;
    private final long bit;
    private final int offset;
    private final int length;
    private final Supplier<S> factory;
    private final S view;

    FlyweightState(final FlyweightState<S> other) {
        this(other.cells, other.bit, other.offset, other.factory, other.view);
    }

    FlyweightState(final KeyCells cells, final long bit, final int offset, final Supplier<S> factory, final S view) {
        this.cells = cells;
        this.bit = bit;
        this.offset = offset;
        this.length = view.encodedLength();
        this.factory = factory;
        this.view = view;
    }

    /**
     * Looks at the state of the key, which begins with zeros when there is none. From then on it is set.
     *
     * @return the view, on the key of this call; valid until the call ends or the cell is cleared.
     */
    public S view() {
        final long entry = cells.mark(bit);
        view.wrap(cells.buffer(entry), cells.stateOffset(entry) + offset);
        return view;
    }

    final S lent(final Loan loan, final Supplier<S> factory) {
        final long entry = cells.mark(bit);
        return LentState.over(loan, factory, cells.buffer(entry), cells.stateOffset(entry) + offset);
    }

    /**
     * Tells whether the key has this state.
     *
     * @return false before the first {@link #view()} and after {@link #clear()}.
     */
    public boolean isSet() {
        return cells.isMarked(bit);
    }

    /** Forgets the state of the key. When all cells of the key are clear, its memory is free. */
    public void clear() {
        if (cells.isMarked(bit)) {
            final long entry = cells.unmark(bit);
            cells.buffer(entry).setMemory(cells.stateOffset(entry) + offset, length, (byte) 0);
        }
    }

    /** A view on a copy of what an entry holds; null if this cell is not set there. */
    S copyOf(final long entry) {
        if (!cells.isMarked(entry, bit)) {
            return null;
        }
        final S copy = factory.get();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        cells.buffer(entry).getBytes(cells.stateOffset(entry) + offset, bytes, 0, length);
        copy.wrap(bytes, 0);
        return copy;
    }
}
