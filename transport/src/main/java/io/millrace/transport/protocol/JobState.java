package io.millrace.transport.protocol;

/** How a job is. Travels as its ordinal. */
public enum JobState {
    /** It runs. */
    RUNNING,
    /** It was told to stop and has not yet. */
    STOPPING,
    /** It stopped in order, or its input has ended: it is in no list any more. */
    ENDED,
    /** It stopped with an error. */
    FAILED,
    /** Nothing is heard of its process. */
    LOST;

    private static final JobState[] VALUES = values();

    /**
     * The state that travelled.
     *
     * @param code as it travelled
     * @return the state, or null for one that this end does not know
     */
    public static JobState of(final int code) {
        return code < VALUES.length ? VALUES[code] : null;
    }

    /**
     * Tells whether a job in this state still does something.
     *
     * @return whether its name is taken
     */
    public boolean isAlive() {
        return this == RUNNING || this == STOPPING;
    }
}
