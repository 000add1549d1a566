package io.millrace.node.message;

import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;

/** A fixed number of numbers. */
final class ArrayType implements FieldType {
    private final FieldType element;
    private final int count;

    ArrayType(final FieldType element, final int count) {
        this.element = element;
        this.count = count;
    }

    @Override
    public int length() {
        return element.length() * count;
    }

    @Override
    public boolean isOptional() {
        return element.isOptional();
    }

    @Override
    public void write(final Object json, final MutableDirectBuffer buffer, final int index, final String path) {
        final boolean isNone = json == null && element.isOptional();
        if (!isNone && !(json instanceof List<?> values && values.size() == count)) {
            throw Problems.wrong(
                    path, "an array of " + count + " numbers" + (element.isOptional() ? ", or null" : ""), json);
        }
        for (int i = 0; i < count; i++) {
            final Object value = isNone ? null : ((List<?>) json).get(i);
            element.write(value, buffer, index + i * element.length(), path + '[' + i + ']');
        }
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        out.writeStartArray();
        for (int i = 0; i < count; i++) {
            element.print(buffer, index + i * element.length(), out);
        }
        out.writeEndArray();
    }
}
