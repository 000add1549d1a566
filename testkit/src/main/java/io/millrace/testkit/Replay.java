package io.millrace.testkit;

import io.millrace.log.LogPartition;
import io.millrace.log.LogTopic;
import io.millrace.log.ProducerAppender;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.task.Task;
import io.millrace.operators.task.TaskId;
import io.millrace.streams.Topology;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Runs the stages of a job again, each over a copy of what it has read, and compares what its tasks append.
 *
 * <p>A task is a function of its partition, so the partition is copied whole: data, watermarks and ticks, under the same
 * producers, sequences and log times. Only the tasks of the stage are run, and nobody appends ticks: the order in which several
 * tasks write into one exchange is not theirs to decide, and stands in the copy. For the same reason records are compared
 * by the task that wrote them.
 */
final class Replay {
    private final TestStore original;
    private final Topology topology;
    private final TestDriverBuilder settings;
    private final Map<String, Codec<?>> codecs;

    Replay(
            final TestStore original,
            final Topology topology,
            final TestDriverBuilder settings,
            final Map<String, Codec<?>> codecs) {
        this.original = original;
        this.topology = topology;
        this.settings = settings;
        this.codecs = codecs;
    }

    void verify(final Plan plan) {
        for (final Stage stage : plan.stages()) {
            inOneGo(stage);
            killedInTheMiddle(stage);
        }
    }

    private void inOneGo(final Stage stage) {
        try (TestStore copy = copyOf(stage.inputTopic());
                TestJob job = newJob(copy)) {
            tasksOf(stage, job).forEach(Replay::runToEnd);
            compare(stage, job, copy, "a replay");
        }
    }

    private void killedInTheMiddle(final Stage stage) {
        final TestStore image;
        try (TestStore copy = copyOf(stage.inputTopic());
                TestJob job = newJob(copy)) {
            for (final Task task : tasksOf(stage, job)) {
                final int half = original.read(stage.inputTopic(), task.id().partition(), 0)
                                .size()
                        / 2;
                for (int i = 0; i < half; i++) {
                    task.doWork(1);
                }
            }
            image = copy.crashImage();
        }
        try (image;
                TestJob job = newJob(image)) {
            tasksOf(stage, job).forEach(Replay::runToEnd);
            compare(stage, job, image, "a replay that was killed after half of its input and resumed");
        }
    }

    private TestJob newJob(final TestStore store) {
        return new TestJob(store, topology, settings.stateBudget(), settings.parts(), null);
    }

    private static List<Task> tasksOf(final Stage stage, final TestJob job) {
        return job.tasks().tasks().stream()
                .filter(task -> task.id().stage().equals(stage.name()))
                .toList();
    }

    private static void runToEnd(final Task task) {
        while (task.doWork() > 0) {
            // On to the end.
        }
    }

    // Producers get their ids in the order in which they first come, so that of the original gives the same ids.
    private TestStore copyOf(final String inputTopic) {
        final TestStore copy = TestStore.create(new VirtualClock(), original.segmentLength());
        try {
            original.log().producerNames().forEach(copy.log()::producerId);
            for (final LogTopic topic : original.log().topics()) {
                copy.log().createTopic(topic.spec());
            }
            for (int i = 0; i < original.log().topic(inputTopic).partitionCount(); i++) {
                copyPartition(inputTopic, i, copy);
            }
            return copy;
        } catch (final RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    private void copyPartition(final String topic, final int partition, final TestStore copy) {
        final LogPartition target = copy.log().topic(topic).partition(partition);
        final Map<Integer, ProducerAppender> producers = new HashMap<>();
        try {
            for (final RawRecord record : original.read(topic, partition, 0)) {
                copy.clock().setNs(record.logTimeNs());
                if (record.producerId() == 0) {
                    copy.append(topic, partition, record.kind(), record.eventTimeNs(), record.key(), record.value());
                } else {
                    append(producers.computeIfAbsent(record.producerId(), target::producer), record);
                }
            }
        } finally {
            producers.values().forEach(ProducerAppender::close);
        }
    }

    private static void append(final ProducerAppender producer, final RawRecord record) {
        final UnsafeBuffer key = new UnsafeBuffer(record.key());
        final UnsafeBuffer value = new UnsafeBuffer(record.value());
        long outcome;
        do {
            outcome = producer.append(
                    record.sequence(),
                    record.kind(),
                    record.eventTimeNs(),
                    key,
                    0,
                    key.capacity(),
                    value,
                    0,
                    value.capacity());
        } while (TestStore.isBackPressured(outcome));
        if (outcome < 0) {
            throw new IllegalStateException("cannot copy " + record.describe(null) + " for a replay: " + outcome);
        }
    }

    private void compare(final Stage stage, final TestJob job, final TestStore copy, final String what) {
        for (final Task task : tasksOf(stage, job)) {
            final int producerId = copy.log().producerId(task.id().producerName());
            for (final LogTopic topic : original.log().topics()) {
                for (int partition = 0; partition < topic.partitionCount(); partition++) {
                    compare(task.id(), producerId, topic.name(), partition, copy, what);
                }
            }
        }
    }

    private void compare(
            final TaskId task,
            final int producerId,
            final String topic,
            final int partition,
            final TestStore copy,
            final String what) {
        // In its own input a task writes nothing.
        if (!topic.equals(task.topic())) {
            Differences.check(
                    what + " makes another output than the first run: task=" + task,
                    topic,
                    partition,
                    of(producerId, original.read(topic, partition, 0)),
                    of(producerId, copy.read(topic, partition, 0)),
                    codecs.get(topic));
        }
    }

    private static List<RawRecord> of(final int producerId, final List<RawRecord> records) {
        final List<RawRecord> mine = new ArrayList<>();
        for (final RawRecord record : records) {
            if (record.producerId() == producerId) {
                mine.add(record);
            }
        }
        return mine;
    }
}
