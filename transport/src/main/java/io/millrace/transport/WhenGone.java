package io.millrace.transport;

/** What a {@link Subscriber} does when retention has removed what it is to read next. */
public enum WhenGone {
    /**
     * {@link Subscriber#poll}, or already {@link Subscriber#connect}, throws a {@link io.millrace.log.error.PositionGoneException}
     * that names the first position left.
     */
    FAIL,
    /** Goes on at the first record that is left; {@link Subscriber#goneCount()} tells that it happened. */
    EARLIEST
}
