package io.millrace.operators.join;

import io.millrace.operators.codec.Loan;

/** Test mode: what a join has found, lent for one call; it can not be used after it. */
final class LentJoined<L, R> extends Joined<L, R> {
    private final Loan loan;

    LentJoined(final Loan loan, final Joined<L, R> shown) {
        super(shown);
        this.loan = loan;
    }

    private void check() {
        loan.check("Joined");
    }

    @Override
    public boolean hasLeft() {
        check();
        return super.hasLeft();
    }

    @Override
    public L left() {
        check();
        return super.left();
    }

    @Override
    public long leftTimeNs() {
        check();
        return super.leftTimeNs();
    }

    @Override
    public boolean hasRight() {
        check();
        return super.hasRight();
    }

    @Override
    public R right() {
        check();
        return super.right();
    }

    @Override
    public long rightTimeNs() {
        check();
        return super.rightTimeNs();
    }

    @Override
    public String toString() {
        check();
        return super.toString();
    }
}
