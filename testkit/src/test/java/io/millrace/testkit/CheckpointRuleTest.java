package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.join.Joined;
import io.millrace.operators.pattern.Match;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Sequence;
import io.millrace.streams.SequenceStream;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import io.millrace.streams.plan.TaskParts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * No step writes to an entry of a table without telling the table before. The contract of each step asks that too, but of so few
 * keys and values that they lie in one block, of which a neighbour may have told. Here they fill many, and each is changed
 * again later, alone.
 */
class CheckpointRuleTest {
    private static final long STATE_BUDGET = 256L * 1024 * 1024;
    private static final int KEYS = 120;
    private static final int STEPS = 1_500;

    /** So long that a block of 4 KiB holds a few keys or values only. */
    private static final String FILL = "-".repeat(400);

    @Test
    void shouldTellOfAllThatAJoinOfTablesChanges() {
        check(
                topology -> {
                    final Table<String, String> left = table(topology, "left");
                    final Table<String, String> right = table(topology, "right");
                    left.outerJoin("outer", right).to("outer.out", Codecs.joined(Codecs.string(), Codecs.string()));
                },
                driver -> changeTables(driver, KEYS, Integer::toString));
    }

    @Test
    void shouldTellOfAllThatAForeignKeyJoinChanges() {
        check(
                topology -> {
                    final Table<String, String> left = table(topology, "left");
                    final Table<String, String> right = table(topology, "right");
                    left.leftJoinForeign("joined", right, CheckpointRuleTest::foreignKey)
                            .to("joined.out", Codecs.joined(Codecs.string(), Codecs.string()));
                },
                driver -> changeTables(driver, KEYS / 3, value -> key(value % (KEYS / 3 + 5)) + " " + value));
    }

    // Of some values the key of nobody, and of some none.
    private static String foreignKey(final String value) {
        return value.startsWith("k7-") ? null : value.substring(0, value.indexOf(' '));
    }

    @Test
    void shouldTellOfAllThatAnAbsenceChanges() {
        final Within within = Within.between(Duration.ofSeconds(20), Duration.ofSeconds(25));
        check(
                topology -> {
                    final KeyedStream<String, String> left = keyed(topology, "left");
                    final KeyedStream<String, String> right = keyed(topology, "right");
                    left.absentWithin("any", right, within).to("any.out");
                    left.absentWithin("one", right, within, CheckpointRuleTest::haveOneLength)
                            .to("one.out");
                },
                driver -> talk(driver, "left", "right"));
    }

    private static boolean haveOneLength(final String left, final String right) {
        return left.length() == right.length();
    }

    @Test
    void shouldTellOfAllThatAJoinOfStreamsChanges() {
        final Within within = Within.between(Duration.ofSeconds(20), Duration.ofSeconds(25));
        check(
                topology -> keyed(topology, "left")
                        .outerJoin("pairs", keyed(topology, "right"), within)
                        .mapValues(Joined::toString, Codecs.string())
                        .to("out"),
                driver -> talk(driver, "left", "right"));
    }

    @Test
    void shouldTellOfAllThatASilenceChanges() {
        check(
                topology -> keyed(topology, "left")
                        .absentFor("silent", Duration.ofSeconds(12))
                        .to("out"),
                driver -> talk(driver, "left"));
    }

    @Test
    void shouldTellOfAllThatACogroupChanges() {
        check(
                topology -> {
                    final KeyedStream<String, String> right = keyed(topology, "right");
                    keyed(topology, "left")
                            .cogroup(Aggregation.values(
                                    Codecs.string(), () -> "", (String sum, String value) -> sum + value.charAt(1)))
                            .with(right, (sum, value) -> sum + value.charAt(2))
                            .window("windows", Windows.tumbling(Duration.ofSeconds(40)))
                            .aggregate()
                            .map(window -> window.key() + window.value(), Codecs.string())
                            .to("out");
                },
                driver -> talk(driver, "left", "right"));
    }

    @Test
    void shouldTellOfAllThatASequenceOfDirectStepsChanges() {
        checkSequence(Sequence.begin("a", has("A"))
                .atLeast(2)
                .notNext("b", has("B"))
                .followedBy("c", has("C"))
                .times(3)
                .within(Duration.ofMinutes(4))
                .maxPartialMatches(5));
    }

