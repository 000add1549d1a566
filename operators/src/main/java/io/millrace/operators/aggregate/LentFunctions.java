package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Lender;
import io.millrace.operators.codec.Loan;
import io.millrace.operators.state.StateFlyweight;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Test mode for the functions of an aggregation: each call is given views of its own, which end with the call. */
final class LentFunctions<V, S extends StateFlyweight, R> {
    private final Lender lender;
    private final Supplier<S> factory;

    LentFunctions(final Lender lender, final Supplier<S> factory) {
        this.lender = lender;
        this.factory = factory;
    }

    BiConsumer<StateSlot, V> add(final BiConsumer<? super S, ? super V> add) {
        return (state, value) -> {
            final Loan loan = new Loan();
            try {
                add.accept(state.lend(loan, factory), value);
            } finally {
                lender.end(loan);
            }
        };
    }

    BiConsumer<StateSlot, StateSlot> combine(final BiConsumer<? super S, ? super S> combine) {
        return (state, other) -> {
            final Loan loan = new Loan();
            try {
                combine.accept(state.lend(loan, factory), other.lend(loan, factory));
            } finally {
                lender.end(loan);
            }
        };
    }

    // The result may be the view itself, which holds until the operator has handed it on.
    Function<StateSlot, R> result(final Function<? super S, ? extends R> result) {
        return state -> {
            final Loan loan = lender.lendResult();
            boolean isMade = false;
            try {
                final R made = result.apply(state.lend(loan, factory));
                isMade = true;
                return made;
            } finally {
                if (!isMade) {
                    lender.endResult();
                }
            }
        };
    }
}
