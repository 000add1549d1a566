package io.millrace.streams.plan;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.TaskAudit;
import io.millrace.operators.task.ChainDriver;
import io.millrace.operators.task.EventTimes;
import io.millrace.operators.task.ExchangeWatermark;
import io.millrace.operators.task.SourceWatermark;
import io.millrace.operators.task.Task;
import io.millrace.operators.task.TaskCheckpoints;
import io.millrace.operators.task.TaskDriver;
import io.millrace.operators.task.TaskId;
import io.millrace.operators.task.TaskLayout;
import io.millrace.operators.task.WatermarkTracker;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Makes the tasks of a plan over a store.
 */
public final class TaskFactory {
    private final Plan plan;
    private final LogStore store;
    private final TaskOptions options;

    /**
     * Creates the factory.
     *
     * @param plan    to run.
     * @param store   in which all topics of the plan exist.
     * @param options of the job.
     */
    public TaskFactory(final Plan plan, final LogStore store, final TaskOptions options) {
        this.plan = plan;
        this.store = store;
        this.options = options;
    }

    /**
     * Makes all tasks.
     *
     * @return the tasks, stage by stage and partition by partition; the caller closes them.
     */
    public List<Task> create() {
        final List<Task> tasks = new ArrayList<>();
        try {
            for (final Stage stage : plan.stages()) {
                final StageCopies copies = new StageCopies();
                final StageLayout layout = new StageLayout(plan, stage);
                for (int partition = 0; partition < stage.tasks(); partition++) {
                    tasks.add(task(stage, partition, copies, layout));
                }
            }
        } catch (final RuntimeException e) {
            tasks.forEach(Task::close);
            throw e;
        }
        return tasks;
    }

    private Task task(final Stage stage, final int partition, final StageCopies copies, final StageLayout layout) {
        final TaskId id = id(stage, partition);
        final TaskCounters counters = new TaskCounters();
        final TaskAudit audit = options.isAudit() ? audit(id, stage, counters) : null;
        final TaskResources resources = new TaskResources(id, store, options, counters, audit);
        try {
            final ChainBuilder chain = new ChainBuilder(plan, stage, copies, resources);
            final LogPartition input = store.topic(stage.inputTopic()).partition(partition);
            final TaskDriver driver = resources.guarded(driver(stage, copies, resources, chain));
            return new Task(
                    id,
                    input::reader,
                    driver,
                    resources.outputs(),
                    resources.memory(),
                    resources.views(),
                    resources.counters(),
                    checkpoints(stage, layout, id, resources, driver));
        } catch (final RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    // Where there are checkpoints, they are restored, whether new ones are taken or not.
    private TaskCheckpoints checkpoints(
            final Stage stage,
            final StageLayout layout,
            final TaskId id,
            final TaskResources resources,
            final TaskDriver driver) {
        final String topic = Plan.checkpointTopic(id.job(), stage.name());
        if (!store.hasTopic(topic)
                || options.isAudit()
                        && !store.topic(id.topic()).partition(id.partition()).isTruncated()) {
            // An audit replays as much as there is, without a checkpoint if it can.
            return null;
        }
        return new TaskCheckpoints(
                id,
                store.topic(topic).partition(id.partition()),
                store.topic(id.topic()).partition(id.partition()),
                !stage.isSource(),
                driver,
                resources.outputs(),
                resources.memory(),
                resources.counters(),
                new TaskLayout(
                        layout.topology(), layout.input(), layout.exchanges(), resources.states(), resources.resets()),
                resources.idleStrategy(),
                resources.housekeeping());
    }

    private TaskDriver driver(
            final Stage stage, final StageCopies copies, final TaskResources resources, final ChainBuilder chain) {
        final Operator<?> first = chain.build();
        return copies.of(stage.root())
                .instantiate(
                        TaskDriver.class,
                        ChainDriver.class,
                        chain.inputCodec(),
                        eventTimes(stage),
                        watermark(stage),
                        first,
                        resources.counters(),
                        resources.failures(
                                stage.root().name(),
                                stage.root().onErrorOr(plan.graph().onError())),
                        stage.root() instanceof SourceNode source ? source.tombstone() : null);
    }

    private static TaskAudit audit(final TaskId id, final Stage stage, final TaskCounters counters) {
        return new TaskAudit(
                "job=" + id.job() + " topic=" + id.topic() + " partition=" + id.partition(),
                step -> path(stage.root(), step),
                counters);
    }

    // The steps of a stage that lead to one of them, since each may be the one whose function differs.
    private static String path(final TopologyNode from, final String step) {
        if (from.name().equals(step) && !(from instanceof SourceNode)) {
            return from.name();
        }
        for (final TopologyNode child : from.children()) {
            final String rest =
                    child.name().equals(step) ? step : child instanceof ExchangeNode ? null : path(child, step);
            if (rest != null) {
                return from.name() + " > " + rest;
            }
        }
        return null;
    }

    private TaskId id(final Stage stage, final int partition) {
        return new TaskId(plan.graph().name(), stage.name(), stage.inputTopic(), partition);
    }

    private static EventTimes<?> eventTimes(final Stage stage) {
        return stage.root() instanceof SourceNode source
                ? eventTimes(source.eventTime(), source.time().maxAheadNs())
                : eventTimes(null, EventTimes.ANY);
    }

    @SuppressWarnings("unchecked") // The fluent API took a function of the source's values.
    private static EventTimes<?> eventTimes(final ToLongFunction<?> extractor, final long maxAheadNs) {
        return new EventTimes<>((ToLongFunction<Object>) extractor, maxAheadNs);
    }

    private WatermarkTracker watermark(final Stage stage) {
        if (stage.root() instanceof SourceNode source) {
            return new SourceWatermark(
                    source.time().outOfOrdernessNs(),
                    source.time().idleAfterNs(),
                    !stage.exchanges().isEmpty() && isShared(stage.exchanges()));
        }
        final List<Integer> producerIds = new ArrayList<>();
        for (final Stage upstream : stage.upstreams()) {
            for (int i = 0; i < upstream.tasks(); i++) {
                producerIds.add(store.producerId(id(upstream, i).producerName()));
            }
        }
        return new ExchangeWatermark(
                producerIds.stream().mapToInt(Integer::intValue).toArray());
    }

    private boolean isShared(final List<ExchangeNode> exchanges) {
        return plan.stages().stream()
                .filter(later -> later.root() instanceof ExchangeNode exchange && exchanges.contains(exchange))
                .anyMatch(later ->
                        later.upstreams().stream().mapToInt(Stage::tasks).sum() > 1);
    }

    /**
     * The codec that a stage reads its input with, where nothing else is said.
     *
     * @param stage to look at.
     * @return the codec, as a description.
     */
    static Codec<?> codecOf(final Stage stage) {
        return stage.root() instanceof SourceNode source ? source.codec() : ((ExchangeNode) stage.root()).codec();
    }
}
