package io.millrace.streams.query;

import java.util.List;

/**
 * What a step had kept, and where that is true. Whoever asks for one key of a step behind an exchange gets one position; where
 * several tasks had to be asked, each of them answers at its own.
 *
 * @param <A>       type of what was asked for.
 * @param value     that was found; null for a key of which nothing is kept.
 * @param positions of the tasks that were asked, at least one.
 */
public record StateAnswer<A>(A value, List<StatePosition> positions) {
    /**
     * Keeps the list as it is now.
     *
     * @param value     that was found.
     * @param positions of the tasks.
     */
    public StateAnswer {
        positions = List.copyOf(positions);
    }

    /**
     * Tells whether anything was found.
     *
     * @return false when nothing is kept for the key.
     */
    public boolean isFound() {
        return value != null;
    }

    /**
     * Where the answer of one task is true.
     *
     * @return the position.
     * @throws IllegalStateException if several tasks were asked; look at {@link #positions()}.
     */
    public StatePosition position() {
        if (positions.size() > 1) {
            throw new IllegalStateException("several tasks were asked, at the positions " + positions);
        }
        return positions.get(0);
    }
}
