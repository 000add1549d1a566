package io.millrace.torture.check;

/**
 * A join of two tables by their keys: each step takes the next change of one side. A row has the later of the times of the last changes
 * of both; where neither side has a value, all is forgotten.
 */
final class PairSteps implements RowPath.Steps<PairSteps.State> {
    /** How far both sides are, and of which side the time of the last change is still known. */
    record State(int left, int right, boolean knowsLeft, boolean knowsRight) {}

    private final byte[] key;
    private final RowHistory lefts;
    private final RowHistory rights;
    private final boolean isOuter;

    PairSteps(final byte[] key, final RowHistory lefts, final RowHistory rights, final boolean isOuter) {
        this.key = key;
        this.lefts = lefts;
        this.rights = rights;
        this.isOuter = isOuter;
    }

    static State start() {
        return new State(0, 0, false, false);
    }

    @Override
    public boolean isBeyond(final State state, final OutputRecord record) {
        return record.value().length > 0
                && (state.left > lefts.find(OutputRecord.longAt(record.value(), 0))
                        || state.right > rights.find(OutputRecord.longAt(record.value(), 2)));
    }

    @Override
    public boolean isEnd(final State state) {
        return state.left == lefts.last() && state.right == rights.last();
    }

    @Override
    public void from(final State state, final OutputRecord record, final RowPath.Taker<State> taker) {
        if (state.left < lefts.last()) {
            final State next = new State(state.left + 1, state.right, true, state.knowsRight);
            step(
                    state,
                    next,
                    lefts.timeNs(next.left),
                    state.knowsRight ? rights.timeNs(next.right) : Long.MIN_VALUE,
                    taker);
        }
        if (state.right < rights.last()) {
            final State next = new State(state.left, state.right + 1, state.knowsLeft, true);
            step(
                    state,
                    next,
                    rights.timeNs(next.right),
                    state.knowsLeft ? lefts.timeNs(next.left) : Long.MIN_VALUE,
                    taker);
        }
    }

    private void step(
            final State state,
            final State next,
            final long timeNs,
            final long otherNs,
            final RowPath.Taker<State> taker) {
        final OutputRecord made;
        if (isRow(next)) {
            final long[] left = lefts.shown(next.left);
            final long[] right = rights.shown(next.right);
            made = OutputRecord.data(
                    Math.max(timeNs, otherNs), key, OutputRecord.longs(left[0], left[1], right[0], right[1]));
        } else {
            made = isRow(state) ? OutputRecord.delete(Math.max(timeNs, otherNs), key) : null;
        }
        final boolean isForgotten = !lefts.hasValue(next.left) && !rights.hasValue(next.right);
        taker.step(made, isForgotten ? new State(next.left, next.right, false, false) : next);
    }

    private boolean isRow(final State state) {
        final boolean hasLeft = lefts.hasValue(state.left);
        final boolean hasRight = rights.hasValue(state.right);
        return isOuter ? hasLeft || hasRight : hasLeft && hasRight;
    }
}
