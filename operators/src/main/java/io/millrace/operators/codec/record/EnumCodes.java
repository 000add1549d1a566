package io.millrace.operators.codec.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The constants of an enum by codes made of their names: the CRC-32C of the name in UTF-8, 0 for null. So constants may be
 * added, removed and put in another order, and what was written before still reads as what it was; one that is gone or
 * renamed is refused, never taken for another.
 */
final class EnumCodes {
    private static final Lookup LOOKUP = MethodHandles.lookup();
    private static final int NULL = 0;

    private final Class<?> type;
    private final int[] codes;

    // Open addressing, at most half full.
    private final Object[] constantsBySlot;
    private final int[] codesBySlot;
    private final int mask;

    private EnumCodes(final Class<?> type, final Object[] constants) {
        this.type = type;
        this.codes = new int[constants.length];
        final int capacity = Integer.highestOneBit(Math.max(1, constants.length)) * 4;
        this.constantsBySlot = new Object[capacity];
        this.codesBySlot = new int[capacity];
        this.mask = capacity - 1;
    }

    // Null where two names have the same code; the mistakes say which.
    static Shape shape(final Class<?> type, final String where, final List<String> mistakes) {
        final Object[] constants = type.getEnumConstants();
        final EnumCodes table = new EnumCodes(type, constants);
        for (final Object constant : constants) {
            final Enum<?> added = (Enum<?>) constant;
            final Object clash = table.add(added);
            if (clash != null) {
                mistakes.add(where + ": constants " + clash + " and " + added.name() + " of enum "
                        + type.getSimpleName() + " have the same code; rename one of them");
                return null;
            }
        }
        return new Shape(
                        "enum",
                        Integer.BYTES,
                        true,
                        Handles.find(LOOKUP, "write", table),
                        null,
                        Handles.find(LOOKUP, "read", table, where))
                .as(type);
    }

    private Object add(final Enum<?> constant) {
        final int code = code(constant.name());
        if (code == NULL) {
            return "null";
        }
        int slot = code & mask;
        while (constantsBySlot[slot] != null) {
            if (codesBySlot[slot] == code) {
                return ((Enum<?>) constantsBySlot[slot]).name();
            }
            slot = slot + 1 & mask;
        }
        constantsBySlot[slot] = constant;
        codesBySlot[slot] = code;
        codes[constant.ordinal()] = code;
        return null;
    }

    static int code(final String name) {
        final CRC32C crc = new CRC32C();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }

    static void write(
            final EnumCodes table,
            final MutableDirectBuffer buffer,
            final int index,
            final Cursor cursor,
            final Enum<?> value) {
        buffer.putInt(index, value == null ? NULL : table.codes[value.ordinal()], LITTLE_ENDIAN);
    }

    static Enum<?> read(
            final EnumCodes table,
            final String where,
            final DirectBuffer buffer,
            final int index,
            final Cursor cursor) {
        final int code = buffer.getInt(index, LITTLE_ENDIAN);
        return code == NULL ? null : table.constant(code, where);
    }

    private Enum<?> constant(final int code, final String where) {
        int slot = code & mask;
        while (constantsBySlot[slot] != null) {
            if (codesBySlot[slot] == code) {
                return (Enum<?>) constantsBySlot[slot];
            }
            slot = slot + 1 & mask;
        }
        throw Refusal.malformed(
                where,
                "has code 0x" + Integer.toHexString(code) + ", which no constant of enum " + type.getSimpleName()
                        + " has: it was removed or renamed, or the bytes are wrong");
    }
}
