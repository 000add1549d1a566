package io.millrace.node.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;

/**
 * What a message or an entry of a group consists of: a block of fields, then groups, then data.
 *
 * <p>Nothing on the way in is believed: each part is looked for before it is read, and what a newer version has added is skipped.
 */
record MessageBody(int length, List<Field> fields, List<GroupField> groups, List<DataField> data) {
    /** Writes the object; returns the limit behind it. */
    int write(final Map<?, ?> object, final MutableDirectBuffer buffer, final int offset, final String path) {
        checkNames(object, path);
        buffer.setMemory(offset, length, (byte) 0);
        for (final Field field : fields) {
            field.type().write(object.get(field.name()), buffer, offset + field.offset(), path + field.name());
        }
        int limit = offset + length;
        for (final GroupField group : groups) {
            limit = group.write(object.get(group.name()), buffer, limit, path + group.name());
        }
        for (final DataField field : data) {
            limit = field.write(object.get(field.name()), buffer, limit, path + field.name());
        }
        return limit;
    }

    private void checkNames(final Map<?, ?> object, final String path) {
        final List<String> names = names();
        for (final Object name : object.keySet()) {
            if (!names.contains(name)) {
                throw Problems.input("has no field " + Problems.echo(path + name) + " in its schema, which knows "
                        + String.join(", ", names));
            }
        }
    }

    private List<String> names() {
        final List<String> names = new ArrayList<>();
        fields.forEach(field -> names.add(field.name()));
        groups.forEach(group -> names.add(group.name()));
        data.forEach(field -> names.add(field.name()));
        return names;
    }

    /** Prints the members of the object; returns the limit behind it. The block is as long as the message says. */
    int print(
            final DirectBuffer buffer,
            final int offset,
            final int blockLength,
            final int version,
            final JsonGenerator out) {
        for (final Field field : fields) {
            if (field.sinceVersion() > version) {
                continue;
            }
            if (field.offset() + field.type().length() > blockLength) {
                throw Problems.malformed("its block of " + blockLength + " bytes ends before field " + field.name());
            }
            out.writeName(field.name());
            field.type().print(buffer, offset + field.offset(), out);
        }
        int limit = offset + blockLength;
        for (final GroupField group : groups) {
            limit = group.sinceVersion() > version ? limit : group.print(buffer, limit, version, out);
        }
        for (final DataField field : data) {
            limit = field.sinceVersion() > version ? limit : field.print(buffer, limit, out);
        }
        return limit;
    }

    /** Refuses a message whose end comes before that of a part of it. */
    static void checkRoom(final DirectBuffer buffer, final int offset, final long length, final String part) {
        if (length < 0 || length > buffer.capacity() - offset) {
            throw Problems.malformed("it ends within " + part + ": needed=" + Long.toUnsignedString(length) + " left="
                    + (buffer.capacity() - offset));
        }
    }
}
