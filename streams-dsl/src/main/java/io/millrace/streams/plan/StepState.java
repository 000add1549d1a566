package io.millrace.streams.plan;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ClassCopies;
import io.millrace.operators.core.DiscardOperator;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.effect.TaskCalls;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.Stateful;
import io.millrace.operators.task.NamedState;
import io.millrace.streams.effect.CallSpec;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.StepScope;
import java.util.Collections;
import java.util.List;

/**
 * What a step keeps, without the task around it: its operator in a memory of its own, that is restored from a checkpoint and
 * read. It takes no records and hands nothing on. Used by one thread.
 */
public final class StepState implements AutoCloseable {
    private final StepNode<?> step;
    private final int partition;
    private final ClassCopies copies = new ClassCopies();
    private final StateMemory memory;
    private final StateView view;
    private NamedState state;

    /**
     * Makes the operator, which keeps nothing yet.
     *
     * @param plan      of the job.
     * @param stage     of the step.
     * @param step      that keeps state.
     * @param partition that its task reads.
     * @param budget    that the state counts towards.
     * @throws IllegalArgumentException if the step keeps nothing.
     */
    public StepState(
            final Plan plan,
            final Stage stage,
            final StepNode<?> step,
            final int partition,
            final MemoryBudget budget) {
        this.step = step;
        this.partition = partition;
        this.memory = new StateMemory(budget);
        final List<Operator<?>> nexts = Collections.nCopies(step.portCount(), new DiscardOperator<>());
        final Operator<?> operator = plan.splitBehind(stage.root()) == step
                ? step.split().orElseThrow().second(new Scope(), nexts)
                : step.operator(new Scope(), nexts);
        if (state == null || !(operator instanceof StateView read)) {
            memory.close();
            throw new IllegalArgumentException("step " + step.name() + " keeps no state");
        }
        this.view = read;
    }

    /**
     * What is to be restored.
     *
     * @return the state, by the name and layout that a checkpoint has it under.
     */
    public NamedState state() {
        return state;
    }

    /**
     * What was restored.
     *
     * @return view on the state, valid until this is closed.
     */
    public StateView view() {
        return view;
    }

    @Override
    public void close() {
        memory.close();
    }

    private final class Scope implements StepScope {
        @Override
        @SuppressWarnings("unchecked") // As where a chain is built.
        public <I> Operator<I> operator(final Class<?> type, final Object... arguments) {
            final Operator<I> operator =
                    (Operator<I>) copies.instantiate(Operator.class, type.asSubclass(Operator.class), arguments);
            if (operator instanceof Stateful kept) {
                state = new NamedState(StageLayout.stateName(step, type), StageLayout.of(step, type), kept);
            }
            return operator;
        }

        @Override
        public ClassCopies copies() {
            return copies;
        }

        @Override
        public <V, R> Aggregator<V, R> aggregator(final Aggregation<V, ?, R> aggregation) {
            return aggregation.forTask(copies);
        }

        @Override
        public boolean isTestMode() {
            return false;
        }

        @Override
        public <T> Codec<T> codec(final Codec<T> description) {
            return description.forTask();
        }

        @Override
        public <T> Codec<T> keptCodec(final Codec<T> description) {
            return description.forTask();
        }

        @Override
        public OutputAppender output(final String topic) {
            throw new IllegalStateException("step " + step.name() + " is only read, and writes no topic: " + topic);
        }

        @Override
        public TaskCalls calls(final CallSpec<?, ?> spec) {
            return new TaskCalls(null, 1);
        }

        @Override
        public FailureHandler failures() {
            return (context, cause) -> {
                throw new IllegalStateException("step " + step.name() + " is only read, and takes no records", cause);
            };
        }

        @Override
        public StateMemory memory() {
            return memory;
        }

        @Override
        public String name() {
            return step.name();
        }

        @Override
        public int partition() {
            return partition;
        }

        @Override
        public TaskCounters counters() {
            return new TaskCounters();
        }
    }
}
