package io.millrace.perf.streams;

/**
 * The trades of an instrument in a window.
 *
 * @param instrumentId any 64 bits.
 * @param windowEndNs  first nanosecond after the window, since the epoch.
 * @param count        of the trades.
 * @param quantity     sum of the quantities.
 * @param vwap         sum of price times quantity, by the sum of the quantities, rounded down.
 */
public record VwapRecord(long instrumentId, long windowEndNs, long count, long quantity, long vwap) {}
