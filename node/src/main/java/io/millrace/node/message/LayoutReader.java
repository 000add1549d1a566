package io.millrace.node.message;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.PrimitiveValue;
import uk.co.real_logic.sbe.ir.Encoding;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.ir.Signal;
import uk.co.real_logic.sbe.ir.Token;

/** Makes layouts of the tokens of SBE's intermediate representation, one message after the other. */
final class LayoutReader {
    private final Ir ir;
    private List<Token> tokens;
    private int next;

    LayoutReader(final Ir ir) {
        this.ir = ir;
    }

    /** The layout of a message. */
    MessageLayout message(final List<Token> message) {
        tokens = message;
        next = 1;
        final Token begin = message.get(0);
        return new MessageLayout(begin.name(), begin.id(), ir.id(), ir.version(), body(begin.encodedLength()));
    }

    private MessageBody body(final int length) {
        final List<Field> fields = new ArrayList<>();
        final List<GroupField> groups = new ArrayList<>();
        final List<DataField> data = new ArrayList<>();
        while (tokens.get(next).signal() != Signal.END_MESSAGE
                && tokens.get(next).signal() != Signal.END_GROUP) {
            final Token token = tokens.get(next);
            final int end = next + token.componentTokenCount();
            switch (token.signal()) {
                case BEGIN_FIELD -> fields.add(field(token, tokens.get(next + 1), next + 1));
                case BEGIN_GROUP -> groups.add(group(token));
                case BEGIN_VAR_DATA -> data.add(data(token));
                default -> throw new IllegalStateException("unexpected " + token);
            }
            next = end;
        }
        return new MessageBody(length, List.copyOf(fields), List.copyOf(groups), List.copyOf(data));
    }

    private Field field(final Token field, final Token type, final int index) {
        final boolean isOptional = field.isOptionalEncoding() || type.isOptionalEncoding();
        if (field.isConstantEncoding() && type.signal() == Signal.BEGIN_ENUM) {
            final String reference = field.encoding().constValue().toString();
            return new Field(
                    field.name(),
                    type.offset(),
                    field.version(),
                    ConstantType.text(reference.substring(reference.indexOf('.') + 1)));
        }
        return new Field(field.name(), type.offset(), field.version(), type(index, isOptional));
    }

    private FieldType type(final int index, final boolean isOptional) {
        final Token token = tokens.get(index);
        return switch (token.signal()) {
            case ENCODING -> encoding(token, isOptional);
            case BEGIN_ENUM -> new EnumType(token.encoding(), values(index), isOptional);
            case BEGIN_SET -> new SetType(token.encoding().primitiveType(), bits(index), isOptional);
            case BEGIN_COMPOSITE -> composite(index);
            default -> throw new IllegalStateException("unexpected " + token);
        };
    }

    private FieldType encoding(final Token token, final boolean isOptional) {
        final Encoding encoding = token.encoding();
        final boolean isChar = encoding.primitiveType() == PrimitiveType.CHAR;
        if (token.isConstantEncoding()) {
            return isChar ? ConstantType.text(constantText(encoding)) : ConstantType.number(constantNumber(encoding));
        }
        if (isChar) {
            return token.arrayLength() == 1
                    ? new CharType(encoding, isOptional)
                    : new TextType(token.arrayLength(), charset(encoding, StandardCharsets.US_ASCII), isOptional);
        }
        final boolean isFloat =
                encoding.primitiveType() == PrimitiveType.FLOAT || encoding.primitiveType() == PrimitiveType.DOUBLE;
        final FieldType element = isFloat ? new FloatType(encoding, isOptional) : new IntegerType(encoding, isOptional);
        return token.arrayLength() == 1 ? element : new ArrayType(element, token.arrayLength());
    }

    private static String constantText(final Encoding encoding) {
        final PrimitiveValue value = encoding.constValue();
        return value.representation() == PrimitiveValue.Representation.BYTE_ARRAY
                ? new String(value.byteArrayValue(), charset(encoding, StandardCharsets.US_ASCII))
                : String.valueOf((char) value.longValue());
    }

    private static String constantNumber(final Encoding encoding) {
        final PrimitiveValue value = encoding.constValue();
        return switch (encoding.primitiveType()) {
            case FLOAT, DOUBLE -> Double.toString(value.doubleValue());
            case UINT64 -> Long.toUnsignedString(value.longValue());
            default -> Long.toString(value.longValue());
        };
    }

    private static Charset charset(final Encoding encoding, final Charset otherwise) {
        final String name = encoding.characterEncoding();
        return name == null || name.isBlank() ? otherwise : Charset.forName(name.strip());
    }

    private Map<String, Long> values(final int index) {
        final Map<String, Long> values = new LinkedHashMap<>();
        for (int i = index + 1; tokens.get(i).signal() == Signal.VALID_VALUE; i++) {
            values.put(
                    tokens.get(i).name(), tokens.get(i).encoding().constValue().longValue());
        }
        return values;
    }

    private Map<String, Integer> bits(final int index) {
        final Map<String, Integer> bits = new LinkedHashMap<>();
        for (int i = index + 1; tokens.get(i).signal() == Signal.CHOICE; i++) {
            bits.put(tokens.get(i).name(), (int)
                    tokens.get(i).encoding().constValue().longValue());
        }
        return bits;
    }

    private CompositeType composite(final int index) {
        final List<Field> members = new ArrayList<>();
        int i = index + 1;
        while (tokens.get(i).signal() != Signal.END_COMPOSITE) {
            final Token member = tokens.get(i);
            members.add(
                    new Field(member.name(), member.offset(), member.version(), type(i, member.isOptionalEncoding())));
            i += member.componentTokenCount();
        }
        return DecimalType.of(List.copyOf(members), tokens.get(index).encodedLength());
    }

    private GroupField group(final Token group) {
        final Token header = tokens.get(next + 1);
        final Token blockLength = member(next + 1, "blockLength");
        final Token count = member(next + 1, "numInGroup");
        next += 1 + header.componentTokenCount();
        return new GroupField(
                group.name(),
                group.version(),
                header.encodedLength(),
                new GroupField.Member(blockLength.encoding().primitiveType(), blockLength.offset()),
                new GroupField.Member(count.encoding().primitiveType(), count.offset()),
                count.encoding().applicableMaxValue().longValue(),
                body(group.encodedLength()));
    }

    private DataField data(final Token field) {
        final Token length = member(next + 1, "length");
        final Token bytes = member(next + 1, "varData");
        return new DataField(
                field.name(),
                field.version(),
                length.encoding().primitiveType(),
                Math.min(
                        Integer.MAX_VALUE,
                        length.encoding().applicableMaxValue().longValue()),
                bytes.offset(),
                charset(bytes.encoding(), null));
    }

    private Token member(final int composite, final String name) {
        int i = composite + 1;
        while (!tokens.get(i).name().equals(name)) {
            i++;
            if (tokens.get(i).signal() == Signal.END_COMPOSITE) {
                throw new IllegalStateException(tokens.get(composite).name() + " has no member " + name);
            }
        }
        return tokens.get(i);
    }
}
