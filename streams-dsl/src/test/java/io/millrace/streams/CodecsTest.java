package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.codec.Codec;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class CodecsTest {
    private record Trade(String symbol, BigDecimal price, List<Long> sizes) {}

    private record Unfit(Optional<String> note) {}

    @Test
    void shouldReadBackWhatTheyWrote() {
        assertRoundTrip(Codecs.string(), "text");
        assertRoundTrip(Codecs.bytes(), new byte[] {1, 2, 3});
        assertRoundTrip(Codecs.bool(), true);
        assertRoundTrip(Codecs.int32(), 32);
        assertRoundTrip(Codecs.int64(), 64L);
        assertRoundTrip(Codecs.float64(), 6.4);
        assertRoundTrip(Codecs.records(Trade.class), new Trade("ABC", new BigDecimal("10.50"), List.of(1L, 2L)));
    }

    private static <V> void assertRoundTrip(final Codec<V> description, final V value) {
        final Codec<V> writer = description.forTask();
        final Codec<V> reader = description.forTask();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[writer.encodedLength(value)]);

        writer.encode(value, buffer, 0);

        assertThat(reader.decode(buffer, 0, buffer.capacity())).isEqualTo(value);
    }

    @Test
    void shouldSayWhatTheyAre() {
        assertThat(List.of(
                        Codecs.string().describe(),
                        Codecs.bytes().describe(),
                        Codecs.bool().describe(),
                        Codecs.int32().describe(),
                        Codecs.int64().describe(),
                        Codecs.float64().describe(),
                        Codecs.records(Trade.class).describe()))
                .containsExactly("string", "bytes", "bool", "int32", "int64", "float64", "record Trade");
    }

    @Test
    void shouldRefuseARecordWithAComponentThatHasNoBytes() {
        assertThatThrownBy(() -> Codecs.records(Unfit.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("component note: java.util.Optional<java.lang.String> is not supported");
    }
}
