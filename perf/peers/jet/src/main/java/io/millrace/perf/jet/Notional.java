package io.millrace.perf.jet;

import java.io.Serializable;

/**
 * What a trade or a pair was worth.
 *
 * @param instrumentId what was traded.
 * @param notional     price times quantity, or price times price.
 */
public record Notional(long instrumentId, long notional) implements Serializable {}
