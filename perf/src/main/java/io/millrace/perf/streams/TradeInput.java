package io.millrace.perf.streams;

/** A way to read the trades of a feed. */
interface TradeInput extends AutoCloseable {
    /** Hands out the next trades; false when there are none. */
    boolean poll(TradeHandler handler, int limit);

    /** Reads to the end, some hundred at a time, so that it is compiled as a method that is called often. */
    default void readAll(final TradeHandler handler) {
        while (poll(handler, 256)) {
            // On to the end.
        }
    }

    @Override
    void close();
}
