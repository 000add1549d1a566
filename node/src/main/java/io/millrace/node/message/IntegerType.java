package io.millrace.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.math.BigInteger;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.ir.Encoding;

/** A whole number. Raw values are a long's 64 bits; only uint64 has some that are not a long's value. */
final class IntegerType implements FieldType {
    private static final BigInteger UINT64_RANGE = BigInteger.ONE.shiftLeft(Long.SIZE);

    private final PrimitiveType type;
    private final boolean isOptional;
    private final BigInteger min;
    private final BigInteger max;
    private final long nullValue;

    IntegerType(final Encoding encoding, final boolean isOptional) {
        this.type = encoding.primitiveType();
        this.isOptional = isOptional;
        this.min = number(encoding.applicableMinValue().longValue());
        this.max = number(encoding.applicableMaxValue().longValue());
        this.nullValue = encoding.applicableNullValue().longValue();
    }

    @Override
    public int length() {
        return type.size();
    }

    @Override
    public boolean isOptional() {
        return isOptional;
    }

    @Override
    public void write(final Object json, final MutableDirectBuffer buffer, final int index, final String path) {
        if (json == null && isOptional) {
            put(type, buffer, index, nullValue);
        } else if (json instanceof JsonNumber number && number.isWhole()) {
            write(new BigInteger(number.text()), number, buffer, index, path);
        } else {
            throw Problems.wrong(path, allowed(), json);
        }
    }

    /** Writes a number that may be out of range. */
    void write(
            final BigInteger value,
            final JsonNumber found,
            final MutableDirectBuffer buffer,
            final int index,
            final String path) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0 || (isOptional && value.equals(number(nullValue)))) {
            throw Problems.wrong(path, allowed(), found);
        }
        put(type, buffer, index, value.longValue());
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        final BigInteger value = read(buffer, index);
        if (value == null) {
            out.writeNull();
        } else {
            out.writeNumber(value);
        }
    }

    /** The number; null for none. */
    BigInteger read(final DirectBuffer buffer, final int index) {
        final long raw = get(type, buffer, index);
        return isOptional && raw == nullValue ? null : number(raw);
    }

    /** What is allowed, for people. */
    String allowed() {
        return "a whole number from " + min + " to " + max + (isOptional ? ", or null" : "");
    }

    private BigInteger number(final long raw) {
        final BigInteger value = BigInteger.valueOf(raw);
        return type == PrimitiveType.UINT64 && raw < 0 ? value.add(UINT64_RANGE) : value;
    }

    static long get(final PrimitiveType type, final DirectBuffer buffer, final int index) {
        return switch (type) {
            case CHAR, UINT8 -> buffer.getByte(index) & 0xFF;
            case INT8 -> buffer.getByte(index);
            case INT16 -> buffer.getShort(index, LITTLE_ENDIAN);
            case UINT16 -> buffer.getShort(index, LITTLE_ENDIAN) & 0xFFFF;
            case INT32 -> buffer.getInt(index, LITTLE_ENDIAN);
            case UINT32 -> buffer.getInt(index, LITTLE_ENDIAN) & 0xFFFF_FFFFL;
            case INT64, UINT64 -> buffer.getLong(index, LITTLE_ENDIAN);
            case FLOAT, DOUBLE -> throw new IllegalArgumentException("no whole number: " + type);
        };
    }

    static void put(final PrimitiveType type, final MutableDirectBuffer buffer, final int index, final long value) {
        switch (type) {
            case CHAR, UINT8, INT8 -> buffer.putByte(index, (byte) value);
            case INT16, UINT16 -> buffer.putShort(index, (short) value, LITTLE_ENDIAN);
            case INT32, UINT32 -> buffer.putInt(index, (int) value, LITTLE_ENDIAN);
            case INT64, UINT64 -> buffer.putLong(index, value, LITTLE_ENDIAN);
            case FLOAT, DOUBLE -> throw new IllegalArgumentException("no whole number: " + type);
        }
    }
}
