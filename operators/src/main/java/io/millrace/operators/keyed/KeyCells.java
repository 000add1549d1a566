package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.state.KeyedTable;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The cells of a processor. All cells of a key share one entry:
 *
 * <pre>
 *   0 int64 one bit for each cell that is set | 8 cells, in the order of their declaration, each a multiple of 8 bytes
 * </pre>
 *
 * <p>The entry of a call's key is looked for when the first cell asks, and is removed behind the call if no cell is set.
 */
final class KeyCells implements ProcessorSetup {
    private static final long NONE = -1;
    private static final long UNKNOWN = -2;

    private final String owner;
    private final List<String> names = new ArrayList<>();
    private final List<ValueState<?>> values = new ArrayList<>();
    private final List<LongFunction<?>> copies = new ArrayList<>();
    private int stateLength = Long.BYTES;
    private boolean isOpen;
    private KeyTable table;

    private DirectBuffer key;
    private int keyOffset;
    private int keyLength;
    private boolean isOnKey;
    private long entry = UNKNOWN;

    KeyCells(final String owner) {
        this.owner = owner;
    }

    @Override
    public <T> ValueState<T> valueState(final String name, final Codec<T> codec) {
        Objects.requireNonNull(codec, () -> "state " + name + " of " + owner + " needs a codec");
        final ValueState<T> cell = new ValueState<>(this, declare(name), stateLength, codec.forTask());
        stateLength += Long.BYTES;
        values.add(cell);
        copies.add(cell::copyOf);
        return cell;
    }

    @Override
    public <S extends StateFlyweight> FlyweightState<S> flyweightState(final String name, final Supplier<S> factory) {
        final S view = factory.get();
        final FlyweightState<S> cell = new FlyweightState<>(this, declare(name), stateLength, factory, view);
        copies.add(cell::copyOf);
        stateLength += BitUtil.align(view.encodedLength(), Long.BYTES);
        return cell;
    }

    private long declare(final String name) {
        if (isOpen) {
            throw new IllegalStateException("state " + name + " of " + owner + " is declared too late; do it in init");
        }
        if (names.contains(name)) {
            throw new IllegalArgumentException(
                    "state " + name + " is declared twice; give each cell of the processor a name of its own");
        }
        if (names.size() == MAX_CELLS) {
            throw new IllegalArgumentException(
                    "state " + name + " is one too many: a processor has at most " + MAX_CELLS + " cells");
        }
        names.add(name);
        return 1L << names.size() - 1;
    }

    /** Ends the declarations. */
    void open(final StateMemory memory) {
        isOpen = true;
        if (!names.isEmpty()) {
            table = new KeyTable(memory, owner, stateLength);
            for (final ValueState<?> value : values) {
                value.open(table);
            }
        }
    }

    String describe() {
        if (names.isEmpty()) {
            return "";
        }
        final String objects =
                values.isEmpty() ? "" : values.size() == 1 ? ", an object" : ", " + values.size() + " objects";
        return stateLength + " bytes" + objects + " and the key, for each key with state";
    }

    void enter(final RecordContext context) {
        key = context.keyBuffer();
        keyOffset = context.keyOffset();
        keyLength = context.keyLength();
        isOnKey = true;
        entry = UNKNOWN;
    }

    void leave() {
        isOnKey = false;
        if (entry >= 0 && marks(entry) == 0) {
            table.entries.remove(entry);
        }
        entry = UNKNOWN;
    }

    /** Entry of the call's key, negative if there is none. */
    long entry() {
        if (entry == UNKNOWN) {
            if (!isOnKey || table == null) {
                throw new IllegalStateException("the state of " + owner + " was used outside a call of its processor");
            }
            entry = table.entries.find(key, keyOffset, keyLength);
        }
        return entry;
    }

    boolean isMarked(final long bit) {
        final long found = entry();
        return found != NONE && (marks(found) & bit) != 0;
    }

    long mark(final long bit) {
        if (entry() == NONE) {
            entry = table.entries.findOrAdd(key, keyOffset, keyLength);
        }
        marks(entry, marks(entry) | bit);
        return entry;
    }

    /** For a cell that is set. */
    long unmark(final long bit) {
        marks(entry, marks(entry) & ~bit);
        return entry;
    }

    boolean isMarked(final long of, final long bit) {
        return (marks(of) & bit) != 0;
    }

    private long marks(final long of) {
        return buffer(of).getLong(stateOffset(of));
    }

    private void marks(final long of, final long marks) {
        table.entries.change(of);
        buffer(of).putLong(stateOffset(of), marks);
    }

    MutableDirectBuffer buffer(final long of) {
        return table.entries.buffer(of);
    }

    int stateOffset(final long of) {
        return table.entries.stateOffset(of);
    }

    long bytesInUse() {
        return table == null ? 0 : table.entries.bytesInUse();
    }

    long prefetch(final RecordContext context) {
        return table == null
                ? 0
                : table.entries.prefetch(context.keyBuffer(), context.keyOffset(), context.keyLength());
    }

    List<String> names() {
        return names;
    }

    void find(final DirectBuffer of, final int offset, final int length, final StateVisitor visitor) {
        final long found = table == null ? NONE : table.entries.find(of, offset, length);
        if (found != NONE) {
            visit(found, visitor);
        }
    }

    void forEach(final StateVisitor visitor) {
        if (table != null) {
            for (long each = table.entries.first(); each >= 0; each = table.entries.next(each)) {
                visit(each, visitor);
            }
        }
    }

    private void visit(final long of, final StateVisitor visitor) {
        final KeyedTable entries = table.entries;
        for (int i = 0; i < names.size(); i++) {
            final Object value = copies.get(i).apply(of);
            if (value != null) {
                visitor.onValue(entries.buffer(of), entries.keyOffset(of), entries.keyLength(of), names.get(i), value);
            }
        }
    }

    void snapshot(final StateWriter out) {
        out.writeInt(names.size());
        for (final String name : names) {
            out.writeString(name);
        }
        if (table != null) {
            table.snapshot(out);
        }
    }

    void restore(final StateReader in) {
        in.check(in.readInt() == names.size(), "the processor declares another number of states");
        for (final String name : names) {
            in.check(in.readString().equals(name), "the processor declares states of other names");
        }
        if (table != null) {
            table.restore(in);
        }
    }
}
