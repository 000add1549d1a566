package io.millrace.operators.join;

/** Which values a join hands on although they have no partner. */
public enum JoinKind {
    /** Pairs only. */
    INNER(false, false),

    /** Pairs, and values of the left side. */
    LEFT(true, false),

    /** Pairs, and values of both sides. */
    OUTER(true, true);

    private final boolean keepsLeft;
    private final boolean keepsRight;

    JoinKind(final boolean keepsLeft, final boolean keepsRight) {
        this.keepsLeft = keepsLeft;
        this.keepsRight = keepsRight;
    }

    /**
     * Tells whether values of the left side are handed on that have no partner.
     *
     * @return true for a left and an outer join.
     */
    public boolean keepsLeft() {
        return keepsLeft;
    }

    /**
     * Tells whether values of the right side are handed on that have no partner.
     *
     * @return true for an outer join.
     */
    public boolean keepsRight() {
        return keepsRight;
    }
}
