package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.keyed.Keyed;
import io.millrace.operators.keyed.KeyedOperator;

/**
 * A value for each key that changes as the stream goes on. What can be seen of it are its changes, in the order in which they
 * happen: a value that is the same as before is no change.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class Table<K, V> {
    private final Flow<V> flow;
    private final Codec<K> keyCodec;
    private final Updates updates;

    Table(final Flow<V> flow, final Codec<K> keyCodec, final Updates updates) {
        this.flow = flow;
        this.keyCodec = keyCodec;
        this.updates = updates;
    }

    /**
     * Hands on the value of a key at each value of the stream, although it may not have changed.
     *
     * @return this table.
     */
    public Table<K, V> everyUpdate() {
        updates.isEach = true;
        return this;
    }

    /**
     * Says what the step does with a value that makes its function fail.
     *
     * @param policy to follow, in the place of that of the topology.
     * @return this table.
     */
    public Table<K, V> onError(final ErrorPolicy policy) {
        flow.onError(policy);
        return this;
    }

    /**
     * The changes as a stream.
     *
     * @return each new value with its key; a view that is valid inside the call.
     */
    public Stream<Keyed<K, V>> toChanges() {
        return new Stream<>(flow.stateless(
                "changes",
                (scope, nexts) ->
                        scope.operator(KeyedOperator.class, scope.failures(), scope.codec(keyCodec), nexts.get(0)),
                null));
    }

    /**
     * Appends each change to a topic, which is created with the job when it does not exist: the key, and its new value.
     *
     * @param topic that no other sink of the topology writes.
     * @param codec that writes the values.
     */
    public void to(final String topic, final Codec<V> codec) {
        new Flow<>(flow.topology(), flow.node(), flow.port(), codec).to(topic);
    }

    /** What a table hands on; settled when the tasks are made. */
    static final class Updates {
        boolean isEach;
    }
}
