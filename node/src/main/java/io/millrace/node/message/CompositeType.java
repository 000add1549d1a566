package io.millrace.node.message;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;

/** Several values under one name: an object, or, where they are a mantissa and an exponent, a number. */
sealed class CompositeType implements FieldType permits DecimalType {
    private final List<Field> members;
    private final int length;

    CompositeType(final List<Field> members, final int length) {
        this.members = members;
        this.length = length;
    }

    @Override
    public final int length() {
        return length;
    }

    /** Whether it can be said that it is not there: only by each member. */
    @Override
    public final boolean isOptional() {
        return members.stream().allMatch(member -> member.type().isOptional());
    }

    @Override
    public void write(final Object json, final MutableDirectBuffer buffer, final int index, final String path) {
        final boolean isNone = json == null && isOptional();
        if (!isNone && !(json instanceof Map<?, ?>)) {
            throw Problems.wrong(path, allowed(), json);
        }
        final Map<?, ?> object = isNone ? Map.of() : (Map<?, ?>) json;
        for (final Object name : object.keySet()) {
            if (members.stream().noneMatch(member -> member.name().equals(name))) {
                throw Problems.wrong(path, allowed() + ", and has no field " + Problems.echo(name), json);
            }
        }
        for (final Field member : members) {
            member.type().write(object.get(member.name()), buffer, index + member.offset(), path + '.' + member.name());
        }
    }

    @Override
    public void print(final DirectBuffer buffer, final int index, final JsonGenerator out) {
        out.writeStartObject();
        for (final Field member : members) {
            out.writeName(member.name());
            member.type().print(buffer, index + member.offset(), out);
        }
        out.writeEndObject();
    }

    String allowed() {
        return "an object with "
                + members.stream().map(Field::name).collect(Collectors.joining(", "))
                + (isOptional() ? ", or null" : "");
    }
}
