package io.millrace.operators.join;

import io.millrace.log.record.ByteRanges;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import java.util.function.Function;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Makes another value of each value of a table. Where the bytes of the new value are those of the one before, nothing has
 * changed. A value for which the function fails, if its policy is to go on, counts as none.
 *
 * <p>Keeps nothing: the new value before is made again of the old one.
 *
 * @param <V> type of the values.
 * @param <R> type of the new values.
 */
public final class ChangeMapOperator<V, R> extends Step<Change<V>, Change<R>> {
    private static final int INITIAL_LENGTH = 64;

    private final Function<? super V, ? extends R> function;
    private final Codec<R> codec;
    private final boolean isBorrowed;
    private final MutableDirectBuffer beforeBytes = new ExpandableArrayBuffer(INITIAL_LENGTH);
    private final MutableDirectBuffer afterBytes = new ExpandableArrayBuffer(INITIAL_LENGTH);
    private final Change<R> mapped = new Change<>();
    private R made;

    /**
     * Creates the operator.
     *
     * @param failures of the step.
     * @param function makes the new value, never null.
     * @param codec    of the new values, of this operator alone.
     * @param next     step of the chain.
     */
    public ChangeMapOperator(
            final FailureHandler failures,
            final Function<? super V, ? extends R> function,
            final Codec<R> codec,
            final Operator<? super Change<R>> next) {
        super(failures, next);
        this.function = function;
        this.codec = codec;
        this.isBorrowed = codec.isBorrowed();
    }

    @Override
    public void process(final RecordContext context, final Change<V> change) {
        R before = null;
        int beforeLength = 0;
        if (change.hasBefore()) {
            try {
                beforeLength = make(change.before(), beforeBytes);
                // A function that fills one view again and again makes the new value in the same one.
                before = isBorrowed ? codec.decode(beforeBytes, 0, beforeLength) : made;
            } catch (final Exception e) {
                // It was dealt with when the value came.
                before = null;
            }
        }
        R after = null;
        int afterLength = 0;
        if (!change.isDelete()) {
            try {
                afterLength = make(change.after(), afterBytes);
                after = made;
            } catch (final Exception e) {
                failures.onFailure(context, e);
            }
        }
        if (isChange(before, beforeLength, after, afterLength)) {
            next.process(context, mapped.wrap(before, after));
        }
    }

    private int make(final V value, final MutableDirectBuffer bytes) {
        made = function.apply(value);
        if (made == null) {
            throw new NullPointerException("the function returned null; filter such values out before");
        }
        final int length = codec.encodedLength(made);
        bytes.checkLimit(length);
        bytes.setMemory(0, length, (byte) 0);
        codec.encode(made, bytes, 0);
        return length;
    }

    private boolean isChange(final R before, final int beforeLength, final R after, final int afterLength) {
        if (before == null || after == null) {
            return before != null || after != null;
        }
        return beforeLength != afterLength || !ByteRanges.areEqual(beforeBytes, 0, afterBytes, 0, afterLength);
    }
}
