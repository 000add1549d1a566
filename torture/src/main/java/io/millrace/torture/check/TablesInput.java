package io.millrace.torture.check;

/** What is fed into the three tables: the generated input dealt out in turn, each value with its account, one in five a delete. */
final class TablesInput implements Input {
    private static final int TOPICS = 3;
    private static final int TIMED = 1;
    private static final int LEASED = 2;
    private static final long DELETED = 5;
    private static final long TIMED_UNIT_NS = 100 * InputFormula.MS;

    private final InputFormula formula;

    TablesInput(final long seed, final int partitions) {
        formula = new InputFormula(seed, partitions);
    }

    @Override
    public int topic(final long index) {
        return (int) (index % TOPICS);
    }

    @Override
    public int partition(final OutputRecord record) {
        return formula.partition(record);
    }

    @Override
    public OutputRecord record(final long index) {
        final OutputRecord made = formula.record(index);
        final long timeNs = topic(index) == TIMED
                ? Math.floorDiv(made.eventTimeNs(), TIMED_UNIT_NS) * TIMED_UNIT_NS
                : made.eventTimeNs();
        final long amount = OutputRecord.longAt(made.value(), 1);
        if (amount % DELETED == 0) {
            return OutputRecord.delete(timeNs, made.key());
        }
        final long account = OutputRecord.longAt(made.key(), 0);
        final byte[] value = topic(index) == LEASED
                ? OutputRecord.longs(0, amount % 3, account)
                : OutputRecord.longs(index, amount, account);
        return OutputRecord.data(timeNs, made.key(), value);
    }
}
