package io.millrace.operators.aggregate;

import io.millrace.operators.state.StateCopy;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** A value on the heap, which is immutable and so its own copy. */
final class ValueCopy<A> implements StateCopy {
    private final A value;
    private final BinaryOperator<A> combine;
    private final Function<? super A, ?> result;

    ValueCopy(final A value, final BinaryOperator<A> combine, final Function<? super A, ?> result) {
        this.value = value;
        this.combine = combine;
        this.result = result;
    }

    @Override
    public Object result() {
        return result.apply(value);
    }

    @Override
    @SuppressWarnings("unchecked") // Of the same aggregation, by contract.
    public StateCopy combine(final StateCopy later) {
        if (combine == null) {
            throw new UnsupportedOperationException("the aggregation cannot combine two values");
        }
        return new ValueCopy<>(combine.apply(value, ((ValueCopy<A>) later).value), combine, result);
    }
}
