package io.millrace.torture.job;

import org.agrona.MutableDirectBuffer;

/** The records of the input by their number, as the module's page defines them. One thread. */
interface Input {
    /** Room that any key or value fits in, in bytes. */
    int MAX_LENGTH = 64;

    /** Moves to a record. */
    void moveTo(long number);

    /** Number of the partition that the record belongs to. */
    int partition();

    /** Event time in ns since the epoch. */
    long eventTimeNs();

    /** Writes the key to the beginning of a buffer and gives its length in bytes. */
    int writeKey(MutableDirectBuffer buffer);

    /** Writes the value to the beginning of a buffer and gives its length in bytes. */
    int writeValue(MutableDirectBuffer buffer);

    /** The input of a topology. */
    static Input of(final TopologyName topology, final long seed, final int partitions) {
        return topology == TopologyName.TRADES ? new TradeInput() : new AmountInput(seed, partitions);
    }
}
