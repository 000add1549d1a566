package io.millrace.perf.kafka.streams;

/**
 * A trade with something that its result carries, too.
 *
 * @param price    of what was traded.
 * @param quantity how many.
 * @param tag      when it was due, or its number.
 */
record TaggedTrade(long price, long quantity, long tag) {}
