package io.millrace.operators.window;

import io.millrace.operators.codec.Loan;
import org.agrona.DirectBuffer;

/**
 * Test mode: a result that was lent for one call, and can not be used after it.
 */
final class LentWindowed<K, R> extends Windowed<K, R> {
    private final Loan loan;

    LentWindowed(final Loan loan, final Windowed<K, R> shown) {
        super(loan, shown);
        this.loan = loan;
    }

    private void check() {
        loan.check("Windowed");
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
    public long startNs() {
        check();
        return super.startNs();
    }

    @Override
    public long endNs() {
        check();
        return super.endNs();
    }

    @Override
    public boolean isFinal() {
        check();
        return super.isFinal();
    }

    @Override
    public R value() {
        check();
        return super.value();
    }

    @Override
    public String toString() {
        check();
        return super.toString();
    }
}
