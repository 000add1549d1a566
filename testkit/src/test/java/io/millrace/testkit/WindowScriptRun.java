package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.task.Task;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.plan.TaskParts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Plays a script on the real engine and a real log, in which everything stands that happened. */
final class WindowScriptRun implements AutoCloseable {
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final long STATE_BUDGET = 1L << 28;
    private static final int MAX_TICKS = 20_000;
    private static final byte[] NOTHING = {};

    // 2033: beyond all event times.
    private static final long BEGIN_NS = 2_000_000_000_000_000_000L;

    private final WindowScript script;
    private final boolean resumesInStep;
    private final SplittableRandom instants;
    private final VirtualClock clock = new VirtualClock(VirtualClock.instant(BEGIN_NS));
    private TestStore store;
    private TestJob job;
    private int restoredTasks;

    /**
     * Plays it to its end.
     *
     * @param resumesInStep whether tasks, after a crash, are brought to where they were before anything else happens, so that
     *                      they go on writing in the same order; otherwise they run as it comes.
     * @param seed          of the instants at which tasks take checkpoints.
     */
    WindowScriptRun(final WindowScript script, final boolean resumesInStep, final long seed) {
        this.script = script;
        this.instants = new SplittableRandom(seed);
        this.resumesInStep = resumesInStep;
        this.store = TestStore.create(clock, SEGMENT_LENGTH);
        store.log().createTopic(TopicSpec.named("in").partitions(script.partitions));
        this.job = newJob();
        try {
            script.steps.forEach(this::play);
            end();
        } catch (final RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private TestJob newJob() {
        return new TestJob(store, script.topology(), STATE_BUDGET, TaskParts.STANDARD, instants.nextLong());
    }

    private void play(final WindowScript.Step step) {
        if (step instanceof WindowScript.Put put) {
            append(put.partition(), RecordKind.DATA, put.timeNs(), put.text().getBytes(StandardCharsets.US_ASCII));
        } else if (step instanceof WindowScript.Mark mark) {
            append(mark.partition(), RecordKind.WATERMARK, mark.timeNs(), NOTHING);
        } else if (step instanceof WindowScript.Pause pause) {
            clock.moveTo(clock.nanoTime() + pause.ns());
        } else if (step instanceof WindowScript.Work work) {
            final List<Task> tasks = job.tasks().tasks();
            job.work(tasks.get(work.task() % tasks.size()), work.records());
        } else if (step instanceof WindowScript.WorkAll) {
            job.workOnce();
        } else {
            crash();
        }
    }

    private void append(final int partition, final byte kind, final long timeNs, final byte[] value) {
        store.append("in", partition, kind, timeNs, NOTHING, value);
        clock.moveTo(clock.nanoTime() + 1);
    }

    private void crash() {
        final List<Long> positions =
                job.tasks().tasks().stream().map(Task::position).toList();
        final TestStore image = store.crashImage();
        close();
        store = image;
        job = newJob();
        restoredTasks += job.restoredTasks();
        if (resumesInStep) {
            for (int i = 0; i < positions.size(); i++) {
                final Task task = job.tasks().tasks().get(i);
                while (task.position() < positions.get(i) && task.doWork(1) > 0) {
                    // On to where it was.
                }
            }
        }
    }

    // Where input is never idle it ends; otherwise time alone has to close what is open.
    private void end() {
        if (script.idleAfterNs < 0) {
            for (int i = 0; i < script.partitions; i++) {
                append(i, RecordKind.WATERMARK, Long.MAX_VALUE, NOTHING);
            }
            job.run();
            assertThat(job.tasks().isComplete()).isTrue();
            return;
        }
        job.run();
        for (int ticks = 0; job.nextTickNs() != Long.MAX_VALUE; ticks++) {
            assertThat(ticks).as("moments at which time closes what is open").isLessThan(MAX_TICKS);
            clock.moveTo(Math.max(clock.nanoTime(), job.nextTickNs()));
            job.run();
        }
    }

    private Stage windowStage() {
        final Plan plan = job.tasks().plan();
        return plan.stages().get(plan.stages().size() - 1);
    }

    boolean hasExchange() {
        return !windowStage().isSource();
    }

    /** Number of partitions that the window step reads. */
    int windowPartitions() {
        return windowStage().tasks();
    }

    /** What the window step has read in a partition. */
    List<Arrival> arrivals(final int partition) {
        return Arrival.allOf(store.read(windowStage().inputTopic(), partition, 0), script.isSplit && hasExchange());
    }

    List<Arrival> source(final int partition) {
        return Arrival.allOf(store.read("in", partition, 0), false);
    }

    /** Under which number the task of a source partition writes. */
    int producerId(final int partition) {
        return job.tasks().tasks().stream()
                .filter(task -> task.id().topic().equals("in") && task.id().partition() == partition)
                .mapToInt(task -> store.log().producerId(task.id().producerName()))
                .findFirst()
                .orElseThrow();
    }

    /** What lies in a partition of an output, with its event times. */
    List<String> output(final String topic, final int partition) {
        if (!store.log().hasTopic(topic)) {
            return List.of();
        }
        return store.read(topic, partition, 0).stream()
                .filter(RawRecord::isData)
                .map(record -> new String(record.value(), StandardCharsets.UTF_8) + " @" + record.eventTimeNs())
                .toList();
    }

    long lateRecords() {
        return job.tasks().counters().lateRecords();
    }

    /** How often a task went on from a checkpoint after a crash. */
    int restoredTasks() {
        return restoredTasks;
    }

    /** All bytes of all partitions but those of checkpoints, whose number depends on the crashes; with the order and the times in which the log took them. */
    List<String> everything() {
        final List<String> lines = new ArrayList<>();
        for (final LogTopic topic : store.log().topics()) {
            if (topic.name().endsWith(".checkpoints")) {
                continue;
            }
            for (int i = 0; i < topic.partitionCount(); i++) {
                for (final RawRecord record : store.read(topic.name(), i, 0)) {
                    lines.add(topic.name() + "/" + i + "@" + record.position() + " " + record.kind() + " "
                            + record.eventTimeNs() + " " + record.logTimeNs() + " " + record.producerId() + " "
                            + record.sequence() + " " + HexFormat.of().formatHex(record.key()) + " "
                            + HexFormat.of().formatHex(record.value()));
                }
            }
        }
        return lines;
    }

    @Override
    public void close() {
        try {
            job.close();
        } finally {
            store.close();
        }
    }
}
