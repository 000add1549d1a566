package io.millrace.operators.codec;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Test mode: the time for which something is lent. What was lent asks the loan at every use, and throws once it is over.
 */
public final class Loan {
    // Null as long as the loan holds.
    private String lender;

    /** Begins a loan. */
    public Loan() {}

    /**
     * Ends it. May be called twice; the first one counts.
     *
     * @param endedBy names who lent it in errors, such as {@code operator=prices}.
     */
    public void end(final String endedBy) {
        if (lender == null) {
            lender = endedBy;
        }
    }

    /**
     * Says whether it is over.
     *
     * @return true once it was ended.
     */
    public boolean isOver() {
        return lender != null;
    }

    /**
     * Checks that it holds.
     *
     * @param type of what is used, for the error.
     * @throws IllegalStateException if it is over; names the type and who lent it.
     */
    public void check(final String type) {
        if (lender != null) {
            throw new IllegalStateException(describe(type));
        }
    }

    String describe(final String type) {
        return lender == null
                ? "bytes of a borrowed " + type
                : "a borrowed " + type + " of " + lender + " was used after its call had ended; copy what you keep";
    }

    /**
     * Lends a buffer to read.
     *
     * @param buffer to lend.
     * @param type   of the view that it is lent to, for the error.
     * @return a buffer that reads the given one until the loan is over, and throws from then on.
     */
    public DirectBuffer lend(final DirectBuffer buffer, final String type) {
        return new LentBuffer(this, buffer, type).proxy(DirectBuffer.class);
    }

    /**
     * Lends a buffer to read and write.
     *
     * @param buffer to lend.
     * @param type   of the view that it is lent to, for the error.
     * @return a buffer that reads and writes the given one until the loan is over, and throws from then on.
     */
    public MutableDirectBuffer lendMutable(final MutableDirectBuffer buffer, final String type) {
        return (MutableDirectBuffer) new LentBuffer(this, buffer, type).proxy(MutableDirectBuffer.class);
    }
}
