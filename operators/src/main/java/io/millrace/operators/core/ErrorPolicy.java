package io.millrace.operators.core;

/** What a task does with a record that cannot be decoded or makes a user's function fail. */
public enum ErrorPolicy {
    /** Stop the job, with an error that names topic, partition, position and operator. The default. */
    FAIL,
    /** Leave the record out, count and report it, go on with the next. */
    SKIP
}
