package io.millrace.node.message;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.ir.Encoding;

/** One of some names. A value that the schema has no name for, such as one of a newer version, prints as a number. */
final class EnumType implements FieldType {
    private final PrimitiveType type;
    private final boolean isOptional;
    private final long nullValue;
    private final Map<String, Long> values;
    private final Map<Long, String> names = new TreeMap<>();

    EnumType(final Encoding encoding, final Map<String, Long> values, final boolean isOptional) {
        this.type = encoding.primitiveType();
        this.isOptional = isOptional;
        this.nullValue = encoding.applicableNullValue().longValue();
        this.values = values;
        values.forEach((name, value) -> names.put(value, name));
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
        final Long value =
                json == null && isOptional ? Long.valueOf(nullValue) : json instanceof String ? values.get(json) : null;
        if (value == null) {
            throw Problems.wrong(
                    path,
                    "one of " + String.join(", ", List.copyOf(values.keySet())) + (isOptional ? ", or null" : ""),
                    json);
        }
        IntegerType.put(type, buffer, index, value);
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        final long value = IntegerType.get(type, buffer, index);
        final String name = names.get(value);
        if (name != null) {
            out.writeString(name);
        } else if (value == nullValue) {
            out.writeNull();
        } else {
            out.writeNumber(value);
        }
    }
}
