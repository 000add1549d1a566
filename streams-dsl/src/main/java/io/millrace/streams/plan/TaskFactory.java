package io.millrace.streams.plan;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.TaskAudit;
import io.millrace.operators.task.ChainDriver;
import io.millrace.operators.task.EventTimes;
import io.millrace.operators.task.ExchangeWatermark;
import io.millrace.operators.task.ReplyWatermark;
import io.millrace.operators.task.SourceWatermark;
import io.millrace.operators.task.Task;
import io.millrace.operators.task.TaskCheckpoints;
import io.millrace.operators.task.TaskDriver;
import io.millrace.operators.task.TaskId;
import io.millrace.operators.task.TaskLayout;
import io.millrace.operators.task.TaskRange;
import io.millrace.operators.task.UnusableCheckpointException;
import io.millrace.operators.task.WatermarkTracker;
import io.millrace.streams.effect.CallDesk;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;

/**
 * Makes the tasks of a plan over a store.
 */
public final class TaskFactory {
    private final Plan plan;
    private final LogStore store;
    private final TaskOptions options;
    private final List<CallDesk<?, ?>> desks = new ArrayList<>();
    private BiFunction<Stage, Integer, TaskRange> ranges = (stage, partition) -> TaskRange.ALL;

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
     * Sets what each task reads and from where on it is heard.
     *
     * @param newRanges finds the range of a task by its stage and partition; all of it unless set.
     * @return this factory.
     */
    public TaskFactory within(final BiFunction<Stage, Integer, TaskRange> newRanges) {
        ranges = newRanges;
        return this;
    }

    /**
     * Makes all tasks.
     *
     * @return the tasks, stage by stage and partition by partition, the replicas of each side by side; the caller closes
     *         them.
     */
    public List<Task> create() {
        final List<Task> tasks = new ArrayList<>();
        try {
            for (final Stage stage : plan.stages()) {
                final StageCopies copies = new StageCopies();
                final StageLayout layout = new StageLayout(plan, stage);
                for (int partition = 0; partition < stage.tasks(); partition++) {
                    create(tasks, stage, partition, copies, layout);
                }
            }
        } catch (final RuntimeException e) {
            tasks.forEach(Task::close);
            throw e;
        }
        return tasks;
    }

    /**
     * Who calls the outside for the tasks that were made.
     *
     * @return a desk for each partition of an exchange in which inputs wait for replies.
     */
    public List<CallDesk<?, ?>> desks() {
        return List.copyOf(desks);
    }

    /** Again and again, each time without one checkpoint more that turned out to be of no use when it was half restored. */
    private void create(
            final List<Task> tasks,
            final Stage stage,
            final int partition,
            final StageCopies copies,
            final StageLayout layout) {
        final Map<Long, String> leftAside = new HashMap<>();
        while (true) {
            try {
                tasks.addAll(replicas(stage, partition, copies, layout, leftAside));
                return;
            } catch (final UnusableCheckpointException e) {
                leftAside.put(e.checkpoint(), e.getMessage());
            }
        }
    }

    private List<Task> replicas(
            final Stage stage,
            final int partition,
            final StageCopies copies,
            final StageLayout layout,
            final Map<Long, String> leftAside) {
        final TaskShared shared = new TaskShared(options.replicas(), options.onSkipped());
        final List<Task> replicas = new ArrayList<>();
        try {
            for (int replica = 0; replica < options.replicas(); replica++) {
                replicas.add(task(stage, partition, copies, layout, shared, leftAside));
                shared.next();
            }
        } catch (final RuntimeException e) {
            replicas.forEach(Task::close);
            shared.close();
            throw e;
        }
        if (shared.desk() != null) {
            desks.add(shared.desk());
        }
        return replicas;
    }

    private Task task(
            final Stage stage,
            final int partition,
            final StageCopies copies,
            final StageLayout layout,
            final TaskShared shared,
            final Map<Long, String> leftAside) {
        final TaskId id = id(stage, partition);
        final TaskCounters counters = new TaskCounters();
        final TaskAudit audit = options.isAudit() ? audit(id, stage, counters) : null;
        final TaskResources resources = new TaskResources(id, store, options, counters, audit, shared, plan.outputs());
        try {
            final ChainBuilder chain = new ChainBuilder(plan, stage, copies, resources);
            final LogPartition input = store.topic(stage.inputTopic()).partition(partition);
            final TaskDriver driver = resources.guarded(driver(stage, copies, resources, chain));
            final TaskRange range = ranges.apply(stage, partition);
            final TaskCheckpoints checkpoints = checkpoints(stage, layout, id, resources, driver, range.start());
            if (checkpoints != null) {
                leftAside.forEach(checkpoints::leaveAside);
            }
            checkStart(id, input, range.start(), checkpoints);
            final Task task = new Task(
                    id,
                    () -> readerFrom(input, range.start()),
                    driver,
                    resources.outputs(),
                    resources.memory(),
                    resources.views(),
                    resources.counters(),
                    checkpoints);
            return task.calling(
                            resources.calls(),
                            shared.desk() == null ? 0 : shared.desk().livePosition())
                    .within(
                            range,
                            resources.outputs().stream()
                                    .filter(output -> !layout.exchanges().contains(output.topic()))
                                    .toList());
        } catch (final RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    // A task with checkpoints may have one behind what was removed, and finds out itself.
    private static void checkStart(
            final TaskId id, final LogPartition input, final long start, final TaskCheckpoints checkpoints) {
        if (checkpoints == null && start != TaskRange.BEGINNING && start < input.beginPosition()) {
            throw new MillraceException(
                    ErrorCode.POSITION_GONE,
                    "task " + id + " cannot begin again at position " + start + " of topic " + input.topic()
                            + " partition " + input.index() + ": what was before " + input.beginPosition()
                            + " is removed; give the job another name to begin with what is left");
        }
    }

    private static LogReader readerFrom(final LogPartition input, final long start) {
        final LogReader reader = input.reader();
        if (start != TaskRange.BEGINNING && start > input.beginPosition()) {
            reader.seek(start);
        }
        return reader;
    }

    // Where there are checkpoints, they are restored, whether new ones are taken or not.
    private TaskCheckpoints checkpoints(
            final Stage stage,
            final StageLayout layout,
            final TaskId id,
            final TaskResources resources,
            final TaskDriver driver,
            final long start) {
        final String topic = Plan.checkpointTopic(id.job(), stage.name());
        if (!store.hasTopic(topic)
                || options.isAudit()
                        && !store.topic(id.topic()).partition(id.partition()).isTruncated()) {
            // An audit replays as much as there is, without a checkpoint if it can.
            return null;
        }
        final LogPartition input = store.topic(id.topic()).partition(id.partition());
        return new TaskCheckpoints(
                        id,
                        store.topic(topic).partition(id.partition()),
                        input,
                        !stage.isSource() || input.isMirror(),
                        driver,
                        resources.outputs(),
                        resources.memory(),
                        resources.counters(),
                        new TaskLayout(
                                layout.topology(),
                                layout.input(),
                                layout.exchanges(),
                                resources.states(),
                                resources.resets()),
                        resources.idleStrategy(),
                        resources.housekeeping())
                .startingAt(start);
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
                        watermark(stage, resources),
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

    private WatermarkTracker watermark(final Stage stage, final TaskResources resources) {
        final WatermarkTracker watermark = watermark(stage);
        return resources.calls() == null ? watermark : new ReplyWatermark(watermark, resources.calls());
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
