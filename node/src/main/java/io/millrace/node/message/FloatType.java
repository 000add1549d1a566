package io.millrace.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.ir.Encoding;

/** A floating-point number. JSON has none that is infinite or no number, so those are texts. */
final class FloatType implements FieldType {
    private final boolean isDouble;
    private final boolean isOptional;
    private final double min;
    private final double max;
    private final double nullValue;

    FloatType(final Encoding encoding, final boolean isOptional) {
        this.isDouble = encoding.primitiveType() == PrimitiveType.DOUBLE;
        this.isOptional = isOptional;
        this.min = encoding.minValue() == null
                ? Double.NEGATIVE_INFINITY
                : encoding.minValue().doubleValue();
        this.max = encoding.maxValue() == null
                ? Double.POSITIVE_INFINITY
                : encoding.maxValue().doubleValue();
        this.nullValue = encoding.applicableNullValue().doubleValue();
    }

    @Override
    public int length() {
        return isDouble ? Double.BYTES : Float.BYTES;
    }

    @Override
    public boolean isOptional() {
        return isOptional;
    }

    @Override
    public void write(final Object json, final MutableDirectBuffer buffer, final int index, final String path) {
        final double value;
        if (json == null && isOptional) {
            value = nullValue;
        } else if (json instanceof JsonNumber number) {
            value = isDouble ? Double.parseDouble(number.text()) : Float.parseFloat(number.text());
            if (Double.isInfinite(value) || value < min || value > max || (isOptional && value == nullValue)) {
                throw Problems.wrong(path, allowed(), json);
            }
        } else {
            value = special(json, path);
        }
        if (isDouble) {
            buffer.putDouble(index, value, LITTLE_ENDIAN);
        } else {
            buffer.putFloat(index, (float) value, LITTLE_ENDIAN);
        }
    }

    private double special(final Object json, final String path) {
        if ("Infinity".equals(json) && max == Double.POSITIVE_INFINITY) {
            return Double.POSITIVE_INFINITY;
        } else if ("-Infinity".equals(json) && min == Double.NEGATIVE_INFINITY) {
            return Double.NEGATIVE_INFINITY;
        } else if ("NaN".equals(json) && !(isOptional && Double.isNaN(nullValue))) {
            return Double.NaN;
        }
        throw Problems.wrong(path, allowed(), json);
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        final double value = isDouble ? buffer.getDouble(index, LITTLE_ENDIAN) : buffer.getFloat(index, LITTLE_ENDIAN);
        if (isOptional && (value == nullValue || (Double.isNaN(value) && Double.isNaN(nullValue)))) {
            out.writeNull();
        } else if (Double.isNaN(value) || Double.isInfinite(value)) {
            out.writeString(Double.toString(value));
        } else if (isDouble) {
            out.writeNumber(value);
        } else {
            out.writeNumber((float) value);
        }
    }

    private String allowed() {
        return "a number of " + (isDouble ? "64" : "32") + " bits"
                + (min == Double.NEGATIVE_INFINITY ? "" : " from " + min)
                + (max == Double.POSITIVE_INFINITY ? "" : " to " + max)
                + (isOptional ? ", or null" : "");
    }
}
