package io.millrace.operators.pattern;

import io.millrace.operators.codec.Loan;
import java.util.List;

/** Test mode: what a sequence has found, lent for one call; it can not be used after it. */
final class LentMatch<V> extends Match<V> {
    private final Loan loan;

    LentMatch(final Loan loan, final Match<V> shown) {
        super(shown);
        this.loan = loan;
    }

    private void check() {
        loan.check("Match");
    }

    @Override
    public int count(final String step) {
        check();
        return super.count(step);
    }

    @Override
    public V first(final String step) {
        check();
        return super.first(step);
    }

    @Override
    public V last(final String step) {
        check();
        return super.last(step);
    }

    @Override
    public List<V> values(final String step) {
        check();
        return super.values(step);
    }

    @Override
    public long firstTimeNs() {
        check();
        return super.firstTimeNs();
    }

    @Override
    public long lastTimeNs() {
        check();
        return super.lastTimeNs();
    }

    @Override
    public String toString() {
        check();
        return super.toString();
    }
}
