package io.millrace.torture.job;

import io.millrace.log.record.RecordKind;
import org.agrona.MutableDirectBuffer;

/** The records of the input by their number, as the module's page defines them. One thread. */
interface Input {
    /** Room that any key or value fits in, in bytes. */
    int MAX_LENGTH = 64;

    /** Moves to a record. */
    void moveTo(long number);

    /** Index of the topic that the record belongs to, of those of {@link TopologyName#inputs()}. */
    default int topic() {
        return 0;
    }

    /** Kind of the record: a value or a delete. */
    default byte kind() {
        return RecordKind.DATA;
    }

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
        final AmountInput amounts = new AmountInput(seed, partitions);
        return switch (topology) {
            case TRADES -> new TradeInput();
            case TABLES -> new TablesInput(amounts);
            case ENRICH -> new EnrichInput(amounts);
            case RELATIONS -> new RelationsInput(partitions);
            default -> amounts;
        };
    }
}
