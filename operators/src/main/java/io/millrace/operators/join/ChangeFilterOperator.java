package io.millrace.operators.join;

import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import java.util.function.Predicate;

/**
 * Lets those values of a table stay that a predicate accepts. One that is accepted no longer is deleted; one that never was
 * makes no change. A value for which the predicate fails, if its policy is to go on, counts as not accepted.
 *
 * <p>Keeps nothing: what the predicate said of the value before is asked again.
 *
 * @param <V> type of the values.
 */
public final class ChangeFilterOperator<V> extends Step<Change<V>, Change<V>> {
    private final Predicate<? super V> predicate;
    private final Change<V> filtered = new Change<>();

    /**
     * Creates the operator.
     *
     * @param failures  of the step.
     * @param predicate true for what stays.
     * @param next      step of the chain.
     */
    public ChangeFilterOperator(
            final FailureHandler failures,
            final Predicate<? super V> predicate,
            final Operator<? super Change<V>> next) {
        super(failures, next);
        this.predicate = predicate;
    }

    @Override
    public void process(final RecordContext context, final Change<V> change) {
        final V before = change.hasBefore() && wasAccepted(change.before()) ? change.before() : null;
        final V after = !change.isDelete() && isAccepted(context, change.after()) ? change.after() : null;
        if (before != null || after != null) {
            next.process(context, filtered.wrap(before, after));
        }
    }

    // What failed has been dealt with when the value came.
    private boolean wasAccepted(final V before) {
        try {
            return predicate.test(before);
        } catch (final Exception e) {
            return false;
        }
    }

    private boolean isAccepted(final RecordContext context, final V after) {
        try {
            return predicate.test(after);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return false;
        }
    }
}
