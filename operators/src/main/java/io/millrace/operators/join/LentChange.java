package io.millrace.operators.join;

import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.Loan;

/** Test mode: a change of a table, lent for one call; it can not be used after it. */
final class LentChange<V> extends Change<V> {
    private final Loan loan;

    LentChange(final Loan loan, final Change<V> shown) {
        super(shown);
        this.loan = loan;
    }

    private void check() {
        loan.check("Change");
    }

    // A value may be a view that is moved as well, as what a join of tables has found.
    @SuppressWarnings("unchecked") // What is lent in the place of a view has its type.
    private V lent(final V value) {
        return value instanceof Lendable view ? (V) view.lent(loan) : value;
    }

    @Override
    public boolean hasBefore() {
        check();
        return super.hasBefore();
    }

    @Override
    public V before() {
        check();
        return lent(super.before());
    }

    @Override
    public boolean isDelete() {
        check();
        return super.isDelete();
    }

    @Override
    public V after() {
        check();
        return lent(super.after());
    }

    @Override
    public String toString() {
        check();
        return super.toString();
    }
}
