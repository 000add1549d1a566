package io.millrace.torture.job;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** Amounts of accounts, made from a seed. */
final class AmountInput implements Input {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long FIRST_MIX = 0xBF58476D1CE4E5B9L;
    private static final long SECOND_MIX = 0x94D049BB133111EBL;
    private static final int WORD = 0xFFFF;
    private static final int ACCOUNTS = 200;
    private static final int AMOUNTS = 1000;
    private static final int ONE_IN_LATE = 200;
    private static final int LATE_MS = 2000;
    private static final int ONE_IN_DELAYED = 8;
    private static final int DELAYS = 151;
    private static final long START_NS = 1_700_000_000_000_000_000L;
    private static final long MS_NS = 1_000_000;

    private final long seed;
    private final int partitions;

    private long number;
    private long account;
    private long amount;
    private long delayMs;

    AmountInput(final long seed, final int partitions) {
        this.seed = seed;
        this.partitions = partitions;
    }

    @Override
    public void moveTo(final long newNumber) {
        number = newNumber;
        final long bits = mix(seed + (newNumber + 1) * GOLDEN);
        account = Math.min((bits & WORD) % ACCOUNTS, (bits >>> 16 & WORD) % ACCOUNTS);
        amount = 1 + (bits >>> 32 & WORD) % AMOUNTS;
        delayMs = delayMs(bits >>> 48);
    }

    private static long mix(final long bits) {
        final long first = (bits ^ (bits >>> 30)) * FIRST_MIX;
        final long second = (first ^ (first >>> 27)) * SECOND_MIX;
        return second ^ (second >>> 31);
    }

    private static long delayMs(final long bits) {
        if (bits % ONE_IN_LATE == 0) {
            return LATE_MS;
        }
        return bits % ONE_IN_DELAYED == 1 ? (bits >>> 3) % DELAYS : 0;
    }

    long number() {
        return number;
    }

    long account() {
        return account;
    }

    long amount() {
        return amount;
    }

    @Override
    public int partition() {
        return (int) (account % partitions);
    }

    @Override
    public long eventTimeNs() {
        return START_NS + (number - delayMs) * MS_NS;
    }

    @Override
    public int writeKey(final MutableDirectBuffer buffer) {
        buffer.putLong(0, account, ByteOrder.LITTLE_ENDIAN);
        return Long.BYTES;
    }

    @Override
    public int writeValue(final MutableDirectBuffer buffer) {
        buffer.putLong(0, number, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(Long.BYTES, amount, ByteOrder.LITTLE_ENDIAN);
        return 2 * Long.BYTES;
    }
}
