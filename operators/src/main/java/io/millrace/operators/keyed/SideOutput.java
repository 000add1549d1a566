package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import java.util.Objects;

/**
 * Names an output of a processor beside its main one. Best kept in a constant that both the processor
 * and the topology use; two of one name are the same output.
 *
 * @param <T> type of its values.
 */
public final class SideOutput<T> {
    private final String name;
    private final Codec<T> codec;

    private SideOutput(final String name, final Codec<T> codec) {
        this.name = Objects.requireNonNull(name, "a side output needs a name");
        this.codec = codec;
    }

    /**
     * Names an output.
     *
     * @param name  of the output, unique in the processor.
     * @param codec that writes its values; null where they are neither sent to a topic nor through an exchange.
     * @param <T>   type of its values.
     * @return the name.
     */
    public static <T> SideOutput<T> of(final String name, final Codec<T> codec) {
        return new SideOutput<>(name, codec);
    }

    /**
     * Name of the output.
     *
     * @return the name.
     */
    public String name() {
        return name;
    }

    /**
     * How its values are written.
     *
     * @return the codec, as a description; null where nobody said.
     */
    public Codec<T> codec() {
        return codec;
    }

    /**
     * Tells whether another object names the same output of a processor.
     *
     * @param other that may be another instance.
     * @return true if the names are equal.
     */
    public boolean isSame(final SideOutput<?> other) {
        return this == other || name.equals(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
