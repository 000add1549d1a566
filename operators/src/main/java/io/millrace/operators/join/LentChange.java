package io.millrace.operators.join;

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

    @Override
    public boolean hasBefore() {
        check();
        return super.hasBefore();
    }

    @Override
    public V before() {
        check();
        return super.before();
    }

    @Override
    public boolean isDelete() {
        check();
        return super.isDelete();
    }

    @Override
    public V after() {
        check();
        return super.after();
    }

    @Override
    public String toString() {
        check();
        return super.toString();
    }
}
