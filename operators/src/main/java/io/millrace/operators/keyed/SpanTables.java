package io.millrace.operators.keyed;

import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * The times at which values of a key passed, no two of which are less than a span apart.
 *
 * <p>Time is parted into strips as long as the span. A strip holds at most one such time of a key, and all times within a
 * span of a given one lie in its strip or a neighbour: three look-ups decide, however many times a key has. A strip that
 * nothing can ask for any more is emptied as a whole, so there is no timer for a key. Strips lie in ascending order; there
 * are as many as out-of-orderness spans and about four more.
 */
final class SpanTables {
    private static final int INITIAL_STRIPS = 8;

    private final StateMemory memory;
    private final String owner;
    private final long spanNs;
    private final ArrayDeque<KeyedTable> freeTables = new ArrayDeque<>();
    private long[] strips = new long[INITIAL_STRIPS];
    private KeyedTable[] tables = new KeyedTable[INITIAL_STRIPS];
    private int size;

    SpanTables(final StateMemory memory, final String owner, final long spanNs) {
        this.memory = memory;
        this.owner = owner;
        this.spanNs = spanNs;
    }

    /** Tells whether a value of the context's key passed within a span before or after a time. */
    boolean hasNear(final RecordContext context, final long timeNs) {
        final long strip = Math.floorDiv(timeNs, spanNs);
        for (int i = size - 1; i >= 0 && strips[i] >= strip - 1; i--) {
            if (strips[i] <= strip + 1 && isNear(tables[i], context, timeNs)) {
                return true;
            }
        }
        return false;
    }

    private boolean isNear(final KeyedTable table, final RecordContext context, final long timeNs) {
        final long entry = table.find(context.keyBuffer(), context.keyOffset(), context.keyLength());
        if (entry < 0) {
            return false;
        }
        final long passedNs = table.buffer(entry).getLong(table.stateOffset(entry));
        return Math.abs(timeNs - passedNs) < spanNs;
    }

    /** Notes that a value of the context's key passed. No other one did so within a span of it. */
    void add(final RecordContext context, final long timeNs) {
        final KeyedTable table = table(Math.floorDiv(timeNs, spanNs));
        final long entry = table.findOrAdd(context.keyBuffer(), context.keyOffset(), context.keyLength());
        table.buffer(entry).putLong(table.stateOffset(entry), timeNs);
    }

    private KeyedTable table(final long strip) {
        int i = size - 1;
        while (i >= 0 && strips[i] > strip) {
            i--;
        }
        return i >= 0 && strips[i] == strip ? tables[i] : open(i + 1, strip);
    }

    private KeyedTable open(final int index, final long strip) {
        if (size == strips.length) {
            strips = Arrays.copyOf(strips, size * 2);
            tables = Arrays.copyOf(tables, size * 2);
        }
        System.arraycopy(strips, index, strips, index + 1, size - index);
        System.arraycopy(tables, index, tables, index + 1, size - index);
        final KeyedTable table = freeTables.isEmpty() ? new KeyedTable(memory, owner, Long.BYTES) : freeTables.pop();
        strips[index] = strip;
        tables[index] = table;
        size++;
        return table;
    }

    /** Forgets what no value that is still judged can be near to. */
    void free(final long watermarkNs) {
        while (size > 0 && freeTimeNs() <= watermarkNs) {
            final KeyedTable table = tables[0];
            size--;
            System.arraycopy(strips, 1, strips, 0, size);
            System.arraycopy(tables, 1, tables, 0, size);
            tables[size] = null;
            table.clear();
            memory.trim();
            freeTables.push(table);
        }
    }

    /** The watermark at which there is something to forget. */
    long freeTimeNs() {
        // A value is judged if it is less than a span behind the watermark, and what it may be near to is less than one
        // more behind it.
        return size == 0 ? Long.MAX_VALUE : (strips[0] + 3) * spanNs;
    }

    long bytesInUse() {
        return size == 0 ? 0 : tables[size - 1].bytesInUse();
    }

    /** Most values belong to the newest strip. */
    long prefetch(final RecordContext context) {
        return size == 0 ? 0 : tables[size - 1].prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    /** The times at which values of a key passed, in ns, the earliest first. */
    void find(final DirectBuffer key, final int offset, final int length, final StateVisitor visitor) {
        for (int i = 0; i < size; i++) {
            final long entry = tables[i].find(key, offset, length);
            if (entry >= 0) {
                visit(tables[i], entry, visitor);
            }
        }
    }

    /** The times at which values passed, in ns; those of one key the earliest first. */
    void forEach(final StateVisitor visitor) {
        for (int i = 0; i < size; i++) {
            for (long entry = tables[i].first(); entry >= 0; entry = tables[i].next(entry)) {
                visit(tables[i], entry, visitor);
            }
        }
    }

    private static void visit(final KeyedTable table, final long entry, final StateVisitor visitor) {
        final long passedNs = table.buffer(entry).getLong(table.stateOffset(entry));
        visitor.onValue(table.buffer(entry), table.keyOffset(entry), table.keyLength(entry), "", passedNs);
    }

    void snapshot(final StateWriter out) {
        out.writeInt(size);
        for (int i = 0; i < size; i++) {
            out.writeLong(strips[i]);
            tables[i].snapshot(out);
        }
    }

    void restore(final StateReader in) {
        free(Long.MAX_VALUE);
        final int count = in.readCount(in.remaining() / Long.BYTES, "the number of strips");
        for (int i = 0; i < count; i++) {
            final long strip = in.readLong();
            in.check(i == 0 || strip > strips[i - 1], "strips out of order");
            open(i, strip);
            tables[i].restore(in);
        }
    }
}
