package io.millrace.operators.codec;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The bytes of one lent value, behind a buffer that answers until they are taken back. */
final class GuardedBytes {
    private static final byte POISON = (byte) 0xDD;

    private final byte[] bytes;
    private final Loan loan;
    private final LentBuffer buffer;

    GuardedBytes(final DirectBuffer source, final int offset, final int length, final Loan loan) {
        this.loan = loan;
        bytes = new byte[length];
        source.getBytes(offset, bytes);
        buffer = new LentBuffer(loan, new UnsafeBuffer(bytes), "value");
    }

    DirectBuffer guardedBuffer() {
        return buffer.proxy(WholeMessage.class);
    }

    void lendAs(final String type) {
        buffer.lendAs(type);
    }

    /** Takes them back; the lender is named in errors. */
    void release(final String lender) {
        Arrays.fill(bytes, POISON);
        loan.end(lender);
    }
}
