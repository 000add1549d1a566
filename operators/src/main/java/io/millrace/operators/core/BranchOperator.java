package io.millrace.operators.core;

import java.util.function.Predicate;

/**
 * Hands each value to the first step whose predicate accepts it, and to no other.
 *
 * @param <V> type of the values.
 */
public final class BranchOperator<V> implements Operator<V> {
    private final FailureHandler failures;
    private final Predicate<? super V>[] predicates;
    private final Operator<? super V>[] branches;

    /**
     * Creates the operator.
     *
     * @param failures   of the step.
     * @param predicates asked in this order; not copied.
     * @param branches   the step of each predicate, and one more for what none accepts; not copied.
     */
    public BranchOperator(
            final FailureHandler failures,
            final Predicate<? super V>[] predicates,
            final Operator<? super V>[] branches) {
        this.failures = failures;
        this.predicates = predicates;
        this.branches = branches;
    }

    @Override
    public void process(final RecordContext context, final V value) {
        final int branch;
        try {
            branch = branchOf(value);
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        branches[branch].process(context, value);
    }

    private int branchOf(final V value) {
        for (int i = 0; i < predicates.length; i++) {
            if (predicates[i].test(value)) {
                return i;
            }
        }
        return predicates.length;
    }

    @Override
    public void onWatermark(final RecordContext context, final long watermarkNs) {
        for (final Operator<? super V> branch : branches) {
            branch.onWatermark(context, watermarkNs);
        }
    }

    @Override
    public void onLogTime(final RecordContext context, final long logTimeNs) {
        for (final Operator<? super V> branch : branches) {
            branch.onLogTime(context, logTimeNs);
        }
    }
}
