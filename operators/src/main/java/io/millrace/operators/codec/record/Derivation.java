package io.millrace.operators.codec.record;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Derives the shape of a record from its components, once and by reflection. All that can not be is collected and told
 * together.
 */
final class Derivation {
    private static final String ALLOWED =
            "allowed are the primitive types and their boxes, String, byte[], enums, BigDecimal,"
                    + " BigInteger, Instant, Duration, LocalDate, LocalTime, LocalDateTime, UUID, records, List<T> and"
                    + " Map<String, T> of these; not Optional: a component that is a reference may be null";

    private final Class<?> record;
    private final List<String> mistakes = new ArrayList<>();
    private final Deque<Class<?>> enclosing = new ArrayDeque<>();

    private Derivation(final Class<?> record) {
        this.record = record;
    }

    static Shape of(final Class<?> record) {
        final Derivation derivation = new Derivation(record);
        final Shape shape = derivation.ofRecord(record, "");
        if (!derivation.mistakes.isEmpty()) {
            throw new IllegalArgumentException("record " + record.getSimpleName() + " can not be a value: "
                    + String.join("; ", derivation.mistakes) + "; " + ALLOWED);
        }
        return shape;
    }

    private String where(final String path) {
        return "record " + record.getSimpleName() + (path.isEmpty() ? "" : ", component " + path);
    }

    private Shape mistake(final String path, final String what) {
        mistakes.add((path.isEmpty() ? "" : "component " + path + ": ") + what);
        return null;
    }

    // As a component: null is possible.
    private Shape nullable(final Type type, final String path) {
        final Shape bare = bare(type, path);
        return bare == null || bare.isNullable() || bare.type().isPrimitive()
                ? bare
                : MarkedShape.of(bare, where(path));
    }

    // As an element, or behind a mark: null where the shape has a place for it anyway.
    private Shape bare(final Type type, final String path) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic, path);
        }
        return type instanceof Class<?> plain ? ofClass(plain, path) : mistake(path, type + " is not supported");
    }

    private Shape ofClass(final Class<?> type, final String path) {
        final String where = where(path);
        if (type.isPrimitive()) {
            return PrimitiveShapes.of(type, where);
        }
        final Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
        if (primitive.isPrimitive() && primitive != void.class) {
            return PrimitiveShapes.of(primitive, where).as(type);
        }
        if (TimeShapes.has(type)) {
            return TimeShapes.of(type, where);
        }
        if (type.isEnum()) {
            return EnumCodes.shape(type, where, mistakes);
        }
        return type.isRecord() ? ofRecord(type, path) : ofOther(type, path);
    }

    private Shape ofOther(final Class<?> type, final String path) {
        final String where = where(path);
        if (type == String.class) {
            return TextShapes.ofString(where);
        }
        if (type == byte[].class) {
            return TextShapes.ofBytes(where);
        }
        if (type == BigDecimal.class) {
            return NumberShapes.ofDecimal(where);
        }
        if (type == BigInteger.class) {
            return NumberShapes.ofInteger(where);
        }
        if (type == UUID.class) {
            return NumberShapes.ofUuid();
        }
        return mistake(path, type.getTypeName() + " is not supported");
    }

    private Shape ofGeneric(final ParameterizedType type, final String path) {
        final Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            final Shape element = held(arguments[0], path + "[]");
            return element == null ? null : ListShape.of(element, where(path));
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            final Shape value = held(arguments[1], path + "{}");
            return value == null ? null : MapShape.of(value, where(path));
        }
        return mistake(path, type.getTypeName() + " is not supported");
    }

    private Shape held(final Type type, final String path) {
        final Shape shape = bare(type, path);
        if (shape != null && shape.blockLength() == 0) {
            // A count of things of no length could be anything.
            return mistake(path, type.getTypeName() + " has no components, so that nothing is there to hold");
        }
        return shape;
    }

    private Shape ofRecord(final Class<?> type, final String path) {
        if (type.getRecordComponents() == null) {
            return mistake(path, type.getTypeName() + " is not a record class");
        }
        if (enclosing.contains(type)) {
            return mistake(path, "record " + type.getSimpleName() + " holds itself, so that its depth has no end");
        }
        enclosing.push(type);
        try {
            return ofComponents(type, path);
        } catch (final IllegalAccessException | NoSuchMethodException e) {
            return mistake(
                    path,
                    type.getTypeName() + " is not open to Millrace; let its module open package "
                            + type.getPackageName() + " to "
                            + (Derivation.class.getModule().isNamed()
                                    ? Derivation.class.getModule().getName()
                                    : "it"));
        } finally {
            enclosing.pop();
        }
    }

    private Shape ofComponents(final Class<?> type, final String path)
            throws IllegalAccessException, NoSuchMethodException {
        final Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        final List<RecordShape.Component> components = new ArrayList<>();
        MethodType constructorType = MethodType.methodType(void.class);
        int slots = 0;
        for (final RecordComponent component : type.getRecordComponents()) {
            final Shape shape = nullable(component.getGenericType(), childPath(path, component.getName()));
            if (shape != null) {
                final MethodHandle accessor = lookup.unreflect(component.getAccessor());
                components.add(new RecordShape.Component(component.getName(), shape, accessor));
            }
            constructorType = constructorType.appendParameterTypes(component.getType());
            slots += component.getType() == long.class || component.getType() == double.class ? 2 : 1;
        }
        if (slots > RecordShape.MAX_ARGUMENT_SLOTS) {
            return mistake(
                    path,
                    "it has " + slots + " components, a long or double counting as two, where "
                            + RecordShape.MAX_ARGUMENT_SLOTS + " are the most; put some into a record of their own");
        }
        return components.size() < constructorType.parameterCount()
                ? null
                : RecordShape.of(lookup.findConstructor(type, constructorType), components);
    }

    private static String childPath(final String path, final String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
