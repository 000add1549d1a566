package io.millrace.operators.aggregate;

import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.LentList;
import io.millrace.operators.codec.Loan;
import java.util.AbstractList;
import java.util.RandomAccess;

/** Shows the values with the largest scores as a list that nobody changes. */
final class TopValues<V> extends AbstractList<V> implements RandomAccess, Lendable {
    private final V[] values;

    TopValues(final V[] values) {
        this.values = values;
    }

    @Override
    public V get(final int index) {
        return values[index];
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public Object lent(final Loan loan) {
        return new LentList<>(loan, this);
    }
}
