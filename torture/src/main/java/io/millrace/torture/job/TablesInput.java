package io.millrace.torture.job;

import io.millrace.log.record.RecordKind;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** Values of accounts, and deletes of them, for the three tables of {@link TopologyName#TABLES}. */
final class TablesInput implements Input {
    private static final int TIMED = 1;
    private static final int LEASED = 2;
    private static final int TOPICS = 3;
    private static final int ONE_IN_DELETES = 5;
    private static final int FEW_VALUES = 3;
    // So that many have the same.
    private static final long TIME_UNIT_NS = 100_000_000;

    private final AmountInput amounts;

    TablesInput(final AmountInput amounts) {
        this.amounts = amounts;
    }

    @Override
    public void moveTo(final long number) {
        amounts.moveTo(number);
    }

    @Override
    public int topic() {
        return (int) (amounts.number() % TOPICS);
    }

    @Override
    public byte kind() {
        return amounts.amount() % ONE_IN_DELETES == 0 ? RecordKind.TOMBSTONE : RecordKind.DATA;
    }

    @Override
    public int partition() {
        return amounts.partition();
    }

    @Override
    public long eventTimeNs() {
        final long timeNs = amounts.eventTimeNs();
        return topic() == TIMED ? timeNs - timeNs % TIME_UNIT_NS : timeNs;
    }

    @Override
    public int writeKey(final MutableDirectBuffer buffer) {
        return amounts.writeKey(buffer);
    }

    @Override
    public int writeValue(final MutableDirectBuffer buffer) {
        if (kind() == RecordKind.TOMBSTONE) {
            return 0;
        }
        final boolean isLeased = topic() == LEASED;
        buffer.putLong(0, isLeased ? 0 : amounts.number(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(
                Long.BYTES, isLeased ? amounts.amount() % FEW_VALUES : amounts.amount(), ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(2 * Long.BYTES, amounts.account(), ByteOrder.LITTLE_ENDIAN);
        return 3 * Long.BYTES;
    }
}
