package io.millrace.perf.kafka.streams;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Values of a few numbers, 8 bytes each. */
final class LongsSerde<T> implements Serde<T> {
    private final int length;
    private final BiConsumer<T, ByteBuffer> writer;
    private final Function<ByteBuffer, T> reader;

    private LongsSerde(final int count, final BiConsumer<T, ByteBuffer> writer, final Function<ByteBuffer, T> reader) {
        this.length = count * Long.BYTES;
        this.writer = writer;
        this.reader = reader;
    }

    static Serde<Trade> trade() {
        return new LongsSerde<>(
                2,
                (trade, buffer) -> buffer.putLong(trade.price()).putLong(trade.quantity()),
                buffer -> new Trade(buffer.getLong(), buffer.getLong()));
    }

    static Serde<TaggedTrade> taggedTrade() {
        return new LongsSerde<>(
                3,
                (trade, buffer) ->
                        buffer.putLong(trade.price()).putLong(trade.quantity()).putLong(trade.tag()),
                buffer -> new TaggedTrade(buffer.getLong(), buffer.getLong(), buffer.getLong()));
    }

    static Serde<TaggedSums> taggedSums() {
        return new LongsSerde<>(
                4,
                (sums, buffer) -> buffer.putLong(sums.tag())
                        .putLong(sums.count())
                        .putLong(sums.quantity())
                        .putLong(sums.notional()),
                buffer -> new TaggedSums(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong()));
    }

    static Serde<Sums> sums() {
        return new LongsSerde<>(
                3,
                (sums, buffer) ->
                        buffer.putLong(sums.count()).putLong(sums.quantity()).putLong(sums.notional()),
                buffer -> new Sums(buffer.getLong(), buffer.getLong(), buffer.getLong()));
    }

    /** What a window tells. */
    static Serde<long[]> window() {
        return new LongsSerde<>(
                4,
                (window, buffer) -> {
                    for (final long number : window) {
                        buffer.putLong(number);
                    }
                },
                buffer -> new long[] {buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong()});
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> {
            if (value == null) {
                return null;
            }
            final ByteBuffer buffer = ByteBuffer.allocate(length);
            writer.accept(value, buffer);
            return buffer.array();
        };
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> bytes == null ? null : reader.apply(ByteBuffer.wrap(bytes));
    }
}
