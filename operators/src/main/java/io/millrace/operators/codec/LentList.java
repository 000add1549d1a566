package io.millrace.operators.codec;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Test mode: a list that was lent for one call, and can not be used after it.
 *
 * @param <E> type of the elements, which may be kept.
 */
public final class LentList<E> extends AbstractList<E> implements RandomAccess {
    private final Loan loan;
    private final List<E> list;

    /**
     * Creates the list.
     *
     * @param loan asked at each use.
     * @param list that it shows; not copied.
     */
    public LentList(final Loan loan, final List<E> list) {
        this.loan = loan;
        this.list = list;
    }

    @Override
    public E get(final int index) {
        loan.check("List");
        return list.get(index);
    }

    @Override
    public int size() {
        loan.check("List");
        return list.size();
    }
}
