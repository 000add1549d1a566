package io.millrace.operators.pattern;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * A step of a sequence as it is written.
 *
 * @param kind          how the step follows the one before.
 * @param name          of the step.
 * @param predicate     tells which values fit the step; it is asked once for each value.
 * @param least         how many values the step takes at least; 1 or more. Means nothing for a step that takes none.
 * @param most          how many values the step takes at most; {@code least} or more. Means nothing for a step that takes none.
 * @param isConsecutive whether the values of the step directly follow each other.
 * @param absenceNs     how long nothing that fits may come, in ns; 1 or more for {@link Kind#ABSENT}, 0 for the others.
 * @param <V>           type of the values.
 */
public record SequenceStep<V>(
        Kind kind,
        String name,
        Predicate<? super V> predicate,
        int least,
        int most,
        boolean isConsecutive,
        long absenceNs) {
    /** How a step follows the one before. */
    public enum Kind {
        /** Takes the first value of a sequence. */
        BEGIN,
        /** Takes the value that comes directly behind. */
        NEXT,
        /** Takes the first value that fits, whatever comes in between. */
        FOLLOWED_BY,
        /** The value that comes directly behind must not fit; takes none. */
        NOT_NEXT,
        /** Until the step behind has its first value, none may come that fits; takes none. */
        NOT_FOLLOWED_BY,
        /** Holds when for a duration nothing comes that fits; takes no value. */
        ABSENT;

        /**
         * Tells whether a step of this kind takes values.
         *
         * @return true for those whose values are in a match.
         */
        public boolean takes() {
            return this == BEGIN || this == NEXT || this == FOLLOWED_BY;
        }
    }

    /**
     * Checks that nothing is missing.
     *
     * @param kind          of step.
     * @param name          of the step.
     * @param predicate     of the step.
     * @param least         values.
     * @param most          values.
     * @param isConsecutive whether they directly follow each other.
     * @param absenceNs     in ns.
     */
    public SequenceStep {
        Objects.requireNonNull(kind, "a step needs a kind");
        Objects.requireNonNull(name, "a step of a sequence needs a name");
        Objects.requireNonNull(predicate, () -> "step " + name + " needs a predicate");
    }

    /**
     * A step that takes one value, or none if that is its kind.
     *
     * @param kind      of step.
     * @param name      of the step.
     * @param predicate of the step.
     * @param <V>       type of the values.
     * @return the step.
     */
    public static <V> SequenceStep<V> of(final Kind kind, final String name, final Predicate<? super V> predicate) {
        return new SequenceStep<>(kind, name, predicate, 1, 1, kind == Kind.NEXT, 0);
    }
}
