package io.millrace.operators.window;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import java.nio.ByteOrder;

/**
 * Which windows have changed since the last emission at a multiple of a distance in log time, by their numbers, in the
 * order in which they changed first.
 */
final class ChangedWindows {
    private static final long NEVER = Long.MAX_VALUE;

    private final Emission emission;
    private final KeyedTable numbers;
    private long emitNs = NEVER;

    ChangedWindows(final Emission emission, final StateMemory memory, final String owner) {
        this.emission = emission;
        this.numbers = new KeyedTable(memory, owner, 0);
    }

    /** Notes a change, and asks for the next emission with the first one. */
    void add(final RecordContext context, final long number) {
        numbers.findOrAddLong(number);
        if (emitNs == NEVER) {
            emitNs = emission.nextNs(context.logTimeNs());
            context.wakeAtLogTime(emitNs);
        }
    }

    boolean isDue(final long logTimeNs) {
        return logTimeNs >= emitNs;
    }

    /** The first change of a walk, -1 if there is none. */
    long first() {
        return numbers.first();
    }

    long next(final long change) {
        return numbers.next(change);
    }

    long number(final long change) {
        return numbers.buffer(change).getLong(numbers.keyOffset(change), ByteOrder.LITTLE_ENDIAN);
    }

    /** Forgets all changes. */
    void clear() {
        numbers.clear();
        emitNs = NEVER;
    }

    /** Asks for the emission that is still to come. */
    void askAgain(final RecordContext context) {
        if (emitNs != NEVER) {
            context.wakeAtLogTime(emitNs);
        }
    }

    void snapshot(final StateWriter out) {
        out.writeLong(emitNs);
        numbers.snapshot(out);
    }

    void restore(final StateReader in) {
        emitNs = in.readLong();
        numbers.restore(in);
    }
}
