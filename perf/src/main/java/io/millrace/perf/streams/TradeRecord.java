package io.millrace.perf.streams;

/**
 * A trade as one writes it who does not care for flyweights.
 *
 * @param instrumentId any 64 bits.
 * @param price        greater than 0.
 * @param quantity     greater than 0.
 */
public record TradeRecord(long instrumentId, long price, long quantity) {}
