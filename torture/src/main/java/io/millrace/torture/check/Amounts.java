package io.millrace.torture.check;

/** Number, sum, least and greatest of some numbers. */
final class Amounts {
    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    void add(final long amount) {
        count++;
        sum += amount;
        min = Math.min(min, amount);
        max = Math.max(max, amount);
    }

    /** The result of a window. */
    OutputRecord result(final byte[] key, final long startNs, final long endNs) {
        return OutputRecord.data(endNs - 1, key, OutputRecord.longs(startNs, endNs, count, sum, min, max));
    }
}
