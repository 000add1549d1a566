package io.millrace.streams.plan;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.ProducerAppender;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.operators.codec.BorrowGuard;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.GuardedCodec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.effect.TaskCalls;
import io.millrace.operators.output.DeadLetterAppender;
import io.millrace.operators.output.DeadLetters;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.output.OutputAudit;
import io.millrace.operators.output.TaskAudit;
import io.millrace.operators.state.StateMemory;
import io.millrace.operators.state.StateView;
import io.millrace.operators.task.AuditedDriver;
import io.millrace.operators.task.GuardedDriver;
import io.millrace.operators.task.NamedState;
import io.millrace.operators.task.PolicyFailureHandler;
import io.millrace.operators.task.SkippedRecord;
import io.millrace.operators.task.TaskDriver;
import io.millrace.operators.task.TaskId;
import io.millrace.streams.effect.CallSpec;
import io.millrace.streams.topology.StepScope;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.concurrent.IdleStrategy;

/**
 * What the operators of one task share: its codecs, doors to topics, memory and counters.
 */
final class TaskResources implements AutoCloseable {
    private final TaskId id;
    private final LogStore store;
    private final TaskOptions options;
    private final Map<String, String> instead;
    private final TaskAudit audit;
    private final TaskShared shared;
    private final Consumer<SkippedRecord> onSkipped;
    private final TaskCounters counters;
    private final StateMemory memory;
    private final Map<Codec<?>, Codec<?>> codecs = new IdentityHashMap<>();
    private final List<BorrowGuard> guards = new ArrayList<>();
    private final Map<String, StateView> views = new LinkedHashMap<>();
    private final Map<String, OutputAppender> outputs = new LinkedHashMap<>();
    private final Map<String, NamedState> states = new LinkedHashMap<>();
    private TaskCalls calls;

    TaskResources(
            final TaskId id,
            final LogStore store,
            final TaskOptions options,
            final TaskCounters counters,
            final TaskAudit audit,
            final TaskShared shared,
            final Map<String, String> instead) {
        this.shared = shared;
        this.onSkipped = shared.onSkipped();
        this.counters = counters;
        this.audit = audit;
        this.id = id;
        this.store = store;
        this.options = options;
        this.instead = instead;
        this.memory = new StateMemory(options.stateBudget());
    }

    TaskId id() {
        return id;
    }

    TaskCounters counters() {
        return counters;
    }

    StateMemory memory() {
        return memory;
    }

    Map<String, StateView> views() {
        return views;
    }

    /** Makes the operator of a step, and notes its state if it keeps some. */
    Operator<?> operator(final StepScope scope, final Function<StepScope, Operator<?>> maker) {
        final Operator<?> operator = options.parts().operator(scope, maker);
        if (operator instanceof StateView view) {
            views.put(scope.name(), view);
        }
        return operator;
    }

    List<OutputAppender> outputs() {
        return List.copyOf(outputs.values());
    }

    // An operator that is made anew, as tools do, stands for the one before.
    void keep(final NamedState state) {
        states.put(state.name(), state);
    }

    List<NamedState> states() {
        return List.copyOf(states.values());
    }

    Set<String> resets() {
        return options.resets();
    }

    IdleStrategy idleStrategy() {
        return options.idleStrategy().get();
    }

    Executor housekeeping() {
        return options.housekeeping();
    }

    /** The calls that a step waits for whose exchange the task reads: there is one such step or none. */
    TaskCalls calls(final CallSpec<?, ?> spec, final boolean failsJob) {
        if (calls == null) {
            // An operator that is made anew, as tools do, goes on with the same ones.
            final LogPartition input = store.topic(id.topic()).partition(id.partition());
            calls = new TaskCalls(
                    shared.desk(spec, failsJob, id.job(), input),
                    spec.settings().atOnce());
        }
        return calls;
    }

    /** The same; null for none. */
    TaskCalls calls() {
        return calls;
    }

    @SuppressWarnings("unchecked") // forTask gives a codec of the same values.
    <T> Codec<T> codec(final Codec<T> description) {
        return (Codec<T>) codecs.computeIfAbsent(description, this::forTask);
    }

    private Codec<?> forTask(final Codec<?> description) {
        if (!options.isTestMode() || !description.isBorrowed()) {
            return description.forTask();
        }
        final GuardedCodec<?> guarded = new GuardedCodec<>(description.forTask());
        guards.add(guarded);
        return guarded;
    }

    // In test mode, what was lent for a record is taken back after it.
    TaskDriver guarded(final TaskDriver driver) {
        final TaskDriver inner = audit == null ? driver : new AuditedDriver(driver, audit);
        return options.isTestMode() ? new GuardedDriver(inner, id, guards) : inner;
    }

    boolean isTestMode() {
        return options.isTestMode();
    }

    FailureHandler failures(final String operator, final ErrorPolicy policy) {
        final DeadLetters deadLetters = policy.kind() == ErrorPolicy.Kind.DEAD_LETTER
                ? new DeadLetterAppender(id.job(), id.topic(), id.partition(), output(policy.deadLetterTopic()))
                : null;
        return new PolicyFailureHandler(id, operator, policy, counters, onSkipped, deadLetters);
    }

    OutputAppender output(final String topic) {
        return outputs.computeIfAbsent(instead.getOrDefault(topic, topic), this::open);
    }

    private OutputAppender open(final String topic) {
        final LogTopic logTopic = store.topic(topic);
        final int producerId = store.producerId(id.producerName());
        final List<ProducerAppender> appenders = new ArrayList<>();
        try {
            for (int i = 0; i < logTopic.partitionCount(); i++) {
                appenders.add(shared.producer(logTopic.partition(i), producerId));
            }
        } catch (final IllegalStateException e) {
            appenders.forEach(ProducerAppender::close);
            throw new IllegalStateException(
                    "job " + id.job() + " cannot write topic " + topic + ": " + e.getMessage()
                            + "; if the job runs over this store already, close it first or start this one under another"
                            + " name",
                    e);
        } catch (final RuntimeException e) {
            appenders.forEach(ProducerAppender::close);
            throw e;
        }
        final int maxRecordLength =
                RecordDescriptor.maxRecordLength(logTopic.spec().segmentLength());
        final OutputAppender output = options.parts()
                .output(
                        topic,
                        maxRecordLength,
                        appenders,
                        options.idleStrategy().get(),
                        counters);
        if (audit != null) {
            output.audit(new OutputAudit(audit, topic, producerId, readers(logTopic)));
        }
        return output;
    }

    private static List<LogReader> readers(final LogTopic topic) {
        final List<LogReader> readers = new ArrayList<>();
        for (int i = 0; i < topic.partitionCount(); i++) {
            readers.add(topic.partition(i).reader());
        }
        return readers;
    }

    @Override
    public void close() {
        outputs.values().forEach(OutputAppender::close);
        memory.close();
    }
}
