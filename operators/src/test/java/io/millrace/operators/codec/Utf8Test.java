package io.millrace.operators.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final int ROUNDS = 200_000;
    private static final int[] EDGES = {
        0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF, 'a', 'é', '€', 0x1F600
    };

    private final Utf8 utf8 = new Utf8();

    @Test
    void shouldWriteWhatTheJdkWritesAndReadItBack() {
        final long seed = 41;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            final String value = string(random);
            final byte[] expected = value.getBytes(StandardCharsets.UTF_8);
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[expected.length]);

            final int length = Utf8.length(value);
            assertThat(length).as("seed %d round %d", seed, round).isEqualTo(expected.length);
            utf8.write(value, length, buffer, 0);

            assertThat(buffer.byteArray()).as("seed %d round %d", seed, round).isEqualTo(expected);
            assertThat(utf8.read(buffer, 0, length))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(value);
        }
    }

    private static String string(final SplittableRandom random) {
        final StringBuilder value = new StringBuilder();
        final boolean isAscii = random.nextBoolean();
        for (int i = random.nextInt(12); i > 0; i--) {
            value.appendCodePoint(isAscii ? random.nextInt(0x80) : EDGES[random.nextInt(EDGES.length)]);
        }
        return value.toString();
    }

    @Test
    void shouldAcceptTheBytesThatAStrictDecoderOfTheJdkAcceptsAndNoOthers() {
        final long seed = 42;
        final SplittableRandom random = new SplittableRandom(seed);
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final byte[] bytes = string(random).getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }

            final String expected = strictly(bytes);

            assertThat(utf8.read(new UnsafeBuffer(bytes), 0, bytes.length))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(expected);
            accepted += expected == null ? 0 : 1;
        }
        assertThat(accepted).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
    }

    private static String strictly(final byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (final CharacterCodingException e) {
            return null;
        }
    }

    @Test
    void shouldRefuseHalfASurrogatePair() {
        for (final String value : new String[] {"a\uD83D", "\uD83Db", "\uDE00", "\uDE00\uD83D"}) {
            assertThatThrownBy(() -> Utf8.length(value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("half of a surrogate pair");
        }
    }
}
