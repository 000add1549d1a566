package io.millrace.operators.keyed;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.StateFlyweight;
import java.util.function.Supplier;

/**
 * Takes the declarations of a processor's state. A cell holds one thing for each key; inside a call it stands on the key of
 * that call. Together they may be {@value #MAX_CELLS}, and their names are part of a checkpoint.
 */
public interface ProcessorSetup {
    /** How many cells a processor may declare. */
    int MAX_CELLS = 64;

    /**
     * Declares a cell for values that are objects on the Java heap.
     *
     * @param name  of the cell, unique in the processor.
     * @param codec that writes the values into checkpoints; values that it lends are copied when they are set.
     * @param <T>   type of the values, which are not changed once they are set.
     * @return the cell.
     */
    <T> ValueState<T> valueState(String name, Codec<T> codec);

    /**
     * Declares a cell of a fixed size outside the Java heap.
     *
     * @param name    of the cell, unique in the processor.
     * @param factory makes a view.
     * @param <S>     type of the view.
     * @return the cell.
     */
    <S extends StateFlyweight> FlyweightState<S> flyweightState(String name, Supplier<S> factory);
}
