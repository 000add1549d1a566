package io.millrace.log.error;

/** The kinds of failure a caller may want to tell apart. */
public enum ErrorCode {
    /** A setting, a directory or a name that cannot be used. */
    CONFIGURATION,
    /** The directory is owned by another process. */
    STORE_IN_USE,
    /** The disk or the quota is full. */
    STORAGE_FULL,
    /** The disk or the file system refused an operation. */
    STORAGE_FAILED,
    /** Bytes on disk are not what was written. */
    CORRUPT,
    /** The bytes were written by a version this one does not know. */
    UNSUPPORTED_VERSION,
    /** No topic of that name. */
    UNKNOWN_TOPIC,
    /** A topic of that name exists with another specification. */
    TOPIC_EXISTS,
    /** The topic was deleted while it was in use. */
    TOPIC_DELETED,
    /** Something that cannot be done while others depend on what it would take away. */
    IN_USE,
    /** No group, queue or job of that name. */
    NOT_FOUND,
    /** A group, queue or job of that name exists with other settings. */
    ALREADY_EXISTS,
    /** As many are there already as a setting allows. */
    LIMIT_REACHED,
    /** A record that its reader cannot decode. */
    MALFORMED_RECORD,
    /** A producer left out a sequence number. */
    SEQUENCE_GAP,
    /** A claim was open for too long and was made padding: its record is not in the log. */
    CLAIM_REVOKED,
    /** A newer epoch of the producer exists. */
    FENCED,
    /** The position lies in a part of the log that was removed. */
    POSITION_GONE,
    /** The network or the media driver failed. */
    TRANSPORT,
    /** The state of a job has reached its byte budget. */
    STATE_BUDGET,
    /** A function given by the user threw. */
    USER_FUNCTION,
    /** The thread was interrupted while it waited: somebody asked it to stop, and nothing is broken. */
    INTERRUPTED,
    /** A replay of the same input made another output. */
    NOT_DETERMINISTIC,
    /** The principal is not who it says it is, or may not do this. */
    ACCESS_DENIED,
    /** A mistake of our own. */
    INTERNAL
}
