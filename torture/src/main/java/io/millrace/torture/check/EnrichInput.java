package io.millrace.torture.check;

/** Orders and rates: of the generated input each third record is a rate, of which one in five is a delete. */
final class EnrichInput implements Input {
    static final int RATES = 1;

    private static final int ONE_IN_RATES = 3;
    private static final long DELETED = 5;

    private final InputFormula formula;

    EnrichInput(final long seed, final int partitions) {
        formula = new InputFormula(seed, partitions);
    }

    @Override
    public int topic(final long index) {
        return index % ONE_IN_RATES == 0 ? RATES : 0;
    }

    @Override
    public int partition(final OutputRecord record) {
        return formula.partition(record);
    }

    @Override
    public OutputRecord record(final long index) {
        final OutputRecord made = formula.record(index);
        return topic(index) == RATES && OutputRecord.longAt(made.value(), 1) % DELETED == 0
                ? OutputRecord.delete(made.eventTimeNs(), made.key())
                : made;
    }
}
