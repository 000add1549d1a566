package io.millrace.operators.core;

import java.util.Objects;

/**
 * What an operator does with a value that makes a user's function fail, and a source with a record that cannot be decoded.
 *
 * @param kind            what to do.
 * @param deadLetterTopic where such records go, null unless the kind is {@link Kind#DEAD_LETTER}.
 */
public record ErrorPolicy(Kind kind, String deadLetterTopic) {
    /** Stop the job, with an error that names topic, partition, position and operator. The default. */
    public static final ErrorPolicy FAIL = new ErrorPolicy(Kind.FAIL, null);

    /** Leave the value out, count and report it, go on with the next. */
    public static final ErrorPolicy SKIP = new ErrorPolicy(Kind.SKIP, null);

    /** What is done. */
    public enum Kind {
        /** Stop the job. */
        FAIL,
        /** Leave the value out and count it. */
        SKIP,
        /** Append the input record, with the cause, to a topic. */
        DEAD_LETTER
    }

    /**
     * Checks that a topic is named where one is needed.
     *
     * @param kind            what to do.
     * @param deadLetterTopic where such records go.
     * @throws NullPointerException without it.
     */
    public ErrorPolicy {
        if (kind == Kind.DEAD_LETTER) {
            Objects.requireNonNull(deadLetterTopic, "a topic for dead letters is needed");
        }
    }

    /**
     * Sends the input record to a topic, as it is in the log, with its position and the cause; the job goes on.
     *
     * @param topic created with the job when it does not exist; several operators may share one.
     * @return the policy.
     */
    public static ErrorPolicy deadLetter(final String topic) {
        return new ErrorPolicy(Kind.DEAD_LETTER, topic);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case FAIL -> "fail";
            case SKIP -> "skip";
            case DEAD_LETTER -> "dead-letter to " + deadLetterTopic;
        };
    }
}
