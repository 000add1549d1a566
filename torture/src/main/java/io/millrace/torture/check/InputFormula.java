package io.millrace.torture.check;

/**
 * The generated input, as the module's README describes it: record {@code i} is a function of the seed and {@code i} alone.
 */
final class InputFormula implements Input {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;

    private static final long EPOCH_NS = 1_700_000_000L * SECOND;
    private static final int ACCOUNTS = 200;

    private final long seed;
    private final int partitions;

    InputFormula(final long seed, final int partitions) {
        this.seed = seed;
        this.partitions = partitions;
    }

    @Override
    public OutputRecord record(final long index) {
        final long bits = mix(seed + (index + 1) * 0x9E3779B97F4A7C15L);
        final long account = Math.min(word(bits, 0) % ACCOUNTS, word(bits, 1) % ACCOUNTS);
        final long amount = 1 + word(bits, 2) % 1_000;
        return OutputRecord.data(
                EPOCH_NS + (index - delayMs(word(bits, 3))) * MS,
                OutputRecord.longs(account),
                OutputRecord.longs(index, amount));
    }

    // The end of the generator known as splitmix64.
    private static long mix(final long state) {
        long z = state;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private static long word(final long bits, final int number) {
        return bits >>> number * Short.SIZE & 0xFFFF;
    }

    private static long delayMs(final long chance) {
        if (chance % 200 == 0) {
            return 2_000;
        }
        return chance % 8 == 1 ? (chance >>> 3) % 151 : 0;
    }

    @Override
    public int partition(final OutputRecord record) {
        return (int) (OutputRecord.longAt(record.key(), 0) % partitions);
    }
}
