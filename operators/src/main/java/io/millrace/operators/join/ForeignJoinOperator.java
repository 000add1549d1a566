package io.millrace.operators.join;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.keyed.LookAhead;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;

/**
 * The last step of a foreign-key join: puts the results together, under the keys of the left rows, and hands on how they
 * change.
 *
 * <p>A left row and what the right table has for its foreign key lie with two tasks, and so do an old foreign key and a new one.
 * What those tasks say of one row meets here in whatever order they were appended, but what one of them says stays in its order:
 *
 * <ul>
 *   <li>the task of the left table ({@link ForeignKeyOperator}): the value of the row, and when it takes another foreign key, the
 *       version of that link, a number that only goes up;
 *   <li>the tasks of the foreign keys ({@link ForeignLookupOperator}): for each link first what the right table has, then what it
 *       has next, and at last that the link has ended. Everything but the end carries the version.
 * </ul>
 *
 * <p>So an answer with a lower version than the row has is stale, and is dropped. One with a higher version came ahead of the row,
 * and is kept until that comes. A row whose link has not been answered keeps the result that it had: when the answer is there,
 * the one result is replaced by the other, and nothing that never was true is in between. A row without a foreign key, and a
 * delete, need no answer.
 *
 * <p>A deleted row is remembered until all of its links have ended: as long as one has not, a stale answer may come. When none is
 * open and no answer is ahead, nothing can come any more, and the row is forgotten.
 *
 * @param <L> type of the values of the left table.
 * @param <R> type of the values of the right table.
 */
public final class ForeignJoinOperator<L, R> extends Step<Sided, Change<Joined<L, R>>> implements Stateful {
    /** Number of the side of the left rows. */
    public static final int ROWS = 0;

    /** Number of the side of the answers. */
    public static final int ANSWERS = 1;

    private static final long NONE = ValueRows.NONE;

    private final boolean keepsLeft;
    private final ForeignRows rows;
    private final ValueRows<L> lefts;
    private final ValueRows<R> rights;
    private final Codec<L> leftsBefore;
    private final Codec<R> rightsBefore;
    private final ForeignRows.Pair was = new ForeignRows.Pair();
    private final ForeignRows.Pair is = new ForeignRows.Pair();
    private final Joined<L, R> before = new Joined<>();
    private final Joined<L, R> after = new Joined<>();
    private final Change<Joined<L, R>> changed = new Change<>();
    private final LookAhead lookAhead = new LookAhead();

    /**
     * Creates the operator.
     *
     * @param owner        name of the step, for errors.
     * @param failures     of the step.
     * @param kind         of join, {@link JoinKind#INNER} or {@link JoinKind#LEFT}.
     * @param left         codec of the left table's values, of this operator alone.
     * @param leftBefore   another one, for values before.
     * @param right        codec of the right table's values, of this operator alone.
     * @param rightBefore  another one, for values before.
     * @param memory       of the task.
     * @param next         step that takes the changes; they know the result before.
     */
    public ForeignJoinOperator(
            final String owner,
            final FailureHandler failures,
            final JoinKind kind,
            final Codec<L> left,
            final Codec<L> leftBefore,
            final Codec<R> right,
            final Codec<R> rightBefore,
            final StateMemory memory,
            final Operator<? super Change<Joined<L, R>>> next) {
        super(failures, next);
        this.keepsLeft = kind.keepsLeft();
        this.rows = new ForeignRows(memory, owner);
        this.lefts = new ValueRows<>(memory, owner, left);
        this.rights = new ValueRows<>(memory, owner, right);
        this.leftsBefore = leftBefore;
        this.rightsBefore = rightBefore;
    }

    @Override
    public void process(final RecordContext context, final Sided value) {
        final long entry = rows.findOrAdd(context);
        rows.shown(entry, keepsLeft, was);
        if (value.side() == ROWS) {
            final LinkMessage<L> message = value.value();
            processRow(context, entry, message);
        } else {
            final LinkMessage<R> message = value.value();
            if (message.kind() == LinkMessage.ENDED) {
                rows.end(entry);
            } else if (rows.isWanted(entry, message.version())) {
                processAnswer(context, entry, message);
            }
        }
        if (rows.isDone(entry)) {
            free(rights, rows.takeRight(entry));
            rows.remove(entry);
        } else {
            lookAhead.update(context, rows.bytesInUse());
        }
    }

