package io.millrace.transport.protocol;

/** What became of a message that an adapter was handed. */
public enum MessageResult {
    /** It was carried out, or refused to its sender: it is done with. */
    DONE,
    /** It cannot be taken just now: the same message must come again. */
    AGAIN,
    /** It is no message of this protocol, or its lengths do not agree with its end: it is counted and dropped. */
    IGNORED;

    /**
     * The result of a call that may say "not now".
     *
     * @param isTaken what the call returned
     * @return {@link #DONE} or {@link #AGAIN}
     */
    public static MessageResult of(final boolean isTaken) {
        return isTaken ? DONE : AGAIN;
    }
}
