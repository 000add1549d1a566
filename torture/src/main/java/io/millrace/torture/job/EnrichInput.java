package io.millrace.torture.job;

import io.millrace.log.record.RecordKind;
import org.agrona.MutableDirectBuffer;

/** Orders of accounts, and every third time a rate of an account or its delete, for {@link TopologyName#ENRICH}. */
final class EnrichInput implements Input {
    private static final int ORDERS = 0;
    private static final int RATES = 1;
    private static final int ONE_IN_RATES = 3;
    private static final int ONE_IN_DELETES = 5;

    private final AmountInput amounts;

    EnrichInput(final AmountInput amounts) {
        this.amounts = amounts;
    }

    @Override
    public void moveTo(final long number) {
        amounts.moveTo(number);
    }

    @Override
    public int topic() {
        return amounts.number() % ONE_IN_RATES == 0 ? RATES : ORDERS;
    }

    @Override
    public byte kind() {
        return topic() == RATES && amounts.amount() % ONE_IN_DELETES == 0 ? RecordKind.TOMBSTONE : RecordKind.DATA;
    }

    @Override
    public int partition() {
        return amounts.partition();
    }

    @Override
    public long eventTimeNs() {
        return amounts.eventTimeNs();
    }

    @Override
    public int writeKey(final MutableDirectBuffer buffer) {
        return amounts.writeKey(buffer);
    }

    @Override
    public int writeValue(final MutableDirectBuffer buffer) {
        return kind() == RecordKind.TOMBSTONE ? 0 : amounts.writeValue(buffer);
    }
}
