package io.millrace.testkit;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ClassCopies;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.effect.TaskCalls;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.StateMemory;
import io.millrace.streams.effect.CallSpec;
import io.millrace.streams.topology.StepScope;

/** A scope with a memory of its own; all else is that of the task. */
final class MemoryScope implements StepScope {
    private final StepScope scope;
    private final StateMemory memory;

    MemoryScope(final StepScope scope, final StateMemory memory) {
        this.scope = scope;
        this.memory = memory;
    }

    @Override
    public <I> Operator<I> operator(final Class<?> type, final Object... arguments) {
        return scope.operator(type, arguments);
    }

    @Override
    public ClassCopies copies() {
        return scope.copies();
    }

    @Override
    public <V, R> Aggregator<V, R> aggregator(final Aggregation<V, ?, R> aggregation) {
        return scope.aggregator(aggregation);
    }

    @Override
    public boolean isTestMode() {
        return scope.isTestMode();
    }

    @Override
    public <T> Codec<T> codec(final Codec<T> description) {
        return scope.codec(description);
    }

    @Override
    public <T> Codec<T> keptCodec(final Codec<T> description) {
        return scope.keptCodec(description);
    }

    @Override
    public OutputAppender output(final String topic) {
        return scope.output(topic);
    }

    @Override
    public TaskCalls calls(final CallSpec<?, ?> spec) {
        return scope.calls(spec);
    }

    @Override
    public FailureHandler failures() {
        return scope.failures();
    }

    @Override
    public StateMemory memory() {
        return memory;
    }

    @Override
    public String name() {
        return scope.name();
    }

    @Override
    public int partition() {
        return scope.partition();
    }

    @Override
    public TaskCounters counters() {
        return scope.counters();
    }
}
