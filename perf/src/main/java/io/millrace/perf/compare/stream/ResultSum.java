package io.millrace.perf.compare.stream;

/**
 * Counts results and adds up a hash of each, so that two sets of results can be compared whatever their order: a result that is
 * lost, doubled or altered changes the sum. One thread at a time.
 */
public final class ResultSum {
    private long count;
    private long checksum;

    /** Creates one of no results. */
    public ResultSum() {}

    /**
     * Adds a result of {@link StreamWorkload#FILTER_MAP} or {@link StreamWorkload#JOIN}.
     *
     * @param instrumentId of the trades.
     * @param notional     price times quantity, or price times price in a pair.
     */
    public void add(final long instrumentId, final long notional) {
        count++;
        checksum += mix(mix(instrumentId) + notional);
    }

    /**
     * Adds the result of an instrument in a window.
     *
     * @param instrumentId of the trades.
     * @param windowEndNs  first ns after the window, since the epoch.
     * @param trades       their number.
     * @param quantity     sum of their quantities.
     * @param vwap         sum of price times quantity, divided by the quantity and rounded down.
     */
    public void add(
            final long instrumentId, final long windowEndNs, final long trades, final long quantity, final long vwap) {
        count++;
        checksum += mix(mix(mix(mix(mix(instrumentId) + windowEndNs) + trades) + quantity) + vwap);
    }

    /**
     * Adds all results of another sum.
     *
     * @param other stays as it is.
     */
    public void add(final ResultSum other) {
        count += other.count;
        checksum += other.checksum;
    }

    /**
     * Results so far.
     *
     * @return their number.
     */
    public long count() {
        return count;
    }

    /**
     * The sum of their hashes.
     *
     * @return any 64 bits.
     */
    public long checksum() {
        return checksum;
    }

    /** The mixer of SplitMix64, behind a constant so that 0 does not stay 0. */
    private static long mix(final long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
