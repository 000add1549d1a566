package io.millrace.testkit;

import io.millrace.operators.core.Operator;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.Stateful;
import io.millrace.streams.plan.TaskParts;
import io.millrace.streams.topology.StepScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Puts in the place of each operator that keeps state one that is written down and read back: after every call, or by
 * checkpoints that are taken while it goes on.
 */
final class RestoringParts implements TaskParts, AutoCloseable {
    private final MemoryBudget budget;
    private final boolean takesCheckpoints;
    private final List<RestoringOperator<?>> operators = new ArrayList<>();

    RestoringParts(final long stateBudget, final boolean takesCheckpoints) {
        this.takesCheckpoints = takesCheckpoints;
        this.budget = new MemoryBudget("operator contract", stateBudget);
    }

    @Override
    @SuppressWarnings("unchecked") // An operator of a step takes what the step before hands on, whoever stands between.
    public Operator<?> operator(final StepScope scope, final Function<StepScope, Operator<?>> maker) {
        final StateMemory memory = new StateMemory(budget);
        final Operator<Object> first = (Operator<Object>) maker.apply(new MemoryScope(scope, memory));
        if (!(first instanceof Stateful)) {
            memory.close();
            return maker.apply(scope);
        }
        final Supplier<StateMemory> memories = () -> new StateMemory(budget);
        final Function<StateMemory, Operator<Object>> remaker =
                each -> (Operator<Object>) maker.apply(new MemoryScope(scope, each));
        final RestoringOperator<Object> restoring = takesCheckpoints
                ? new CheckpointingOperator<>(scope.name(), memories, remaker, memory, first)
                : new RestoringOperator<>(memories, remaker, memory, first);
        operators.add(restoring);
        return restoring;
    }

    int restores() {
        return operators.stream().mapToInt(RestoringOperator::restores).sum();
    }

    @Override
    public void close() {
        operators.forEach(RestoringOperator::close);
        if (budget.usedBytes() != 0) {
            throw new AssertionError("an operator leaks state: " + budget.usedBytes()
                    + " bytes are still reserved after all its memory has been closed");
        }
    }
}
