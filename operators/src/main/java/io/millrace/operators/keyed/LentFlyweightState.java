package io.millrace.operators.keyed;

import io.millrace.operators.codec.Lender;
import io.millrace.operators.codec.Loan;
import io.millrace.operators.state.StateFlyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Test mode: a cell that lends views of their own, until the call ends or the cell is cleared. */
final class LentFlyweightState<S extends StateFlyweight> extends FlyweightState<S> {
    private final Lender lender;
    private final Supplier<S> factory;
    private final List<Loan> open = new ArrayList<>();

    LentFlyweightState(final FlyweightState<S> cell, final Supplier<S> factory, final Lender lender) {
        super(cell);
        this.factory = factory;
        this.lender = lender;
    }

    @Override
    public S view() {
        final Loan loan = new Loan();
        open.add(loan);
        return lent(loan, factory);
    }

    @Override
    public void clear() {
        super.clear();
        end();
    }

    void end() {
        open.forEach(lender::end);
        open.clear();
    }
}
