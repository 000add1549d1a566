package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.join.JoinKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How two sides of a join meet in their exchange is left to threads. Here it is laid down: what the tasks of the sides have to append
 * is put into the exchange before the job runs, in a chosen order, under their names and sequences. The job finds it there, as
 * after a restart, and joins in that order.
 */
class JoinOrderPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 8);
    private static final long SEED = Long.getLong("millrace.seed", 1);
    private static final int RANDOM_ORDERS = 4;
    private static final int EVERY_ORDER = 3432;
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final List<String> SIDES = List.of("left", "right");
    private static final List<String> JOINS = List.of("asof", "inner", "outer");

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(1_000_000 * SECOND);
    private LogStore store;
    private String input;
    private int jobs;

    /** A record of the exchange, by a producer that is known by its side; -1 for a tick. */
    private record Kept(int side, byte kind, long eventTimeNs, byte[] key, byte[] value) {}

    @BeforeEach
    void openStore() {
        store = LogStore.launch(new LogContext()
                .directory(directory)
                .segmentLength(SEGMENT_LENGTH)
                .clock(clock::get));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void shouldFindTheSameInEveryOrderInWhichTheSidesMeet() {
        givenInput("every");
        append("left", SECOND, "a l1");
        append("left", 9 * SECOND, "b l9");
        append("left", 30 * SECOND, "d l30");
        append("right", SECOND * 3 / 2, "a r1");
        append("right", 8 * SECOND, "b r8");
        append("right", 20 * SECOND, "c r20");
        end();
        final List<List<Kept>> made = runFreely();
        assertThat(made).allSatisfy(records -> assertThat(records).hasSize(14));
        final int step = Math.max(1, EVERY_ORDER / (ROUNDS * RANDOM_ORDERS));

        int orders = 0;
        for (int sides = 0; sides < 1 << 14; sides++) {
            if (Integer.bitCount(sides) == 7 && orders++ % step == 0) {
                final int order = sides;
                run(made, index -> order >>> index & 1, sides % 3 - 1);
                final String as = "sides of the records, the first in the lowest bit: " + Integer.toBinaryString(sides);
                assertThat(results("asof"))
                        .as(as)
                        .containsExactlyInAnyOrder("1000000000 l1|null", "9000000000 l9|r8", "30000000000 l30|null");
                assertThat(results("inner")).as(as).containsExactlyInAnyOrder("1500000000 l1|r1", "9000000000 l9|r8");
                assertThat(results("outer"))
                        .as(as)
                        .containsExactlyInAnyOrder(
                                "1500000000 l1|r1", "9000000000 l9|r8", "21000000000 null|r20", "31000000000 l30|null");
            }
        }
        assertThat(orders).isEqualTo(EVERY_ORDER);
    }

    @Test
    void shouldFindWhatTheReferenceFindsInAnyOrderInWhichTheSidesMeet() {
        for (int round = 0; round < ROUNDS; round++) {
            final long seed = SEED + round;
            final SplittableRandom random = new SplittableRandom(seed);
            final AsOfReference asOf = new AsOfReference(true, true, 5 * SECOND, 0, MINUTE);
            final IntervalReference inner = new IntervalReference(JoinKind.INNER, -SECOND, SECOND, 0, MINUTE);
            final IntervalReference outer = new IntervalReference(JoinKind.OUTER, -SECOND, SECOND, 0, MINUTE);
            givenInput("seed-" + seed);
            for (int side = 0; side < SIDES.size(); side++) {
                long timeNs = SECOND;
                for (int i = 0; i < 6; i++) {
                    timeNs += random.nextInt(3) * SECOND;
                    final String key = random.nextBoolean() ? "a" : "b";
                    final String name = SIDES.get(side).charAt(0) + "" + i;
                    append(SIDES.get(side), timeNs, key + " " + name);
                    asOf.add(timeNs, (side == 0 ? "L " : "R ") + key + " " + name);
                    inner.add(new IntervalReference.Arrival(side == 0, key, timeNs, name));
                    outer.add(new IntervalReference.Arrival(side == 0, key, timeNs, name));
                }
            }
            end();
            asOf.end();
            inner.end();
            outer.end();
            final List<List<Kept>> made = runFreely();

            for (int order = 0; order < RANDOM_ORDERS; order++) {
                final int bias = 1 + random.nextInt(9);
                run(made, index -> random.nextInt(10) < bias ? 0 : 1, random.nextInt(4) - 1);

                final String as = "-Dmillrace.rounds=1 -Dmillrace.seed=" + seed + " order " + order;
                assertThat(results("asof")).as(as).containsExactlyInAnyOrderElementsOf(asOf.results());
                assertThat(results("inner")).as(as).containsExactlyInAnyOrderElementsOf(inner.results());
                assertThat(results("outer")).as(as).containsExactlyInAnyOrderElementsOf(outer.results());
            }
        }
    }

    private void givenInput(final String name) {
        input = name;
        SIDES.forEach(side -> store.createTopic(TopicSpec.named(input + "." + side)));
    }

    private void append(final String side, final long eventTimeNs, final String value) {
        append(side, RecordKind.DATA, eventTimeNs, value.getBytes(StandardCharsets.UTF_8));
    }

    private void end() {
        SIDES.forEach(side -> append(side, RecordKind.WATERMARK, Long.MAX_VALUE, new byte[0]));
    }

    private void append(final String side, final byte kind, final long eventTimeNs, final byte[] value) {
        final LogPartition partition = store.topic(input + "." + side).partition(0);
        assertThat(partition.appender().append(kind, eventTimeNs, null, 0, 0, new UnsafeBuffer(value), 0, value.length))
                .isPositive();
    }

    /** Runs a job as it comes. */
    private List<List<Kept>> runFreely() {
        jobs++;
        try (JobTasks job = open()) {
            while (!job.isComplete()) {
                job.doWork();
            }
        }
        return JOINS.stream().map(this::exchange).toList();
    }

    /**
     * Runs a job over exchanges that were filled before.
     *
     * @param made    by an earlier job, for each join.
     * @param sides   which side's next record comes at each place; the other one's where it has none left.
     * @param ticksAt ticks stand behind each record whose place is this modulo 3; the clock of the exchange goes on by a
     *                minute with each record, so they would tell of silence if there were any. Less than 0 for none.
     */
    private void run(final List<List<Kept>> made, final Function<Integer, Integer> sides, final int ticksAt) {
        jobs++;
        // Creates the exchanges.
        open().close();
        final int[] order = order(made.get(0), sides);
        for (int join = 0; join < JOINS.size(); join++) {
            fill(JOINS.get(join), made.get(join), order, ticksAt);
        }
        final int limit = 1 + jobs % 3;
        try (JobTasks job = open()) {
            while (!job.isComplete()) {
                job.tasks().forEach(task -> task.doWork(limit));
            }
            assertThat(job.counters().lateRecords()).isZero();
        }
        for (int join = 0; join < JOINS.size(); join++) {
            // The tasks of the sides have found all that they made, and appended nothing.
            assertThat(exchange(JOINS.get(join))).hasSameSizeAs(made.get(join));
        }
    }

    private static int[] order(final List<Kept> made, final Function<Integer, Integer> sides) {
        final int[] left = {
            (int) made.stream().filter(kept -> kept.side == 0).count(),
            (int) made.stream().filter(kept -> kept.side == 1).count()
        };
        return IntStream.range(0, made.size())
                .map(index -> {
                    final int wanted = sides.apply(index);
                    final int side = left[wanted] > 0 ? wanted : 1 - wanted;
                    left[side]--;
                    return side;
                })
                .toArray();
    }

    private void fill(final String join, final List<Kept> made, final int[] order, final int ticksAt) {
        final LogPartition partition = store.topic(exchangeOf(join)).partition(0);
        final List<List<Kept>> bySide = IntStream.range(0, SIDES.size())
                .mapToObj(
                        side -> made.stream().filter(kept -> kept.side == side).toList())
                .toList();
        final int[] sequences = new int[SIDES.size()];
        try (ProducerAppender left = producer(partition, 0);
                ProducerAppender right = producer(partition, 1)) {
            for (int i = 0; i < order.length; i++) {
                final int side = order[i];
                final int sequence = sequences[side]++;
                // A side may have written more watermarks for one join than for another.
                if (sequence < bySide.get(side).size()) {
                    append(side == 0 ? left : right, sequence, bySide.get(side).get(sequence));
                }
                clock.addAndGet(MINUTE);
                if (i % 3 == ticksAt) {
                    assertThat(partition.appender().append(RecordKind.TICK, 0, null, 0, 0, null, 0, 0))
                            .isPositive();
                }
            }
            for (int side = 0; side < SIDES.size(); side++) {
                while (sequences[side] < bySide.get(side).size()) {
                    final int sequence = sequences[side]++;
                    append(side == 0 ? left : right, sequence, bySide.get(side).get(sequence));
                }
            }
        }
    }

    private static void append(final ProducerAppender producer, final int sequence, final Kept kept) {
        assertThat(producer.append(
                        sequence,
                        kept.kind,
                        kept.eventTimeNs,
                        new UnsafeBuffer(kept.key),
                        0,
                        kept.key.length,
                        new UnsafeBuffer(kept.value),
                        0,
                        kept.value.length))
                .isPositive();
    }

    private ProducerAppender producer(final LogPartition partition, final int side) {
        return partition.producer(producerId(side));
    }

    private int producerId(final int side) {
        return store.producerId(jobName() + "/" + input + "." + SIDES.get(side) + "/0");
    }

    private String jobName() {
        return "job" + jobs;
    }

    private String exchangeOf(final String join) {
        return jobName() + "." + join + "-sides";
    }

    private List<Kept> exchange(final String join) {
        final int left = producerId(0);
        return read(
                exchangeOf(join),
                record -> new Kept(
                        record.producerId() == left ? 0 : 1,
                        record.kind(),
                        record.eventTimeNs(),
                        bytes(record, record.keyOffset(), record.keyLength()),
                        bytes(record, record.valueOffset(), record.valueLength())));
    }

    private static byte[] bytes(final RecordFlyweight record, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        record.buffer().getBytes(offset, bytes);
        return bytes;
    }

    private List<String> results(final String join) {
        return read(jobName() + "-" + join, record -> record.eventTimeNs() + " " + StoreFixture.value(record));
    }

    private <R> List<R> read(final String topic, final Function<RecordFlyweight, R> read) {
        final List<R> all = new ArrayList<>();
        try (LogReader reader = store.topic(topic).partition(0).reader()) {
            while (reader.poll(
                            record -> {
                                if (record.kind() != RecordKind.TICK) {
                                    all.add(read.apply(record));
                                }
                            },
                            100)
                    > 0) {
                // Read on to the end.
            }
        }
        return all;
    }

    private JobTasks open() {
        final Topology topology = Topology.named(jobName());
        final KeyedStream<String, String> left = side(topology, "left");
        final KeyedStream<String, String> right = side(topology, "right");
        final Within within = Within.of(Duration.ofSeconds(1));
        to(
                "asof",
                left.leftJoinAsOf(
                        "asof", right, AsOf.tolerance(Duration.ofSeconds(5)).waiting()));
        to("inner", left.join("inner", right, within));
        to("outer", left.outerJoin("outer", right, within));
        return JobTasks.open(
                store,
                topology,
                new JobContext().checkpointInterval(Duration.ZERO).onSkipped(record -> {}));
    }

    private KeyedStream<String, String> side(final Topology topology, final String side) {
        return topology.stream(input + "." + side, Codecs.string())
                .keyBy("by-" + side, Codecs.string(), value -> value.split(" ")[0]);
    }

    private void to(final String join, final JoinedStream<String, String, String> joined) {
        joined.mapValues(found -> name(found.left()) + "|" + name(found.right()), Codecs.string())
                .to(jobName() + "-" + join);
    }

    private static String name(final String value) {
        return value == null ? "null" : value.split(" ")[1];
    }
}
