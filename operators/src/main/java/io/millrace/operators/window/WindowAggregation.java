package io.millrace.operators.window;

import io.millrace.operators.state.StateFlyweight;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How the records of a window become its result.
 *
 * @param stateFactory makes a view on the state of one key in one window.
 * @param add          takes a record into the state; a new state's bytes are all zero.
 * @param result       makes the result of a state; the state itself where the function is the identity.
 * @param <V>          type of the records.
 * @param <S>          type of the state.
 * @param <R>          type of the result.
 */
public record WindowAggregation<V, S extends StateFlyweight, R>(
        Supplier<S> stateFactory, BiConsumer<? super S, ? super V> add, Function<? super S, ? extends R> result) {}
