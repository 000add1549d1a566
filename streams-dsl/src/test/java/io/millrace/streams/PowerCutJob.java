package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.InvokedLog;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import io.millrace.log.storage.CrashImageStorage;
import io.millrace.log.storage.CrashPoint;
import io.millrace.operators.task.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A job on a machine that dies now and then, all on one thread. Its source has two partitions of texts {@code word number}; each
 * number is given once, so that input which is lost never comes again. The job copies the texts, and counts each word
 * behind an exchange. Durabilities of the topics are drawn.
 */
final class PowerCutJob implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("/data/store");
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int PARTITIONS = 2;
    private static final int WORDS = 400;
    private static final int STEPS = 400;
    private static final int STORAGE_OPERATIONS = 150;
    private static final long CUT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final SplittableRandom random;
    private final List<CrashImageStorage> disks = new ArrayList<>();
    private final Durability sourceDurability;
    private final Durability copiesDurability;
    private final Durability countsDurability;
    private long nowNs = TimeUnit.SECONDS.toNanos(1_000);
    private int numbers;
    private int restoredTasks;
    private boolean hasTruncated;

    private CrashImageStorage disk = new CrashImageStorage();
    private CrashImageStorage left;
    private int operationsLeft;
    private boolean isForcedLate;
    private LogStore store;
    private JobTasks tasks;

    PowerCutJob(final long seed) {
        random = new SplittableRandom(seed);
        sourceDurability = durability();
        copiesDurability = durability();
        countsDurability = durability();
        disks.add(disk);
    }

    private Durability durability() {
        return random.nextBoolean() ? Durability.POWER : Durability.PROCESS;
    }

    /** Works for a while, until the machine dies. */
    void live() {
        operationsLeft = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(STORAGE_OPERATIONS);
        isForcedLate = random.nextInt(3) == 0;
        disk.observer(this::onOperation);
        start();
        for (int i = random.nextInt(STEPS); i > 0 && left == null; i--) {
            step();
        }
        if (left == null) {
            die();
        }
        disk.observer(() -> {});
        stop();
        disk = left;
        disks.add(disk);
        left = null;
    }

    private void onOperation() {
        if (left == null && --operationsLeft < 0) {
            die();
        }
    }

    /** What the machine finds when it is switched on again. The store goes on for some steps and does not know it yet. */
    private void die() {
        final CrashPoint point = disk.crashPoint();
        left = switch (random.nextInt(8)) {
            case 0 -> point.processCrash();
            case 1 -> point.reboot();
            default -> point.machineCrash(random.nextLong());
        };
        left.detach();
    }

    private void start() {
        final long[] clockNs = {nowNs};
        store = InvokedLog.launch(new LogContext()
                .directory(DIRECTORY)
                .segmentLength(SEGMENT_LENGTH)
                .storage(disk)
                .cutIntervalNs(CUT_INTERVAL_NS)
                .clock(() -> clockNs[0] += 1_000));
        store.createTopic(TopicSpec.named("in").partitions(PARTITIONS).durability(sourceDurability));
        store.createTopic(TopicSpec.named("copies").partitions(PARTITIONS).durability(copiesDurability));
        store.createTopic(TopicSpec.named("counts").partitions(PARTITIONS).durability(countsDurability));
        if (random.nextBoolean()) {
            // Others write before the job is there again.
            for (int i = random.nextInt(60); i > 0; i--) {
                append();
            }
        }
        tasks = JobTasks.open(
                store,
                topology(),
                new JobContext()
                        .checkpointInterval(ChronoUnit.FOREVER.getDuration())
                        .idleStrategy(Waiting::new));
        for (final Task task : tasks.tasks()) {
            assertThat(task.restored().fallBack())
                    .as("a checkpoint that survived, of task %s on %s", task, disk)
                    .isEmpty();
            restoredTasks += task.restored().checkpoint() > 0 ? 1 : 0;
        }
    }

    private static Topology topology() {
        final Topology topology = Topology.named("job");
        final Stream<String> texts = topology.stream("in", Codecs.string()).neverIdle();
        texts.to("copies");
        texts.keyBy("by-word", Codecs.string(), PowerCutJob::word)
                .count("counted")
                .toChanges()
                .map(change -> change.key() + "=" + change.value(), Codecs.string())
                .to("counts");
        return topology;
    }

    private static String word(final String text) {
        return text.substring(0, text.indexOf(' '));
    }

    private void step() {
        final Task task = tasks.tasks().get(random.nextInt(tasks.tasks().size()));
        switch (random.nextInt(10)) {
            case 0, 1 -> {
                for (int i = random.nextInt(12); i > 0; i--) {
                    append();
                }
            }
            case 2, 3, 4 -> task.doWork(1 + random.nextInt(20));
            case 5 -> task.beginCheckpoint();
            case 6 -> task.checkpointWork(1 + random.nextInt(4));
            case 7 -> task.takeCheckpoint();
            case 8 -> {
                if (!isForcedLate || random.nextInt(30) == 0) {
                    invoke(random.nextLong(CUT_INTERVAL_NS));
                }
            }
            default -> disk.mark();
        }
    }

    private void invoke(final long passedNs) {
        nowNs += passedNs;
        InvokedLog.work(store, nowNs);
    }

    private void append() {
        final String text = "w" + random.nextInt(WORDS) + " " + numbers++ + " " + "x".repeat(random.nextInt(800));
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        final LogPartition partition = partition("in", random.nextInt(PARTITIONS));
        long outcome;
        do {
            outcome = partition.appender().append(RecordKind.DATA, numbers, null, 0, 0, value, 0, value.capacity());
            if (outcome == Outcome.BACK_PRESSURED) {
                invoke(1);
            }
        } while (outcome == Outcome.BACK_PRESSURED);
        assertThat(outcome).isPositive();
    }

    private LogPartition partition(final String topic, final int index) {
        return store.topic(topic).partition(index);
    }

    /** What the dead machine would do is of no interest: its disk is not looked at again. */
    private void stop() {
        hasTruncated |= partition("job.by-word", 0).isTruncated();
        tasks.close();
        tasks = null;
        store.close();
        store = null;
    }

    /** Works until nothing is left to do, and compares. */
    void liveToTheEnd() {
        start();
        int work;
        do {
            work = 0;
            for (final Task task : tasks.tasks()) {
                work += task.doWork();
            }
            invoke(CUT_INTERVAL_NS);
        } while (work > 0);
        final Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            final List<String> texts = read("in", i);
            assertThat(read("copies", i)).as("copies of partition %d", i).isEqualTo(texts);
            texts.forEach(text -> counts.merge(word(text), 1, Integer::sum));
        }
        final Map<String, Integer> counted = new HashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            for (final String change : read("counts", i)) {
                final String[] parts = change.split("=");
                assertThat(Integer.parseInt(parts[1]))
                        .as("count of %s", parts[0])
                        .isEqualTo(counted.getOrDefault(parts[0], 0) + 1);
                counted.put(parts[0], Integer.parseInt(parts[1]));
            }
        }
        assertThat(counted).isEqualTo(counts);
        stop();
    }

    private List<String> read(final String topic, final int index) {
        final List<String> texts = new ArrayList<>();
        try (LogReader reader = partition(topic, index).reader()) {
            while (reader.poll(
                            record -> {
                                if (record.kind() == RecordKind.DATA) {
                                    texts.add(StoreFixture.value(record));
                                }
                            },
                            1_000)
                    > 0) {
                // On to the end.
            }
        }
        return texts;
    }

    int restoredTasks() {
        return restoredTasks;
    }

    boolean hasTruncated() {
        return hasTruncated;
    }

    @Override
    public void close() {
        if (tasks != null) {
            tasks.close();
        }
        disks.forEach(CrashImageStorage::close);
    }

    /** While a task waits for space, the store's background work goes on. */
    private final class Waiting implements IdleStrategy {
        @Override
        public void idle(final int workCount) {
            idle();
        }

        @Override
        public void idle() {
            invoke(1);
        }

        @Override
        public void reset() {}
    }
}
