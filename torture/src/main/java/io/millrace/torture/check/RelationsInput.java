package io.millrace.torture.check;

/** Recorded trades dealt out in turn into rows of three tables; some of them, by their ids, delete the row instead. */
final class RelationsInput implements Input {
    static final int TRADES = 0;
    static final int OTHERS = 1;
    static final int BOARDS = 2;

    private static final int TOPICS = 3;
    private static final long SLOTS = 24;
    private static final int ID = 1;
    private static final byte FIRST_OF_BTC = 'B';

    private final TradeInput trades;
    private final int partitions;

    RelationsInput(final TradeInput trades, final int partitions) {
        this.trades = trades;
        this.partitions = partitions;
    }

    /** The board of a trade, which is written at the beginning of a value. */
    static long board(final byte[] value) {
        return OutputRecord.longAt(value, ID) / SLOTS % 6 * 2 + (value[0] == FIRST_OF_BTC ? 0 : 1);
    }

    @Override
    public int topic(final long index) {
        return (int) (index % TOPICS);
    }

    @Override
    public int partition(final OutputRecord record) {
        return (int) (OutputRecord.longAt(record.key(), 0) % partitions);
    }

    @Override
    public OutputRecord record(final long index) {
        final OutputRecord trade = trades.trade(index);
        final long id = OutputRecord.longAt(trade.value(), ID);
        final boolean isDelete;
        switch (topic(index)) {
            case TRADES -> isDelete = id % 7 == 0;
            case OTHERS -> isDelete = id % 5 == 0;
            default -> isDelete = id % 4 == 0;
        }
        final byte[] key = OutputRecord.longs(topic(index) == BOARDS ? board(trade.value()) : id % SLOTS);
        return isDelete
                ? OutputRecord.delete(trade.eventTimeNs(), key)
                : OutputRecord.data(trade.eventTimeNs(), key, trade.value());
    }
}
