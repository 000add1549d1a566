package io.millrace.perf.kafka.streams;

import io.millrace.perf.compare.stream.StreamWorkload;

/**
 * A trade without its instrument, which is the key of its record.
 *
 * @param price    of what was traded.
 * @param quantity how many.
 */
record Trade(long price, long quantity) {
    boolean isLarge() {
        return quantity > StreamWorkload.MIN_QUANTITY;
    }
}
