package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.KeyHash;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.task.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Joins of tables in jobs whose tasks run in any order and read any number of records at a time, and that are closed and opened again
 * somewhere: how the changes of a key follow each other, and what stands at the end.
 */
class ForeignJoinOrderPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 5);
    private static final long SEED = Long.getLong("millrace.seed", 1);
    private static final int RECORDS = 80;
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(1);

    @TempDir
    Path directory;

    private final Map<String, String> lefts = new TreeMap<>();
    private final Map<String, String> rights = new TreeMap<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldLetTheRightResultsStandInWhateverOrderTasksRun(final int partitions) {
        for (int round = 0; round < ROUNDS; round++) {
            final String seed = "-Dmillrace.rounds=1 -Dmillrace.seed=" + (SEED + round) + " on " + partitions;
            final SplittableRandom random = new SplittableRandom(SEED + round);
            final LogContext context = new LogContext()
                    .directory(directory.resolve(partitions + "-" + round))
                    .segmentLength(SEGMENT_LENGTH);
            try (LogStore store = LogStore.launch(context)) {
                fill(store, partitions, random);
                run(store, random);

                assertThat(table(store, "inner")).as(seed).isEqualTo(foreign(false));
                assertThat(table(store, "left.joined")).as(seed).isEqualTo(foreign(true));
                assertThat(table(store, "outer")).as(seed).isEqualTo(outer());
            }
        }
    }

    private void fill(final LogStore store, final int partitions, final SplittableRandom random) {
        lefts.clear();
        rights.clear();
        store.createTopic(TopicSpec.named("left").partitions(partitions));
        store.createTopic(TopicSpec.named("right").partitions(partitions));
        for (int i = 0; i < RECORDS; i++) {
            final boolean isLeft = random.nextBoolean();
            final String key = "k" + random.nextInt(5);
            final int foreign = random.nextInt(6);
            final String value = random.nextInt(4) == 0
                    ? null
                    : isLeft ? i + ">" + (foreign == 5 ? "" : "k" + foreign) : key + ":" + i;
            final Map<String, String> table = isLeft ? lefts : rights;
            if (value == null) {
                table.remove(key);
            } else {
                table.put(key, value);
            }
            append(store, isLeft ? "left" : "right", key, value, i);
        }
        for (final String topic : List.of("left", "right")) {
            for (int i = 0; i < partitions; i++) {
                append(store.topic(topic).partition(i), RecordKind.WATERMARK, Long.MAX_VALUE, "", "");
            }
        }
    }

    private static void append(
            final LogStore store, final String topic, final String key, final String value, final long timeNs) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        final int partition = KeyHash.partition(
                new UnsafeBuffer(bytes), 0, bytes.length, store.topic(topic).partitionCount());
        append(
                store.topic(topic).partition(partition),
                value == null ? RecordKind.TOMBSTONE : RecordKind.DATA,
                timeNs,
                key,
                value == null ? "" : value);
    }

    private static void append(
            final LogPartition partition, final byte kind, final long timeNs, final String key, final String value) {
        final UnsafeBuffer keyBytes = new UnsafeBuffer(key.getBytes(StandardCharsets.UTF_8));
        final UnsafeBuffer valueBytes = new UnsafeBuffer(value.getBytes(StandardCharsets.UTF_8));
        assertThat(partition
                        .appender()
                        .append(kind, timeNs, keyBytes, 0, keyBytes.capacity(), valueBytes, 0, valueBytes.capacity()))
                .isPositive();
    }

    private static void run(final LogStore store, final SplittableRandom random) {
        boolean isComplete = false;
        while (!isComplete) {
            try (JobTasks job = JobTasks.open(
                    store,
                    topology(),
                    new JobContext()
                            .checkpointInterval(random.nextBoolean() ? CHECKPOINT_INTERVAL : Duration.ZERO)
                            .onSkipped(record -> {}))) {
                final List<Task> tasks = job.tasks();
                final int steps = 20 + random.nextInt(2_000);
                // Some tasks run seldom, so that the others are far ahead of them.
                final int slow = random.nextInt(tasks.size());
                for (int i = 0; i < steps && !job.isComplete(); i++) {
                    final int task = random.nextInt(tasks.size());
                    if (task != slow || random.nextInt(10) == 0) {
                        tasks.get(task).doWork(1 + random.nextInt(5));
                    }
                    if (i % 50 == 49) {
                        job.doWork();
                    }
                }
                isComplete = job.isComplete();
            }
        }
    }

    private static Topology topology() {
        final Topology topology = Topology.named("job");
        final Table<String, String> left = topology.table("left-table", "left", Codecs.string(), Codecs.string());
        final Table<String, String> right = topology.table("right-table", "right", Codecs.string(), Codecs.string());
        changes(left.joinForeign(
                        "inner-join", right, ForeignJoinOrderPropertyTest::foreignKey, text(), Codecs.string()))
                .to("inner");
        changes(left.leftJoinForeign(
                        "left-join", right, ForeignJoinOrderPropertyTest::foreignKey, text(), Codecs.string()))
                .to("left.joined");
        changes(left.outerJoin("outer-join", right, text(), Codecs.string())).to("outer");
        return topology;
    }

    private static KeyedStream<String, String> changes(final Table<String, String> table) {
        return table.changes().mapValues(change -> change.before() + " -> " + change.after(), Codecs.string());
    }

    private static BiFunction<String, String, String> text() {
        return (left, right) -> left + "|" + right;
    }

    private static String foreignKey(final String left) {
        final String key = left.substring(left.indexOf('>') + 1);
        return key.isEmpty() ? null : key;
    }

    private Map<String, String> foreign(final boolean keepsLeft) {
        final Map<String, String> rows = new TreeMap<>();
        lefts.forEach((key, left) -> {
            final String foreignKey = foreignKey(left);
            final String right = foreignKey == null ? null : rights.get(foreignKey);
            if (keepsLeft || right != null) {
                rows.put(key, left + "|" + right);
            }
        });
        return rows;
    }

    private Map<String, String> outer() {
        final Map<String, String> rows = new TreeMap<>();
        lefts.forEach((key, left) -> rows.put(key, left + "|" + rights.get(key)));
        rights.forEach((key, right) -> rows.putIfAbsent(key, lefts.get(key) + "|" + right));
        return rows;
    }

    /** What stands at the end; each change goes on from where the one before ended. */
    private static Map<String, String> table(final LogStore store, final String topic) {
        final Map<String, String> table = new TreeMap<>();
        for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
            try (LogReader reader = store.topic(topic).partition(i).reader()) {
                while (reader.poll(record -> put(table, record), 100) > 0) {
                    // Read on to the end.
                }
            }
        }
        return table;
    }

    private static void put(final Map<String, String> table, final RecordFlyweight record) {
        if (record.kind() != RecordKind.DATA) {
            return;
        }
        final String key = record.buffer().getStringWithoutLengthUtf8(record.keyOffset(), record.keyLength());
        final String[] change = StoreFixture.value(record).split(" -> ");
        assertThat(change[0]).as(key).isEqualTo(table.getOrDefault(key, "null"));
        assertThat(change[1]).as(key).isNotEqualTo(change[0]);
        if (change[1].equals("null")) {
            table.remove(key);
        } else {
            table.put(key, change[1]);
        }
    }
}
