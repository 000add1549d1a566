package io.millrace.operators.state;

import io.millrace.operators.codec.Loan;
import java.util.function.Supplier;
import org.agrona.MutableDirectBuffer;

/**
 * Test mode: makes views of states that can not be used after the call that they were lent for. Production moves one view from
 * entry to entry; here each call is lent a new one, over a buffer that stops answering.
 */
public final class LentState {
    private LentState() {}

    /**
     * Makes a view of an entry.
     *
     * @param loan    asked at each use.
     * @param factory makes a view.
     * @param buffer  that holds the entry, and is written through the view.
     * @param offset  at which it begins.
     * @param <S>     type of the view.
     * @return a view of its own.
     */
    public static <S extends StateFlyweight> S over(
            final Loan loan, final Supplier<S> factory, final MutableDirectBuffer buffer, final int offset) {
        final S view = factory.get();
        view.wrap(loan.lendMutable(buffer, view.getClass().getSimpleName()), offset);
        return view;
    }
}
