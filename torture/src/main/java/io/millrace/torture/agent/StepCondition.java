package io.millrace.torture.agent;

import io.millrace.log.LogPartition;

/** Tells whether a call of a step's method is one that counts, where the method is used for several things. */
@FunctionalInterface
interface StepCondition {
    /** Any call counts. */
    StepCondition ALWAYS = (self, arguments, returned) -> true;

    /** The partition belongs to a checkpoint topic. */
    StepCondition OF_CHECKPOINTS = (self, arguments, returned) -> isOfCheckpoints(self);

    /** The partition belongs to another topic, which is an exchange then. */
    StepCondition OF_EXCHANGE = (self, arguments, returned) -> !isOfCheckpoints(self);

    /** The file that is renamed gets a name that means nothing. */
    StepCondition RENAMES_AWAY = (self, arguments, returned) -> isRemoved(arguments[1]);

    /** The file has a name that means nothing. */
    StepCondition IS_AWAY = (self, arguments, returned) -> isRemoved(arguments[0]);

    /** A segment gets its name. */
    StepCondition NAMES_SEGMENT =
            (self, arguments, returned) -> arguments[1].toString().endsWith(".seg");

    /** The method has said yes. */
    StepCondition RETURNS_TRUE = (self, arguments, returned) -> Boolean.TRUE.equals(returned);

    /**
     * Looks at a call.
     *
     * @param self      object of the call; null for a static method.
     * @param arguments of the call.
     * @param returned  what it has returned; null at its beginning.
     * @return true when it counts.
     */
    boolean isMet(Object self, Object[] arguments, Object returned);

    private static boolean isOfCheckpoints(final Object partition) {
        return ((LogPartition) partition).topic().endsWith(".checkpoints");
    }

    private static boolean isRemoved(final Object path) {
        return path.toString().endsWith(".removed.tmp");
    }
}
