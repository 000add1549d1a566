package io.millrace.operators.pattern;

import java.util.List;
import java.util.Objects;

/**
 * A sequence as it is written, checked already: the first step begins, the others do not, and all has to be over in time.
 *
 * @param steps         in their order, at most {@link #MAX_STEPS}.
 * @param withinNs      how long after its first value a match may be complete, in ns, bound included; 1 to 2^60.
 * @param isOverlapping whether a value may be in several matches.
 * @param maxPartial    how many partial matches a key may have; 1 or more.
 * @param <V>           type of the values.
 */
public record SequenceOptions<V>(List<SequenceStep<V>> steps, long withinNs, boolean isOverlapping, int maxPartial) {
    /** How many steps a sequence may have. */
    public static final int MAX_STEPS = SequenceShape.MAX_STEPS;

    /**
     * Keeps the steps as they are.
     *
     * @param steps         in their order.
     * @param withinNs      in ns.
     * @param isOverlapping whether a value may be in several matches.
     * @param maxPartial    partial matches of a key.
     */
    public SequenceOptions {
        steps = List.copyOf(Objects.requireNonNull(steps, "a sequence needs steps"));
    }
}
