package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import java.util.Objects;

/**
 * Names an output of a processor beside its main one. Made once, kept in a constant, and used by the processor and the
 * topology.
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

    @Override
    public String toString() {
        return name;
    }
}
