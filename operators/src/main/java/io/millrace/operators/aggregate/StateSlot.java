package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Loan;
import io.millrace.operators.state.LentState;
import io.millrace.operators.state.StateFlyweight;
import java.util.function.Supplier;
import org.agrona.MutableDirectBuffer;

/** Test mode: knows where a state is, for views that are lent to be made there. */
final class StateSlot implements StateFlyweight {
    private final int length;
    private MutableDirectBuffer buffer;
    private int offset;

    StateSlot(final int length) {
        this.length = length;
    }

    @Override
    public int encodedLength() {
        return length;
    }

    @Override
    public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
        buffer = newBuffer;
        offset = newOffset;
    }

    <S extends StateFlyweight> S lend(final Loan loan, final Supplier<S> factory) {
        return LentState.over(loan, factory, buffer, offset);
    }
}
