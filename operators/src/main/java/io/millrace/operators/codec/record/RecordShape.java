package io.millrace.operators.codec.record;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Joins the shapes of a record's components to that of the record: its block is theirs one behind the other, and their
 * bytes of variable length follow in the same order.
 *
 * <p>Everything becomes one handle to write, one to measure and one to read. A handle that is a constant is compiled like
 * the code that one would write by hand: no reflection, no boxes, no call that is not inlined.
 */
final class RecordShape {
    /** What the arguments of a constructor may take together; a long or double counts as two. */
    static final int MAX_ARGUMENT_SLOTS = 240;

    private static final Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle SUM = Handles.find(LOOKUP, "sum");

    private RecordShape() {}

    /** A component of a record. */
    record Component(String name, Shape shape, MethodHandle accessor) {}

    static Shape of(final MethodHandle constructor, final List<Component> components) {
        final Class<?> type = constructor.type().returnType();
        final StringBuilder signature = new StringBuilder("{");
        MethodHandle writer =
                MethodHandles.empty(methodType(void.class, MutableDirectBuffer.class, int.class, Cursor.class, type));
        MethodHandle length = null;
        int blockLength = 0;
        for (final Component component : components) {
            signature
                    .append(blockLength == 0 ? "" : ",")
                    .append(component.name())
                    .append(':');
            signature.append(component.shape().signature());
            writer = MethodHandles.foldArguments(writerOf(component, blockLength), writer);
            length = sumOf(length, lengthOf(component));
            blockLength += component.shape().blockLength();
        }
        return new Shape(
                signature.append('}').toString(), blockLength, false, writer, length, reader(constructor, components));
    }

    // (buffer, index of the record's block, cursor, record) -> void.
    private static MethodHandle writerOf(final Component component, final int offset) {
        final MethodHandle ofRecord =
                MethodHandles.filterArguments(component.shape().writer(), 3, component.accessor());
        return MethodHandles.filterArguments(ofRecord, 1, MethodHandles.insertArguments(SUM, 0, offset));
    }

    // (record) -> int; null if the component has no bytes of variable length.
    private static MethodHandle lengthOf(final Component component) {
        return component.shape().isVariable()
                ? MethodHandles.filterArguments(component.shape().length(), 0, component.accessor())
                : null;
    }

    private static MethodHandle sumOf(final MethodHandle left, final MethodHandle right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return MethodHandles.foldArguments(MethodHandles.collectArguments(SUM, 1, right), left);
    }

    // From the last component to the first, because what is folded last runs first: the bytes of variable length must
    // be
    // read in the order in which they were written.
    private static MethodHandle reader(final MethodHandle constructor, final List<Component> components) {
        MethodHandle reader = MethodHandles.dropArguments(
                constructor, components.size(), DirectBuffer.class, int.class, Cursor.class);
        int end = 0;
        for (final Component component : components) {
            end += component.shape().blockLength();
        }
        for (int place = components.size() - 1; place >= 0; place--) {
            final Shape shape = components.get(place).shape();
            end -= shape.blockLength();
            final MethodHandle component =
                    MethodHandles.filterArguments(shape.reader(), 1, MethodHandles.insertArguments(SUM, 0, end));
            reader = MethodHandles.foldArguments(reader, place, component);
        }
        return reader;
    }

    static int sum(final int left, final int right) {
        return checked((long) left + right);
    }

    static int product(final int count, final int length) {
        return checked((long) count * length);
    }

    private static int checked(final long length) {
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a record of more than " + Integer.MAX_VALUE + " bytes is too long");
        }
        return (int) length;
    }
}
