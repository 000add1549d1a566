package io.millrace.node.message;

import io.millrace.operators.codec.SbeHeader;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.ExpandableArrayBuffer;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.ir.Encoding;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.ir.Signal;
import uk.co.real_logic.sbe.ir.Token;

/** Messages that a schema allows, made from SBE's representation of it and from nothing of ours. */
final class RandomMessage {
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

    private final Ir ir;
    private final SplittableRandom random;
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private List<Token> tokens;
    private int next;
    private int limit;

    RandomMessage(final Ir ir, final SplittableRandom random) {
        this.ir = ir;
        this.random = random;
    }

    byte[] make(final int templateId) {
        tokens = ir.getMessage(templateId);
        final Token message = tokens.get(0);
        SbeHeader.write(buffer, 0, message.encodedLength(), templateId, ir.id(), ir.version());
        limit = SbeHeader.LENGTH;
        next = 1;
        body(message.encodedLength());
        final byte[] bytes = new byte[limit];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    private void body(final int blockLength) {
        final int block = limit;
        buffer.setMemory(block, blockLength, (byte) 0);
        limit += blockLength;
        while (true) {
            final Token token = tokens.get(next);
            final int end = next + token.componentTokenCount();
            switch (token.signal()) {
                case BEGIN_FIELD -> {
                    if (!token.isConstantEncoding()) {
                        value(next + 1, block, token.isOptionalEncoding());
                    }
                }
                case BEGIN_GROUP -> group(token);
                case BEGIN_VAR_DATA -> data();
                default -> {
                    return;
                }
            }
            next = end;
        }
    }

    private void value(final int index, final int base, final boolean isOptionalField) {
        final Token token = tokens.get(index);
        final int at = base + token.offset();
        final Encoding encoding = token.encoding();
        final boolean isNull = (isOptionalField || token.isOptionalEncoding()) && random.nextInt(3) == 0;
        switch (token.signal()) {
            case ENCODING -> {
                if (!token.isConstantEncoding()) {
                    primitives(token, at, isOptionalField || token.isOptionalEncoding(), isNull);
                }
            }
            case BEGIN_ENUM -> {
                final int chosen = index + 1 + random.nextInt(token.componentTokenCount() - 2);
                put(
                        encoding.primitiveType(),
                        at,
                        isNull
                                ? encoding.applicableNullValue().longValue()
                                : tokens.get(chosen).encoding().constValue().longValue());
            }
            case BEGIN_SET -> {
                long bits = 0;
                for (int i = index + 1; tokens.get(i).signal() == Signal.CHOICE; i++) {
                    bits |= random.nextLong(2)
                            << tokens.get(i).encoding().constValue().longValue();
                }
                put(encoding.primitiveType(), at, bits);
            }
            case BEGIN_COMPOSITE -> {
                for (int i = index + 1; tokens.get(i).signal() != Signal.END_COMPOSITE; ) {
                    value(i, at, false);
                    i += tokens.get(i).componentTokenCount();
                }
            }
            default -> throw new IllegalStateException(token.toString());
        }
    }

    private void primitives(final Token token, final int at, final boolean isOptional, final boolean isNull) {
        final Encoding encoding = token.encoding();
        final PrimitiveType type = encoding.primitiveType();
        if (type == PrimitiveType.CHAR && token.arrayLength() > 1) {
            final int length = isNull ? 0 : random.nextInt(token.arrayLength() + 1);
            for (int i = 0; i < length; i++) {
                // Also what is no text.
                buffer.putByte(
                        at + i, (byte) (random.nextInt(20) == 0 ? random.nextInt(256) : 'a' + random.nextInt(26)));
            }
            return;
        }
        for (int i = 0; i < token.arrayLength(); i++) {
            final int index = at + i * type.size();
            if (type == PrimitiveType.FLOAT) {
                buffer.putFloat(index, (float) (isNull ? Double.NaN : number()), LE);
            } else if (type == PrimitiveType.DOUBLE) {
                buffer.putDouble(index, isNull ? Double.NaN : number(), LE);
            } else {
                final long nullValue = encoding.applicableNullValue().longValue();
                long value;
                do {
                    value = isNull ? nullValue : within(encoding, type);
                } while (isOptional && !isNull && value == nullValue);
                put(type, index, value);
            }
        }
    }

    private double number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(100) / 4.0;
            case 1 -> -0.0;
            case 2 -> random.nextLong();
            default -> random.nextDouble() * 1e-30;
        };
    }

    private long within(final Encoding encoding, final PrimitiveType type) {
        final long min = encoding.applicableMinValue().longValue();
        final long max = encoding.applicableMaxValue().longValue();
        if (type == PrimitiveType.UINT64) {
            return random.nextBoolean() ? max : random.nextLong() & Long.MAX_VALUE;
        }
        return switch (random.nextInt(4)) {
            case 0 -> min;
            case 1 -> max;
            default -> max == Long.MAX_VALUE ? random.nextLong(min, max) : random.nextLong(min, max + 1);
        };
    }

    private void group(final Token group) {
        final Token blockLength = tokens.get(next + 2);
        final Token count = tokens.get(next + 3);
        final int entries = random.nextInt(4);
        put(blockLength.encoding().primitiveType(), limit + blockLength.offset(), group.encodedLength());
        put(count.encoding().primitiveType(), limit + count.offset(), entries);
        limit += tokens.get(next + 1).encodedLength();
        final int body = next + 1 + tokens.get(next + 1).componentTokenCount();
        for (int i = 0; i < entries; i++) {
            next = body;
            body(group.encodedLength());
        }
    }

    private void data() {
        final Token length = tokens.get(next + 2);
        final byte[] bytes = new byte[random.nextInt(6)];
        Arrays.setAll(new int[bytes.length], i -> bytes[i] = (byte) (random.nextInt(10) == 0 ? -1 : 'a' + i));
        put(length.encoding().primitiveType(), limit, bytes.length);
        limit += tokens.get(next + 3).offset();
        buffer.putBytes(limit, bytes);
        limit += bytes.length;
    }

    private void put(final PrimitiveType type, final int index, final long value) {
        switch (type.size()) {
            case 1 -> buffer.putByte(index, (byte) value);
            case 2 -> buffer.putShort(index, (short) value, LE);
            case 4 -> buffer.putInt(index, (int) value, LE);
            default -> buffer.putLong(index, value, LE);
        }
    }
}
