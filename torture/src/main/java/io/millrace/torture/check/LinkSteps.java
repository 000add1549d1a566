package io.millrace.torture.check;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A join of one row with a table by a foreign key. The row takes its next value; where that has another board, the result stays
 * until the board has answered with what it has at some moment, never behind one at which it was heard before. A board that has
 * answered tells each further change, until the row has another one. A delete needs no answer.
 *
 * <p>A row has the latest of its own time, that of its link if that has just been answered, and that of what the board has. What has
 * deleted a value of a board may be forgotten, with its time, where no row is linked with it; and what a delete of a row has heard of
 * boards before is not followed: it may have the time of any change of one of them.
 */
final class LinkSteps implements RowPath.Steps<LinkSteps.State> {
    private static final RowHistory NOTHING = new RowHistory();

    /**
     * How far a row is.
     *
     * @param left       its version.
     * @param link       the version that has taken the board.
     * @param isAnswered whether the board has answered.
     * @param isShown    whether there is a result.
     * @param heard      the version of the board that was heard last, if it has answered.
     * @param proven     of each board, the last version with a value that was in a result.
     */
    record State(int left, int link, boolean isAnswered, boolean isShown, int heard, int[] proven) {
        @Override
        public boolean equals(final Object other) {
            return other instanceof State that
                    && left == that.left
                    && link == that.link
                    && isAnswered == that.isAnswered
                    && isShown == that.isShown
                    && heard == that.heard
                    && Arrays.equals(proven, that.proven);
        }

        @Override
        public int hashCode() {
            return ((left * 31 + link) * 31 + heard) * 31 + Arrays.hashCode(proven) + (isAnswered ? 1 : 0);
        }

        State hear(final int version, final int[] newProven, final boolean isRow) {
            return new State(left, link, true, isRow, version, newProven);
        }
    }

    private final byte[] key;
    private final RowHistory lefts;
    private final Map<Long, RowHistory> boards;
    private final Set<Long> boardTimes;
    private final boolean keepsLeft;

    LinkSteps(
            final byte[] key,
            final RowHistory lefts,
            final Map<Long, RowHistory> boards,
            final Set<Long> boardTimes,
            final boolean keepsLeft) {
        this.key = key;
        this.lefts = lefts;
        this.boards = boards;
        this.boardTimes = boardTimes;
        this.keepsLeft = keepsLeft;
    }

    static State start(final int boards) {
        return new State(0, 0, false, false, 0, new int[boards]);
    }

    private RowHistory history(final int left) {
        return boards.getOrDefault(lefts.board(left), NOTHING);
    }

    @Override
    public boolean isBeyond(final State state, final OutputRecord record) {
        if (record.value().length == 0) {
            return !state.isShown;
        }
        return state.left > lefts.find(OutputRecord.longAt(record.value(), 0));
    }

    /**
     * Whether an answer may lead on to a record: it makes it, or makes none and matters for what the board tells next. Of the many
     * versions of a board few do, which are told here without making what each of them makes.
     */
    private boolean isNeeded(final State state, final int version, final OutputRecord record) {
        if (record == null) {
            return true;
        }
        if (isRow(state.left, version)) {
            return record.value().length > 0
                    && lefts.shown(state.left)[0] == OutputRecord.longAt(record.value(), 0)
                    && history(state.left).shown(version)[0] == OutputRecord.longAt(record.value(), 2);
        }
        if (state.isShown) {
            return record.value().length == 0;
        }
        if (record.value().length == 0) {
            return false;
        }
        final int left = lefts.find(OutputRecord.longAt(record.value(), 0));
        return lefts.board(state.left) == lefts.board(left)
                && version + 1 == history(left).find(OutputRecord.longAt(record.value(), 2));
    }

    @Override
    public boolean isEnd(final State state) {
        return state.left == lefts.last()
                && (!lefts.hasValue(state.left)
                        || state.isAnswered
                                && state.heard == history(state.left).last());
    }

