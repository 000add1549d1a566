package io.millrace.torture.job;

import io.millrace.log.record.RecordKind;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** Recorded trades in the rows of three tables, and deletes of rows, for {@link TopologyName#RELATIONS}. */
final class RelationsInput implements Input {
    private static final int BOARDS = 2;
    private static final int TOPICS = 3;
    private static final int SLOTS = 24;
    private static final int BOARDS_OF_A_SYMBOL = 6;
    private static final int SYMBOLS = 2;
    // Of the trades of each topic, one in so many deletes.
    private static final int[] ONE_IN_DELETES = {7, 5, 4};

    private final TradeInput trades = new TradeInput();
    private final int partitions;
    private int topic;

    RelationsInput(final int partitions) {
        this.partitions = partitions;
    }

    /** The foreign key of a trade. */
    static long board(final Trade trade) {
        return trade.id() / SLOTS % BOARDS_OF_A_SYMBOL * SYMBOLS
                + (trade.symbol().startsWith("BTC") ? 0 : 1);
    }

    @Override
    public void moveTo(final long number) {
        trades.moveToTrade(number);
        topic = (int) (number % TOPICS);
    }

    @Override
    public int topic() {
        return topic;
    }

    @Override
    public byte kind() {
        return trades.trade().id() % ONE_IN_DELETES[topic] == 0 ? RecordKind.TOMBSTONE : RecordKind.DATA;
    }

    private long key() {
        return topic == BOARDS ? board(trades.trade()) : trades.trade().id() % SLOTS;
    }

    @Override
    public int partition() {
        return (int) (key() % partitions);
    }

    @Override
    public long eventTimeNs() {
        return trades.eventTimeNs();
    }

    @Override
    public int writeKey(final MutableDirectBuffer buffer) {
        buffer.putLong(0, key(), ByteOrder.LITTLE_ENDIAN);
        return Long.BYTES;
    }

    @Override
    public int writeValue(final MutableDirectBuffer buffer) {
        return kind() == RecordKind.TOMBSTONE ? 0 : trades.writeValue(buffer);
    }
}
