package io.millrace.node.message;

import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;
import uk.co.real_logic.sbe.PrimitiveType;

/** Any of some names, a bit for each. A bit that the schema has no name for prints as its number. */
final class SetType implements FieldType {
    private final PrimitiveType type;
    private final boolean isOptional;
    private final Map<String, Integer> bits;
    private final String[] names;

    SetType(final PrimitiveType type, final Map<String, Integer> bits, final boolean isOptional) {
        this.type = type;
        this.isOptional = isOptional;
        this.bits = bits;
        this.names = new String[type.size() * Byte.SIZE];
        bits.forEach((name, bit) -> names[bit] = name);
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
        long value = 0;
        if (json instanceof List<?> chosen) {
            for (final Object name : chosen) {
                final Integer bit = name instanceof String ? bits.get(name) : null;
                if (bit == null) {
                    throw Problems.wrong(path, allowed(), json);
                }
                value |= 1L << bit;
            }
        } else if (json != null || !isOptional) {
            throw Problems.wrong(path, allowed(), json);
        }
        IntegerType.put(type, buffer, index, value);
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        final long value = IntegerType.get(type, buffer, index);
        out.writeStartArray();
        for (int bit = 0; bit < names.length; bit++) {
            if ((value >>> bit & 1) != 0) {
                if (names[bit] == null) {
                    out.writeNumber(bit);
                } else {
                    out.writeString(names[bit]);
                }
            }
        }
        out.writeEndArray();
    }

    private String allowed() {
        return "an array of any of " + String.join(", ", bits.keySet());
    }
}
