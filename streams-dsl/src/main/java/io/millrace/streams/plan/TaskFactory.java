package io.millrace.streams.plan;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.ProducerAppender;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.FanOutOperator;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.task.ExchangeWatermark;
import io.millrace.operators.task.SkippedRecord;
import io.millrace.operators.task.SourceWatermark;
import io.millrace.operators.task.Task;
import io.millrace.operators.task.TaskId;
import io.millrace.operators.task.WatermarkTracker;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TaskScope;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.concurrent.IdleStrategy;

/**
 * Makes the tasks of a plan over a store: opens the partition each reads and the outputs each writes, and connects its
 * operators into one chain of direct calls. The topics that the plan reads and writes exist already.
 */
public final class TaskFactory {
    private final Plan plan;
    private final LogStore store;
    private final Supplier<IdleStrategy> idleStrategy;
    private final Consumer<SkippedRecord> onSkipped;

    /**
     * Creates a factory.
     *
     * @param plan         to make the tasks of.
     * @param store        that holds the topics.
     * @param idleStrategy of a task that waits for the log.
     * @param onSkipped    learns of records that the error policy leaves out.
     */
    public TaskFactory(
            final Plan plan,
            final LogStore store,
            final Supplier<IdleStrategy> idleStrategy,
            final Consumer<SkippedRecord> onSkipped) {
        this.plan = plan;
        this.store = store;
        this.idleStrategy = idleStrategy;
        this.onSkipped = onSkipped;
    }

    /**
     * Makes all tasks, stage by stage.
     *
     * @return the tasks; if one cannot be made, those made before are closed again.
     */
    public List<Task<?>> create() {
        final List<Task<?>> tasks = new ArrayList<>();
        try {
            for (final Stage stage : plan.stages()) {
                for (int partition = 0; partition < stage.tasks(); partition++) {
                    tasks.add(task(stage, partition));
                }
            }
        } catch (final RuntimeException e) {
            tasks.forEach(Task::close);
            throw e;
        }
        return tasks;
    }

    private Task<?> task(final Stage stage, final int partition) {
        final TaskId id = id(stage, partition);
        final Scope scope = new Scope(id);
        try {
            return task(stage, id, scope, codecOf(stage.root()), chain(stage, stage.root(), scope));
        } catch (final RuntimeException e) {
            scope.outputs.values().forEach(OutputAppender::close);
            throw e;
        }
    }

    @SuppressWarnings("unchecked") // The fluent API gave the root a codec of what its first step takes.
    private <V> Task<V> task(
            final Stage stage, final TaskId id, final Scope scope, final Codec<V> codec, final Operator<?> chain) {
        return new Task<>(
                id,
                store.topic(stage.inputTopic()).partition(id.partition()).reader(),
                scope.codec(codec),
                watermark(stage),
                (Operator<V>) chain,
                List.copyOf(scope.outputs.values()),
                scope.counters,
                scope.failures);
    }

    private TaskId id(final Stage stage, final int partition) {
        return new TaskId(plan.graph().name(), stage.name(), stage.inputTopic(), partition);
    }

    private static Codec<?> codecOf(final TopologyNode root) {
        return root instanceof SourceNode source ? source.codec() : ((ExchangeNode) root).codec();
    }

    private WatermarkTracker watermark(final Stage stage) {
        if (stage.root() instanceof SourceNode source) {
            return new SourceWatermark(source.outOfOrdernessNs());
        }
        final int[] producerIds = new int[stage.upstream().tasks()];
        for (int i = 0; i < producerIds.length; i++) {
            producerIds[i] = store.producerId(id(stage.upstream(), i).producerName());
        }
        return new ExchangeWatermark(producerIds);
    }

    private Operator<?> chain(final Stage stage, final TopologyNode node, final Scope scope) {
        final List<Operator<?>> branches = new ArrayList<>();
        for (final TopologyNode child : node.children()) {
            branches.add(operator(stage, child, scope));
        }
        return branches.size() == 1 ? branches.get(0) : fanOut(branches);
    }

    @SuppressWarnings("unchecked") // All branches take what their common parent hands on.
    private static Operator<?> fanOut(final List<Operator<?>> branches) {
        return new FanOutOperator<>((List<Operator<Object>>) (List<?>) branches);
    }

    private Operator<?> operator(final Stage stage, final TopologyNode node, final Scope scope) {
        if (node instanceof ExchangeNode exchange) {
            return exchange.operator(scope, Plan.exchangeTopic(plan.graph().name(), exchange), stage.grid());
        }
        if (node instanceof SinkNode sink) {
            return sink.operator(scope);
        }
        if (node instanceof StepNode<?, ?> step) {
            return step.operator(scope, chain(stage, node, scope));
        }
        throw new IllegalStateException("a source stands behind another node: " + node.name());
    }

    private final class Scope implements TaskScope {
        private final TaskId id;
        private final TaskCounters counters = new TaskCounters();
        private final FailureHandler failures;
        private final Map<Codec<?>, Codec<?>> codecs = new IdentityHashMap<>();
        private final Map<String, OutputAppender> outputs = new LinkedHashMap<>();

        Scope(final TaskId id) {
            final ErrorPolicy policy = plan.graph().onError();
            this.id = id;
            this.failures = Task.failureHandler(id, policy, counters, onSkipped);
        }

        @Override
        @SuppressWarnings("unchecked") // forTask gives a codec of the same values.
        public <T> Codec<T> codec(final Codec<T> description) {
            return (Codec<T>) codecs.computeIfAbsent(description, Codec::forTask);
        }

        @Override
        public OutputAppender output(final String topic) {
            return outputs.computeIfAbsent(topic, this::open);
        }

        private OutputAppender open(final String topic) {
            final LogTopic logTopic = store.topic(topic);
            final int producerId = store.producerId(id.producerName());
            final List<ProducerAppender> appenders = new ArrayList<>();
            try {
                for (int i = 0; i < logTopic.partitionCount(); i++) {
                    final LogPartition partition = logTopic.partition(i);
                    appenders.add(partition.producer(producerId));
                }
            } catch (final RuntimeException e) {
                appenders.forEach(ProducerAppender::close);
                throw e;
            }
            final int maxRecordLength =
                    RecordDescriptor.maxRecordLength(logTopic.spec().segmentLength());
            return new OutputAppender(topic, maxRecordLength, appenders, idleStrategy.get(), counters);
        }

        @Override
        public int partition() {
            return id.partition();
        }

        @Override
        public TaskCounters counters() {
            return counters;
        }

        @Override
        public FailureHandler failures() {
            return failures;
        }
    }
}
