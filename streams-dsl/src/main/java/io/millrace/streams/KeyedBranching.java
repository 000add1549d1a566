package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import java.util.function.Predicate;

/**
 * The cases into which a stream of values under keys is parted. Each value goes to the first case that accepts it, or to
 * {@link #otherwise()}.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class KeyedBranching<K, V> {
    private final Branching<V> cases;
    private final Codec<K> keyCodec;

    KeyedBranching(final Flow<V> flow, final Codec<K> keyCodec) {
        this.cases = new Branching<>(flow);
        this.keyCodec = keyCodec;
    }

    /**
     * Names the step, which goes by a generated name otherwise, such as {@code branch-2}: in plans, messages and dead letters.
     *
     * @param name unique in the topology, as that of any step; said once.
     * @return this.
     */
    public KeyedBranching<K, V> named(final String name) {
        cases.named(name);
        return this;
    }

    /**
     * Names the next case.
     *
     * @param predicate asked when no earlier case took the value.
     * @return the values of this case, under their keys.
     */
    public KeyedStream<K, V> when(final Predicate<? super V> predicate) {
        return new KeyedStream<>(cases.when(predicate).flow, keyCodec);
    }

    /**
     * The rest.
     *
     * @return the values that no case takes, under their keys.
     */
    public KeyedStream<K, V> otherwise() {
        return new KeyedStream<>(cases.otherwise().flow, keyCodec);
    }
}