    private void processRow(final RecordContext context, final long entry, final LinkMessage<L> message) {
        final L value = message.value();
        final long left = value == null ? NONE : write(context, lefts, value);
        final long leftBefore = rows.replaceLeft(entry, left, context.eventTimeNs());
        switch (message.kind()) {
            case LinkMessage.LINKED -> rows.link(entry, message.version());
            case LinkMessage.SAME -> rows.relink(entry);
            default -> rows.unlink(entry);
        }
        final long rightBefore = rows.isRightOver(entry) ? rows.takeRight(entry) : NONE;
        // A value that could not be kept counts as none, and then there is nothing to wait for.
        if (left == NONE || rows.isSettled(entry)) {
            settle(context, entry, left == NONE ? null : value, null);
            free(lefts, leftBefore);
            free(rights, rightBefore);
        } else {
            waitWith(entry, leftBefore, rightBefore);
        }
    }

    private void processAnswer(final RecordContext context, final long entry, final LinkMessage<R> message) {
        final R value = message.value();
        final long right = value == null ? NONE : write(context, rights, value);
        final long rightBefore = rows.replaceRight(entry, right, message.timeNs(), message.version());
        if (rows.isSettled(entry)) {
            if (!rows.isAhead(entry)) {
                settle(context, entry, null, right == NONE ? null : value);
            }
            free(rights, rightBefore);
        } else if (was.isRow && !rows.isWaiting(entry)) {
            // It is ahead of the row, which will come: until then the result stands, beside what is here for the next
            // one.
            waitWith(entry, rows.takeLeft(entry), rightBefore);
        } else {
            free(rights, rightBefore);
        }
    }

    private <V> long write(final RecordContext context, final ValueRows<V> values, final V value) {
        try {
            return values.write(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return NONE;
        }
    }

    private static void free(final ValueRows<?> values, final long row) {
        if (row != NONE) {
            values.remove(row);
        }
    }

    /** Lets the result that was shown stand until an answer comes; values that are taken from the row and not shown are freed. */
    private void waitWith(final long entry, final long leftBefore, final long rightBefore) {
        if (was.isRow && !rows.isWaiting(entry)) {
            rows.wait(entry, was);
            free(rights, rightBefore == was.right ? NONE : rightBefore);
        } else {
            free(lefts, leftBefore);
            free(rights, rightBefore);
        }
    }

    /** Hands on the result that there is now in the place of the one that was shown; fresh values spare a decoding. */
    private void settle(final RecordContext context, final long entry, final L freshLeft, final R freshRight) {
        final boolean waited = rows.isWaiting(entry);
        rows.current(entry, keepsLeft, is);
        if (was.isRow && is.isRow && areEqual()) {
            // It is the value that it was, and that has its times.
            rows.times(entry, was);
        } else if (was.isRow || is.isRow) {
            handOn(context, rows.lastNs(entry, context.eventTimeNs()), freshLeft, freshRight);
        }
        if (waited) {
            rows.endWait(entry);
            free(lefts, was.left);
            free(rights, was.right);
        }
    }

    private boolean areEqual() {
        return lefts.areEqual(was.left, is.left)
                && (was.right == is.right
                        || was.right != NONE && is.right != NONE && rights.areEqual(was.right, is.right));
    }

    private void handOn(final RecordContext context, final long timeNs, final L freshLeft, final R freshRight) {
        if (is.isRow) {
            final R right = freshRight != null ? freshRight : is.right == NONE ? null : rights.read(is.right);
            after.wrap(freshLeft != null ? freshLeft : lefts.read(is.left), is.leftNs, right, is.rightNs);
        }
        if (was.isRow) {
            final boolean isSameRight = is.isRow && was.right == is.right;
            final R right =
                    isSameRight ? after.right() : was.right == NONE ? null : rights.read(was.right, rightsBefore);
            final boolean isSameLeft = is.isRow && was.left == is.left;
            before.wrap(isSameLeft ? after.left() : lefts.read(was.left, leftsBefore), was.leftNs, right, was.rightNs);
        }
        final long eventTimeNs = context.eventTimeNs();
        context.eventTimeNs(timeNs);
        next.process(context, changed.wrap(was.isRow ? before : null, is.isRow ? after : null));
        context.eventTimeNs(eventTimeNs);
    }

    @Override
    public void prefetch(final RecordContext context, final Sided value) {
        lookAhead.touch(rows.prefetch(context));
    }

    @Override
    public void snapshot(final StateWriter out) {
        rows.snapshot(out);
        lefts.snapshot(out);
        rights.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        rows.restore(in);
        lefts.restore(in);
        rights.restore(in);
    }

    @Override
    public String toString() {
        return "ForeignJoinOperator[" + rows + " lefts=" + lefts.size() + " rights=" + rights.size() + "]";
    }
}
