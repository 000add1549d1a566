package io.millrace.operators.keyed;

import io.millrace.operators.codec.Loan;
import org.agrona.DirectBuffer;

/**
 * Test mode: a value under its key that was lent for one call, and can not be used after it.
 */
final class LentKeyed<K, V> extends Keyed<K, V> {
    private final Loan loan;

    LentKeyed(final Loan loan, final Keyed<K, V> shown) {
        super(loan, shown);
        this.loan = loan;
    }

    private void check() {
        loan.check("Keyed");
    }

    @Override
    public K key() {
        check();
        return super.key();
    }

    @Override
    public long keyLong() {
        check();
        return super.keyLong();
    }

    @Override
    public DirectBuffer keyBuffer() {
        check();
        return super.keyBuffer();
    }

    @Override
    public int keyOffset() {
        check();
        return super.keyOffset();
    }

    @Override
    public int keyLength() {
        check();
        return super.keyLength();
    }

    @Override
    public V value() {
        check();
        return super.value();
    }

    @Override
    public String toString() {
        check();
        return super.toString();
    }
}
