package io.millrace.operators.join;

import io.millrace.log.record.ByteRanges;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.KeyWriter;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.RekeyOperator;
import io.millrace.operators.core.Step;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Gives each change of a table a key that is made of its values. Where that key moves, the value before leaves the old key, and
 * then the value after comes to the new one. A value without a key, if its policy is to go on, counts as none.
 *
 * @param <V> type of the values.
 */
public final class ChangeKeyOperator<V> extends Step<Change<V>, Change<V>> {
    private static final int INITIAL_LENGTH = 64;

    private final KeyWriter<? super V> keyWriter;
    private final MutableDirectBuffer beforeKey = new ExpandableArrayBuffer(INITIAL_LENGTH);
    private final MutableDirectBuffer afterKey = new ExpandableArrayBuffer(INITIAL_LENGTH);
    private final Change<V> parted = new Change<>();

    /**
     * Creates the operator.
     *
     * @param failures  of the step.
     * @param keyWriter that writes the new key of a value.
     * @param next      step of the chain.
     */
    public ChangeKeyOperator(
            final FailureHandler failures,
            final KeyWriter<? super V> keyWriter,
            final Operator<? super Change<V>> next) {
        super(failures, next);
        this.keyWriter = keyWriter;
    }

    @Override
    public void process(final RecordContext context, final Change<V> change) {
        final int beforeLength = change.hasBefore() ? keyBefore(change.before()) : 0;
        final int afterLength = change.isDelete() ? 0 : keyAfter(context, change.after());
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();
        if (beforeLength > 0
                && beforeLength == afterLength
                && ByteRanges.areEqual(beforeKey, 0, afterKey, 0, afterLength)) {
            context.key(afterKey, 0, afterLength);
            next.process(context, change);
        } else {
            if (beforeLength > 0) {
                context.key(beforeKey, 0, beforeLength);
                next.process(context, parted.wrap(change.before(), null));
            }
            if (afterLength > 0) {
                context.key(afterKey, 0, afterLength);
                next.process(context, parted.wrap(null, change.after()));
            }
        }
        context.key(keyBuffer, keyOffset, keyLength);
    }

    // What failed has been dealt with when the value came.
    private int keyBefore(final V before) {
        try {
            return RekeyOperator.write(keyWriter, before, beforeKey);
        } catch (final Exception e) {
            return 0;
        }
    }

    private int keyAfter(final RecordContext context, final V after) {
        try {
            return RekeyOperator.write(keyWriter, after, afterKey);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return 0;
        }
    }
}
