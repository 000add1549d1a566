package io.millrace.operators.state;

import java.util.List;

/**
 * What a step keeps for each key.
 *
 * @param kind  of the state.
 * @param cells names of the cells that a processor has declared, in that order; empty for other steps.
 */
public record StateShape(Kind kind, List<String> cells) {
    /** One value for each key. */
    public static final StateShape VALUES = new StateShape(Kind.VALUES, List.of());

    /** One value for each key and open window. */
    public static final StateShape WINDOWS = new StateShape(Kind.WINDOWS, List.of());

    /** Kinds of state. */
    public enum Kind {
        /** One value for each key. */
        VALUES,
        /** One value for each key and open window. */
        WINDOWS,
        /** Cells and timers for each key. */
        CELLS
    }

    /**
     * Keeps the list as it is now.
     *
     * @param kind  of the state.
     * @param cells names of the cells.
     */
    public StateShape {
        cells = List.copyOf(cells);
    }

    /**
     * The shape of a processor's state.
     *
     * @param names of its cells.
     * @return the shape.
     */
    public static StateShape cells(final List<String> names) {
        return new StateShape(Kind.CELLS, names);
    }
}