    @Test
    void shouldTellOfAllThatASequenceWithAnAbsenceChanges() {
        checkSequence(Sequence.begin("a", has("A"))
                .followedBy("c", has("C"))
                .absentFor("b", has("B"), Duration.ofSeconds(45))
                .notFollowedBy("d", has("D"))
                .within(Duration.ofMinutes(4))
                .overlapping()
                .maxPartialMatches(4));
    }

    private static Predicate<String> has(final String letter) {
        return value -> value.contains(letter);
    }

    private static void checkSequence(final Sequence<String> sequence) {
        check(
                topology -> {
                    final SequenceStream<String, String> found =
                            keyed(topology, "left").sequence("found", sequence);
                    found.mapValues(Match::toString, Codecs.string()).to("out");
                    found.timedOut().mapValues(Match::toString, Codecs.string()).to("timed-out");
                    found.givenUp().mapValues(Match::toString, Codecs.string()).to("given-up");
                },
                driver -> talk(driver, "left"));
    }

    private static Table<String, String> table(final Topology topology, final String topic) {
        return topology.table(topic + "-table", topic, Codecs.string(), Codecs.string());
    }

    private static KeyedStream<String, String> keyed(final Topology topology, final String topic) {
        return topology.stream(topic, Codecs.string())
                .outOfOrderness(Duration.ofSeconds(40))
                .keyBy("by-key-" + topic, Codecs.string(), value -> value.substring(0, value.indexOf(' ')));
    }

    private static String key(final int number) {
        return "k" + number + FILL;
    }

    private static void changeTables(
            final TopologyTestDriver driver, final int rightKeys, final IntFunction<String> lefts) {
        final SplittableRandom random = new SplittableRandom(5);
        final TestInput<String> left = driver.input("left", Codecs.string());
        final TestInput<String> right = driver.input("right", Codecs.string());
        for (int i = 0; i < STEPS; i++) {
            final boolean isLeft = random.nextInt(3) > 0;
            final TestInput<String> input = isLeft ? left : right;
            final String key = key(random.nextInt(isLeft ? KEYS : rightKeys));
            if (random.nextInt(4) == 0) {
                input.delete(Codecs.string(), key, driver.now());
            } else {
                final String value = isLeft ? lefts.apply(random.nextInt(1_000)) : "" + random.nextInt(1_000);
                input.pipe(Codecs.string(), key, driver.now(), value + FILL);
            }
            driver.advanceTime(Duration.ofMillis(10));
        }
        driver.end();
    }

    // Each value of a letter, and of a time that is up to half a minute past.
    private static void talk(final TopologyTestDriver driver, final String... topics) {
        final SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < STEPS; i++) {
            final TestInput<String> input = driver.input(topics[random.nextInt(topics.length)], Codecs.string());
            final Instant time = driver.now().minusMillis(random.nextInt(30_000));
            final String fill = FILL.substring(random.nextInt(2));
            input.pipe(time, key(random.nextInt(KEYS)) + " " + "AABCCD".charAt(random.nextInt(6)) + i + fill);
            driver.advanceTime(Duration.ofMillis(100));
        }
        driver.end();
    }

    private static void check(final Consumer<Topology> steps, final Consumer<TopologyTestDriver> script) {
        final Map<String, List<List<RawRecord>>> expected = run(steps, script, TaskParts.STANDARD);

        final RestoringParts parts = new RestoringParts(STATE_BUDGET, true);
        final Map<String, List<List<RawRecord>>> actual = run(steps, script, parts);

        expected.forEach((topic, partitions) -> Differences.check(
                "restored from checkpoints",
                topic,
                0,
                partitions.get(0),
                actual.get(topic).get(0),
                null));
        expected.forEach((topic, partitions) ->
                assertThat(partitions.get(0).size()).as(topic).isPositive());
        assertThat(parts.restores()).isGreaterThan(5);
    }

    private static Map<String, List<List<RawRecord>>> run(
            final Consumer<Topology> steps, final Consumer<TopologyTestDriver> script, final TaskParts parts) {
        final Topology topology = Topology.named("job");
        steps.accept(topology);
        final TestDriverBuilder builder =
                TopologyTestDriver.of(topology).stateBudget(STATE_BUDGET).parts(() -> parts);
        try (TopologyTestDriver driver = builder.start()) {
            script.accept(driver);
            return driver.outputs();
        }
    }
}