    // A row that waits for an answer goes on as freely as one that has heard of nothing. So to come to the end in
    // silence it need not
    // hear anything before its last version, and then what the board has at last.
    @Override
    public void toEnd(final State state, final RowPath.Taker<State> taker) {
        if (state.left < lefts.last()) {
            fromLeft(state, null, taker);
        } else if (lefts.hasValue(state.left)) {
            final int last = history(state.left).last();
            if (!state.isAnswered) {
                hear(state, last, lefts.timeNs(state.link), null, taker);
            } else if (state.heard < last) {
                hear(state, state.heard + 1, Long.MIN_VALUE, null, taker);
            }
        }
    }

    @Override
    public void from(final State state, final OutputRecord record, final RowPath.Taker<State> taker) {
        if (state.left < lefts.last()) {
            fromLeft(state, record, taker);
        }
        if (lefts.hasValue(state.left)) {
            if (!state.isAnswered) {
                answer(state, record, taker);
            } else if (state.heard < history(state.left).last()) {
                hear(state, state.heard + 1, Long.MIN_VALUE, record, taker);
            }
        }
    }

    // A record that shows a value of the board leaves its version, and the one before it.
    private void answer(final State state, final OutputRecord record, final RowPath.Taker<State> taker) {
        final RowHistory board = history(state.left);
        int first = state.proven[(int) lefts.board(state.left)];
        int last = board.last();
        if (record != null && record.value().length > 0) {
            final long shown = OutputRecord.longAt(record.value(), 2);
            if (shown != RowHistory.NOBODY) {
                last = board.find(shown);
                first = Math.max(first, last - 1);
            }
        }
        for (int version = first; version <= last; version++) {
            if (isNeeded(state, version, record)) {
                hear(state, version, lefts.timeNs(state.link), record, taker);
            }
        }
    }

    private void fromLeft(final State state, final OutputRecord record, final RowPath.Taker<State> taker) {
        final int left = state.left + 1;
        if (!lefts.hasValue(left)) {
            final long timeNs = lefts.timeNs(left);
            final boolean isTimeOfABoard =
                    record != null && record.eventTimeNs() > timeNs && boardTimes.contains(record.eventTimeNs());
            taker.step(
                    state.isShown ? OutputRecord.delete(isTimeOfABoard ? record.eventTimeNs() : timeNs, key) : null,
                    new State(left, left, false, false, 0, state.proven));
        } else if (lefts.hasValue(state.left) && lefts.board(state.left) == lefts.board(left)) {
            final boolean isRow = state.isAnswered && isRow(left, state.heard);
            taker.step(
                    isRow ? row(left, state.heard, Long.MIN_VALUE, record) : null,
                    new State(left, state.link, state.isAnswered, state.isShown, state.heard, state.proven));
        } else {
            taker.step(null, new State(left, left, false, state.isShown, 0, state.proven));
        }
    }

    private boolean isRow(final int left, final int version) {
        return keepsLeft || history(left).hasValue(version);
    }

    private void hear(
            final State state,
            final int version,
            final long linkNs,
            final OutputRecord record,
            final RowPath.Taker<State> taker) {
        final boolean isRow = isRow(state.left, version);
        final OutputRecord made;
        if (isRow) {
            made = row(state.left, version, linkNs, record);
        } else {
            made = state.isShown ? OutputRecord.delete(timeNs(state.left, version, linkNs, record), key) : null;
        }
        int[] proven = state.proven;
        if (isRow && history(state.left).hasValue(version)) {
            proven = proven.clone();
            proven[(int) lefts.board(state.left)] = version;
        }
        taker.step(made, state.hear(version, proven, isRow));
    }

    private OutputRecord row(final int left, final int version, final long linkNs, final OutputRecord record) {
        final long[] leftShown = lefts.shown(left);
        final long[] rightShown = history(left).shown(version);
        return OutputRecord.data(
                timeNs(left, version, linkNs, record),
                key,
                OutputRecord.longs(leftShown[0], leftShown[1], rightShown[0], rightShown[1]));
    }

    private long timeNs(final int left, final int version, final long linkNs, final OutputRecord record) {
        final long withoutNs = Math.max(lefts.timeNs(left), linkNs);
        final long withNs = Math.max(withoutNs, history(left).timeNs(version));
        final boolean isForgotten =
                !history(left).hasValue(version) && record != null && record.eventTimeNs() == withoutNs;
        return isForgotten ? withoutNs : withNs;
    }
}
