package io.millrace.operators.aggregate;

/** Adds numbers of 64 bits and says what to do where that is not enough. */
final class ExactSum {
    private ExactSum() {}

    static long add(final String aggregate, final long sum, final long number) {
        final long result = sum + number;
        // Two numbers of one sign made one of the other.
        if (((sum ^ result) & (number ^ result)) < 0) {
            throw overflow(aggregate, sum, number);
        }
        return result;
    }

    static long subtract(final String aggregate, final long sum, final long number) {
        final long result = sum - number;
        // Numbers of two signs made one of the other.
        if (((sum ^ number) & (sum ^ result)) < 0) {
            throw overflow(aggregate, sum, number);
        }
        return result;
    }

    private static ArithmeticException overflow(final String aggregate, final long sum, final long number) {
        return new ArithmeticException("the sum leaves 64 bits: aggregate=" + aggregate + " sum=" + sum + " number="
                + number + "; add up a coarser unit, or keep a wider sum with aggregate(…)");
    }
}
