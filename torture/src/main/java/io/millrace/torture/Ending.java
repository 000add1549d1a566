package io.millrace.torture;

/** How a life is meant to end. */
enum Ending {
    /** By a kill at some instant after the process was started, whether it is up or not. */
    KILL_EARLY,

    /** By a kill at some instant after the job was started. */
    KILL,

    /** By a kill at a step. */
    KILL_AT_STEP,

    /** In order, although the input has not ended. */
    CLOSE,

    /** With the end of the input and the job. */
    COMPLETE
}
