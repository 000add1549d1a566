package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogReader;
import io.millrace.log.record.RecordFlyweight;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Jobs whose tasks have two or three replicas, on threads of their own and with a checkpoint every few milliseconds, of which
 * some die in the middle of a record, through restarts: all that they append is byte for byte what a job without replicas
 * appends that nobody disturbs. A failure prints its seed; {@code -Dmillrace.seed=N} tries that one alone.
 */
class ReplicaKillPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 2);
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int PARTITIONS = 3;
    private static final int LIVES = 4;
    private static final int RECORDS = 1_500;
    private static final int WORDS = 20;
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final List<String> OUTPUTS = List.of("out", "letters");

    @TempDir
    Path directory;

    private int deaths;

    @ParameterizedTest
    @EnumSource(ReplicaTopologies.class)
    void shouldAppendTheBytesOfAJobThatNobodyDisturbs(final ReplicaTopologies topology) throws Exception {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + rounds(); seed++) {
            final Map<String, List<String>> expected = undisturbed(topology, seed);
            final Map<String, List<String>> actual = killed(topology, seed);

            assertThat(actual.keySet()).as("seed=%d", seed).isEqualTo(expected.keySet());
            for (final String producer : expected.keySet()) {
                assertThat(actual.get(producer))
                        .as("seed=%d, topic, partition and producer %s", seed, producer)
                        .isEqualTo(expected.get(producer));
            }
        }
        assertThat(deaths).as("replicas that died").isPositive();
    }

    private static int rounds() {
        return System.getProperty("millrace.seed") == null || System.getProperty("millrace.rounds") != null
                ? ROUNDS
                : 1;
    }

    private Map<String, List<String>> undisturbed(final ReplicaTopologies topology, final long seed)
            throws IOException, InterruptedException {
        final Path home = directory.resolve("whole-" + topology + seed);
        try (StoreFixture fixture = given(home, topology)) {
            feed(fixture, seed, 0, LIVES * RECORDS);
            fixture.watermark("in", 0, Long.MAX_VALUE);
            try (Job job = Job.start(
                    fixture.store(),
                    topology.topology(new MortalFunctions()),
                    new JobContext().onSkipped(each -> {}))) {
                assertThat(job.awaitCompletion(DEADLINE)).isTrue();
            }
            return records(fixture, topology);
        } finally {
            StoreImages.delete(home);
        }
    }

    private Map<String, List<String>> killed(final ReplicaTopologies topology, final long seed) throws Exception {
        final SplittableRandom random = new SplittableRandom(~seed);
        final int replicas = 2 + random.nextInt(2);
        Path home = directory.resolve("killed-" + topology + seed + "-0");
        given(home, topology).close();
        for (int life = 0; life < LIVES; life++) {
            final Path next = directory.resolve("killed-" + topology + seed + "-" + (life + 1));
            final boolean inOrder = random.nextBoolean();
            try (StoreFixture fixture = new StoreFixture(home)) {
                live(fixture, topology, seed, replicas, life, random);
                if (!inOrder) {
                    StoreImages.copy(home, next);
                }
            }
            if (inOrder) {
                StoreImages.copy(home, next);
            }
            StoreImages.delete(home);
            home = next;
        }
        try (StoreFixture fixture = new StoreFixture(home)) {
            fixture.watermark("in", 0, Long.MAX_VALUE);
            try (Job job =
                    Job.start(fixture.store(), topology.topology(new MortalFunctions()), context(replicas, replicas))) {
                assertThat(job.awaitCompletion(DEADLINE)).as("seed=%d", seed).isTrue();
            }
            return records(fixture, topology);
        } finally {
            StoreImages.delete(home);
        }
    }

    // At most as many die as there are replicas more than one, so that each task goes on.
    private void live(
            final StoreFixture fixture,
            final ReplicaTopologies topology,
            final long seed,
            final int replicas,
            final int life,
            final SplittableRandom random)
            throws IOException {
        final MortalFunctions mortal = new MortalFunctions();
        final int from = life * RECORDS;
        try (Job job = Job.start(
                fixture.store(), topology.topology(mortal), context(replicas, replicas + random.nextInt(3)))) {
            feed(fixture, seed, from, from + RECORDS / 3);
            for (int death = 1; death < replicas; death++) {
                mortal.arm(1 + random.nextInt(200));
                final int begin = from + RECORDS * death / 3;
                feed(fixture, seed, begin, begin + RECORDS / 3);
                await(job, () -> job.counters().recordsIn() >= begin + RECORDS / 3);
                mortal.arm(Integer.MAX_VALUE);
            }
            feed(fixture, seed, from + RECORDS * replicas / 3, from + RECORDS);
            // The next one has to stop somewhere, too.
            if (random.nextBoolean()) {
                await(job, () -> job.counters().recordsIn() == from + RECORDS);
            }
        }
        deaths += mortal.deaths();
    }

    private static void await(final Job job, final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(job.failure()).isNull();
            assertThat(System.nanoTime()).as("in time: %s", job.counters()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static JobContext context(final int replicas, final int threads) {
        return new JobContext()
                .replicas(replicas)
                .threads(threads)
                .checkpointInterval(Duration.ofMillis(3))
                .onSkipped(record -> {});
    }

    private static StoreFixture given(final Path home, final ReplicaTopologies topology) {
        final StoreFixture fixture = new StoreFixture(home);
        fixture.givenTopic("in", topology.partitions()).givenTopic("out", PARTITIONS);
        for (int i = 1; i < topology.partitions(); i++) {
            fixture.watermark("in", i, Long.MAX_VALUE);
        }
        return fixture;
    }

    private static void feed(final StoreFixture fixture, final long seed, final int from, final int to) {
        for (int i = from; i < to; i++) {
            final SplittableRandom random = new SplittableRandom(seed << 32 | i);
            fixture.append("in", 0, i, "k" + random.nextInt(WORDS), "w" + random.nextInt(WORDS));
        }
    }

    /** All but positions and log times, by topic, partition and producer; sorted contents where their order may differ. */
    private static Map<String, List<String>> records(final StoreFixture fixture, final ReplicaTopologies topology) {
        final Map<String, List<String>> all = new TreeMap<>();
        for (final String topic : OUTPUTS) {
            if (fixture.store().hasTopic(topic)) {
                for (int i = 0; i < fixture.store().topic(topic).partitionCount(); i++) {
                    read(fixture, topic, i, topology.isOrdered(), all);
                }
            }
        }
        if (!topology.isOrdered()) {
            all.values().forEach(records -> records.sort(null));
        }
        return all;
    }

    private static void read(
            final StoreFixture fixture,
            final String topic,
            final int partition,
            final boolean isOrdered,
            final Map<String, List<String>> all) {
        try (LogReader reader =
                fixture.store().topic(topic).partition(partition).reader()) {
            while (reader.poll(
                            record -> all.computeIfAbsent(
                                            topic + " " + partition + " " + record.producerId(),
                                            key -> new ArrayList<>())
                                    .add(isOrdered ? header(record) + content(record) : content(record)),
                            1_000)
                    > 0) {
                // Read on to the end.
            }
        }
    }

    private static String header(final RecordFlyweight record) {
        return record.sequence() + " " + record.kind() + " " + record.eventTimeNs() + " ";
    }

    private static String content(final RecordFlyweight record) {
        final byte[] bytes = new byte[record.keyLength() + record.valueLength()];
        record.buffer().getBytes(record.keyOffset(), bytes, 0, record.keyLength());
        record.buffer().getBytes(record.valueOffset(), bytes, record.keyLength(), record.valueLength());
        return record.keyLength() + " " + HexFormat.of().formatHex(bytes);
    }
}
