package io.millrace.operators.state;

import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import java.util.Arrays;
import java.util.BitSet;
import org.agrona.DirectBuffer;

/**
 * Values of a {@link KeyedTable} that are objects, for those that have no fixed size: 8 bytes of an entry's state hold the
 * number of a slot, and the slot holds the value.
 *
 * <p>Values on the Java heap fall under the job's budget too, by an estimate: the length that the codec gives for a value
 * when it is set, and {@value #VALUE_OVERHEAD} bytes for object and slot. A value that is changed in place has to be set
 * again for its new length to count. The column keeps values, so it needs a codec that decodes to an object of its own
 * and not to a view on the bytes.
 *
 * <p>Before an entry is removed from the table, {@link #remove} takes its value out; {@link #clear} belongs to that of the
 * table. Used by one thread.
 *
 * @param <T> type of the values.
 */
public final class HeapColumn<T> implements AutoCloseable {
    private static final int VALUE_OVERHEAD = 48;
    private static final int INITIAL_SLOTS = 8;

    /** The budget is shared by all threads of the job, so it is asked for this much at once. */
    private static final long RESERVATION = 64 * 1024;

    private final StateMemory memory;
    private final String owner;
    private final KeyedTable table;
    private final int stateOffset;
    private final Codec<T> codec;
    private Object[] values = new Object[INITIAL_SLOTS];
    private int[] lengths = new int[INITIAL_SLOTS];
    private int[] freeSlots = new int[INITIAL_SLOTS];
    private int slotCount;
    private int freeCount;
    private long valueBytes;
    private long reservedBytes;
    private boolean closed;

    /**
     * Creates a column without values.
     *
     * @param memory      of the task; closes the column with itself.
     * @param owner       operator whose state it is; errors name it.
     * @param table       whose entries have the values.
     * @param stateOffset of the 8 bytes in an entry's state that are this column's, a multiple of 8.
     * @param codec       of this task, that measures values and writes them into snapshots.
     */
    public HeapColumn(
            final StateMemory memory,
            final String owner,
            final KeyedTable table,
            final int stateOffset,
            final Codec<T> codec) {
        if (stateOffset < 0 || stateOffset % Long.BYTES != 0 || stateOffset + Long.BYTES > table.stateLength()) {
            throw new IllegalArgumentException("operator " + owner + " has no 8 bytes at " + stateOffset
                    + " in a state of " + table.stateLength() + " bytes");
        }
        this.memory = memory;
        this.owner = owner;
        this.table = table;
        this.stateOffset = stateOffset;
        this.codec = codec;
        memory.add(this);
    }

    /**
     * Reads the value of an entry.
     *
     * @param entry of the table.
     * @return the value, null if it has none.
     */
    @SuppressWarnings("unchecked")
    public T value(final long entry) {
        final int slot = slot(entry);
        return slot < 0 ? null : (T) values[slot];
    }

    private int slot(final long entry) {
        // A new entry's state is zero, so 0 is no slot.
        return (int) table.buffer(entry).getLong(table.stateOffset(entry) + stateOffset) - 1;
    }

    private void slot(final long entry, final int slot) {
        table.change(entry);
        table.buffer(entry).putLong(table.stateOffset(entry) + stateOffset, slot + 1L);
    }

    /**
     * Sets the value of an entry.
     *
     * @param entry of the table.
     * @param value that it has from now on, not null.
     * @throws MillraceException STATE_BUDGET if there is no memory for it; the entry has the value that it had.
     */
    public void value(final long entry, final T value) {
        if (closed) {
            throw new IllegalStateException("the column is closed");
        }
        final int length = codec.encodedLength(value);
        final int present = slot(entry);
        if (present >= 0) {
            charge((long) length - lengths[present]);
            values[present] = value;
            lengths[present] = length;
        } else {
            ensureSlot();
            charge((long) length + VALUE_OVERHEAD);
            final int slot = freeCount > 0 ? freeSlots[--freeCount] : slotCount++;
            values[slot] = value;
            lengths[slot] = length;
            slot(entry, slot);
        }
    }

    private void ensureSlot() {
        if (freeCount == 0 && slotCount == values.length) {
            final int slots = Math.multiplyExact(slotCount, 2);
            values = Arrays.copyOf(values, slots);
            lengths = Arrays.copyOf(lengths, slots);
            freeSlots = Arrays.copyOf(freeSlots, slots);
        }
    }

    private void charge(final long bytes) {
        final long required = valueBytes + bytes;
        if (required > reservedBytes) {
            reserve(required);
        } else if (reservedBytes - required > 2 * RESERVATION) {
            final long excess = reservedBytes - required - RESERVATION;
            memory.unreserve(excess);
            reservedBytes -= excess;
        }
        valueBytes = required;
    }

