package io.millrace.log.error;

/**
 * The position that somebody wants to read from lies in a part of the partition that retention or truncation has removed.
 * The reader has not moved: whoever can do without what is gone says so by {@code seekToBegin()}, which is the only way to
 * jump over it.
 */
public final class PositionGoneException extends MillraceException {
    private static final long serialVersionUID = 1L;

    /** What is wanted. */
    private final long position;

    /** What there is. */
    private final long firstPosition;

    /**
     * Creates the failure.
     *
     * @param where         topic and partition, for the message.
     * @param position      that is gone.
     * @param firstPosition that is still there.
     */
    public PositionGoneException(final String where, final long position, final long firstPosition) {
        super(
                ErrorCode.POSITION_GONE,
                "the position was removed: " + where + " position=" + position + " first=" + firstPosition
                        + "; seek to the begin to go on without what was removed");
        this.position = position;
        this.firstPosition = firstPosition;
    }

    /**
     * Tells what was wanted.
     *
     * @return byte position.
     */
    public long position() {
        return position;
    }

    /**
     * Tells where reading could begin when this was thrown. More may have been removed since.
     *
     * @return byte position of the first record.
     */
    public long firstPosition() {
        return firstPosition;
    }
}
