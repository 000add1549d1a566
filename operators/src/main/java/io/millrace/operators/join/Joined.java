package io.millrace.operators.join;

import io.millrace.operators.codec.Lendable;
import io.millrace.operators.codec.Loan;

/**
 * What a join has found: a value of each side, or a value of one side that has no partner. One instance is moved from pair to
 * pair: it is valid inside the call.
 *
 * @param <L> type of the values of the left side.
 * @param <R> type of the values of the right side.
 */
public sealed class Joined<L, R> implements Lendable permits LentJoined {
    private L left;
    private long leftTimeNs;
    private R right;
    private long rightTimeNs;

    Joined() {}

    Joined(final Joined<L, R> shown) {
        wrap(shown.left, shown.leftTimeNs, shown.right, shown.rightTimeNs);
    }

    final void wrap(final L newLeft, final long newLeftTimeNs, final R newRight, final long newRightTimeNs) {
        left = newLeft;
        leftTimeNs = newLeftTimeNs;
        right = newRight;
        rightTimeNs = newRightTimeNs;
    }

    /**
     * Tells whether there is a value of the left side.
     *
     * @return false only in an outer join, for a value of the right side without a partner.
     */
    public boolean hasLeft() {
        return left != null;
    }

    /**
     * The value of the left side.
     *
     * @return the value, null where there is none, see {@link #hasLeft()}; a flyweight is valid inside the call only.
     */
    public L left() {
        return left;
    }

    /**
     * Event time of the value of the left side.
     *
     * @return ns since the epoch; means nothing where there is no value.
     */
    public long leftTimeNs() {
        return leftTimeNs;
    }

    /**
     * Tells whether there is a value of the right side.
     *
     * @return false only in a left or outer join, for a value of the left side without a partner.
     */
    public boolean hasRight() {
        return right != null;
    }

    /**
     * The value of the right side.
     *
     * @return the value, null where there is none, see {@link #hasRight()}; a flyweight is valid inside the call only.
     */
    public R right() {
        return right;
    }

    /**
     * Event time of the value of the right side.
     *
     * @return ns since the epoch; means nothing where there is no value.
     */
    public long rightTimeNs() {
        return rightTimeNs;
    }

    @Override
    public final Object lent(final Loan loan) {
        return new LentJoined<>(loan, this);
    }

    @Override
    public String toString() {
        return left + "|" + right;
    }
}