    private void reserve(final long required) {
        final long missing = required - reservedBytes;
        final long wanted = Math.max(missing, RESERVATION);
        memory.reserve(wanted, owner);
        reservedBytes += wanted;
    }

    /**
     * Takes the value of an entry out. Its slot goes to the next new value.
     *
     * @param entry of the table.
     */
    public void remove(final long entry) {
        final int slot = slot(entry);
        if (slot >= 0) {
            values[slot] = null;
            charge(-lengths[slot] - (long) VALUE_OVERHEAD);
            freeSlots[freeCount++] = slot;
            slot(entry, -1);
        }
    }

    /**
     * Memory that the values take by estimate.
     *
     * @return bytes; the budget is charged with up to 128 KiB more.
     */
    public long bytesInUse() {
        return valueBytes;
    }

    /**
     * Writes all values. The table writes its entries itself.
     *
     * @param writer to write with.
     */
    @SuppressWarnings("unchecked")
    public void snapshot(final StateWriter writer) {
        writer.writeInt(slotCount);
        for (int slot = 0; slot < slotCount; slot++) {
            final T value = (T) values[slot];
            writer.writeBoolean(value != null);
            if (value != null) {
                final int offset = writer.claimBytes(codec.encodedLength(value));
                codec.encode(value, writer.buffer(), offset);
            }
        }
        writer.writeInt(freeCount);
        for (int i = 0; i < freeCount; i++) {
            writer.writeInt(freeSlots[i]);
        }
    }

    /**
     * Replaces all values by those of a snapshot. The table has to be restored before.
     *
     * @param reader that stands where the snapshot begins.
     * @throws MillraceException CORRUPT if it is damaged or does not fit the table, STATE_BUDGET if there is no memory for
     *                           it; the column is empty then, and the table has to be cleared.
     */
    public void restore(final StateReader reader) {
        if (closed) {
            throw new IllegalStateException("the column is closed");
        }
        clear();
        try {
            final int count = reader.readCount(reader.remaining(), "the number of values");
            for (int slot = 0; slot < count; slot++) {
                ensureSlot();
                slotCount++;
                if (reader.readBoolean()) {
                    restoreValue(reader, slot);
                }
            }
            restoreFreeSlots(reader);
        } catch (final RuntimeException e) {
            clear();
            throw e;
        }
    }

    private void restoreValue(final StateReader reader, final int slot) {
        final int offset = reader.readBytes();
        final int length = reader.bytesLength();
        charge((long) length + VALUE_OVERHEAD);
        values[slot] = decode(reader, reader.buffer(), offset, length);
        lengths[slot] = length;
    }

    private T decode(final StateReader reader, final DirectBuffer buffer, final int offset, final int length) {
        try {
            return codec.decode(buffer, offset, length);
        } catch (final MillraceException e) {
            throw reader.corrupt("a value is no " + codec.describe() + ": " + e.getMessage());
        }
    }

    private void restoreFreeSlots(final StateReader reader) {
        final BitSet seen = new BitSet(slotCount);
        final int count = reader.readCount(slotCount, "the number of free slots");
        for (int i = 0; i < count; i++) {
            final int slot = reader.readCount(slotCount - 1, "a free slot");
            reader.check(values[slot] == null && !seen.get(slot), "a free slot that is not free");
            seen.set(slot);
            freeSlots[freeCount++] = slot;
        }
        for (long entry = table.first(); entry >= 0; entry = table.next(entry)) {
            final int slot = slot(entry);
            if (slot != -1) {
                reader.check(slot >= 0 && slot < slotCount && !seen.get(slot), "a slot that two keys have, or none");
                seen.set(slot);
                reader.check(values[slot] != null, "a key without its value");
            }
        }
        reader.check(seen.cardinality() == slotCount, "a value without its key");
    }

    /** Forgets all values; the table has to be cleared too. */
    public void clear() {
        memory.unreserve(reservedBytes);
        reservedBytes = 0;
        valueBytes = 0;
        values = new Object[INITIAL_SLOTS];
        lengths = new int[INITIAL_SLOTS];
        freeSlots = new int[INITIAL_SLOTS];
        slotCount = 0;
        freeCount = 0;
    }

    /** Gives the memory back for good. May be called twice. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            clear();
            memory.remove(this);
        }
    }

    @Override
    public String toString() {
        return "HeapColumn[values=" + (slotCount - freeCount) + " bytes=" + valueBytes + "]";
    }
}
