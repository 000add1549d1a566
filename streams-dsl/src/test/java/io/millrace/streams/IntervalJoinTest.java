package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.join.JoinKind;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A topic holds both sides, as {@code L key name} and {@code R key name}, where one partition fixes the order; or there is a
 * topic of each side. Times are in ns.
 */
class IntervalJoinTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 20);
    private static final Within FROM_3_BEFORE_TO_5_AFTER = Within.between(Duration.ofNanos(-3), Duration.ofNanos(5));

    @TempDir
    Path directory;

    private StoreFixture fixture;
    private Topology topology = Topology.named("job");

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @Test
    void shouldPairValuesAtBothBoundsAndNotBeyond() {
        fixture.givenTopic("in", 1);
        append(100, "L a l");
        append(96, "R a too-early");
        append(97, "R a first");
        append(105, "R a last");
        append(106, "R a too-late");
        append(100, "R b other-key");
        fixture.end("in");
        joinOfOneTopic(JoinKind.INNER, FROM_3_BEFORE_TO_5_AFTER, 100);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("100 l|first", "105 l|last");
    }

    @Test
    void shouldPairWithPartnersInTheOrderOfTheirTimesAndThenOfTheLog() {
        fixture.givenTopic("in", 1);
        append(12, "R a r12");
        append(10, "R a first-at-10");
        append(10, "R a second-at-10");
        append(9, "R a r9");
        append(10, "L a l");
        fixture.end("in");
        joinOfOneTopic(JoinKind.INNER, FROM_3_BEFORE_TO_5_AFTER, 100);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("10 l|r9", "10 l|first-at-10", "10 l|second-at-10", "12 l|r12");
    }

    @Test
    void shouldHandOnAValueAloneExactlyWhenNoPartnerCanCome() {
        fixture.givenTopic("in", 1);
        append(100, "L a l");
        append(105, "L b not-yet");
        append(106, "L c now");
        fixture.end("in");
        joinOfOneTopic(JoinKind.LEFT, FROM_3_BEFORE_TO_5_AFTER, 0);

        fixture.run(topology);

        // At 105 a partner of that time might still come; at 106 none can, and the result stands before what 106
        // brings.
        assertThat(timed("out")).containsExactly("105 l|null", "110 not-yet|null", "111 now|null");
        assertThat(fixture.values("seen"))
                .containsExactly("L a l", "L b not-yet", "l|null", "L c now", "not-yet|null", "now|null");
    }

    @Test
    void shouldHandOnValuesOfBothSidesAloneInAnOuterJoin() {
        fixture.givenTopic("in", 1);
        append(100, "R a r");
        append(100, "L b l");
        append(200, "L c met");
        append(200, "R c partner");
        append(300, "L d end");
        fixture.end("in");
        joinOfOneTopic(JoinKind.OUTER, FROM_3_BEFORE_TO_5_AFTER, 0);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("103 null|r", "105 l|null", "200 met|partner", "305 end|null");
    }

    @Test
    void shouldHandOnAtOnceWhatCannotFindAPartnerAnyMore() {
        fixture.givenTopic("in", 1);
        append(100, "R a r");
        append(100, "L a l");
        append(100, "L b alone");
        fixture.end("in");
        joinOfOneTopic(JoinKind.LEFT, Within.between(Duration.ofNanos(-9), Duration.ofNanos(-2)), 0);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("100 l|null", "100 alone|null");
    }

    @Test
    void shouldGiveLateValuesToTheLateOutputOfTheirSide() {
        fixture.givenTopic("in", 1);
        append(100, "L a l");
        append(99, "R a late");
        append(98, "L a late-too");
        append(100, "R a in-time");
        fixture.end("in");
        joinOfOneTopic(JoinKind.OUTER, FROM_3_BEFORE_TO_5_AFTER, 0);

        final JobCounters counters = fixture.run(topology);

        assertThat(timed("out")).containsExactly("100 l|in-time");
        assertThat(fixture.values("late.left")).containsExactly("L a late-too");
        assertThat(fixture.values("late.right")).containsExactly("R a late");
        assertThat(counters.lateRecords()).isEqualTo(2);
    }

    @Test
    void shouldWaitForAsLongAsTheGrace() {
        fixture.givenTopic("in", 1);
        append(100, "L a l");
        append(115, "L b watermark");
        append(105, "R a within-grace");
        append(116, "L b watermark");
        append(105, "R a late");
        fixture.end("in");
        joinOfOneTopic(JoinKind.INNER, FROM_3_BEFORE_TO_5_AFTER.grace(Duration.ofNanos(10)), 0);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("105 l|within-grace");
        assertThat(fixture.values("late.right")).containsExactly("R a late");
    }

    @Test
    void shouldForgetWhatCanFindNoPartner() {
        fixture.givenTopic("in", 1);
        for (int i = 0; i < 2_000; i++) {
            append(i, "L k" + i + " l");
            append(i, "R k" + i + " r");
        }
        fixture.end("in");
        joinOfOneTopic(JoinKind.OUTER, FROM_3_BEFORE_TO_5_AFTER, 0);
        final long[] most = new long[1];

        try (JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext())) {
            while (!tasks.isComplete()) {
                tasks.tasks().forEach(task -> task.doWork(10));
                most[0] = Math.max(most[0], tasks.stateBudget().usedBytes());
            }
        }

        // Pages are of 4, 16 and then 64 KiB; 4,000 values of 48 bytes and their keys would need several of the last.
        assertThat(most[0]).isLessThan(64 * 1024);
        assertThat(fixture.values("out")).hasSize(2_000);
    }

    @ParameterizedTest
    @EnumSource(JoinKind.class)
    void shouldAgreeWithTheReferenceOnOnePartitionInEveryOrder(final JoinKind kind) {
        for (int round = 0; round < ROUNDS; round++) {
            final SplittableRandom random = new SplittableRandom(round);
            final int lower = random.nextInt(20) - 12;
            final int upper = lower + random.nextInt(15);
            final int grace = random.nextInt(3) * 4;
            final int outOfOrderness = random.nextInt(3) * 5;
            final String in = "in" + round;
            fixture.givenTopic(in, 1);
            final List<IntervalReference.Arrival> arrivals = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                final String key = "k" + random.nextInt(4);
                final boolean isLeft = random.nextBoolean();
                final long timeNs = 1_000 + i / 2 + random.nextInt(16);
                final String name = (isLeft ? "l" : "r") + i;
                arrivals.add(new IntervalReference.Arrival(isLeft, key, timeNs, name));
                fixture.append(in, 0, timeNs, "", (isLeft ? "L " : "R ") + key + " " + name);
            }
            fixture.end(in);
            topology = Topology.named("job" + round);
            final Within within = Within.between(Duration.ofNanos(lower), Duration.ofNanos(upper))
                    .grace(Duration.ofNanos(grace));
            final String suffix = "." + round;
            join(
                    kind,
                    within,
                    topology.stream(in, Codecs.string()).outOfOrderness(Duration.ofNanos(outOfOrderness)),
                    suffix);

            fixture.run(topology);

            final IntervalReference reference = new IntervalReference(kind, lower, upper, grace, outOfOrderness);
            arrivals.forEach(reference::add);
            reference.end();
            assertThat(timed("out" + suffix)).as("round %d", round).isEqualTo(reference.results());
            assertThat(fixture.values("late.left" + suffix))
                    .as("round %d", round)
                    .isEqualTo(reference.lateLeft());
            assertThat(fixture.values("late.right" + suffix))
                    .as("round %d", round)
                    .isEqualTo(reference.lateRight());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldFindTheSamePairsOnAnyNumberOfPartitions(final int partitions) {
        for (final JoinKind kind : JoinKind.values()) {
            final String suffix = "-" + kind;
            fixture.givenTopic("left" + suffix, partitions).givenTopic("right" + suffix, 2);
            final IntervalReference reference = new IntervalReference(kind, -3, 5, 0, Long.MAX_VALUE >> 2);
            final SplittableRandom random = new SplittableRandom(partitions);
            for (int i = 0; i < 400; i++) {
                final boolean isLeft = random.nextBoolean();
                final String key = "k" + random.nextInt(9);
                final long timeNs = 1_000 + i + random.nextInt(10);
                final String name = (isLeft ? "l" : "r") + i;
                reference.add(new IntervalReference.Arrival(isLeft, key, timeNs, name));
                fixture.append(
                        (isLeft ? "left" : "right") + suffix,
                        i % (isLeft ? partitions : 2),
                        timeNs,
                        "",
                        key + " " + name);
            }
            reference.end();
            fixture.end("left" + suffix);
            fixture.end("right" + suffix);
            topology = Topology.named("job" + kind);
            final JoinedStream<String, String, String> joined =
                    join(kind, FROM_3_BEFORE_TO_5_AFTER, side("left" + suffix), side("right" + suffix));
            joined.mapValues(pair -> text(pair.left()) + "|" + text(pair.right()), Codecs.string())
                    .to("out" + suffix);

            fixture.run(topology);

            assertThat(fixture.values("out" + suffix))
                    .as("%s", kind)
                    .containsExactlyInAnyOrderElementsOf(reference.results().stream()
                            .map(result -> result.substring(result.indexOf(' ') + 1))
                            .toList());
        }
    }

    @Test
    void shouldSendEachValueThroughOneExchangeOnly() {
        final JoinedStream<String, String, String> joined =
                join(JoinKind.INNER, FROM_3_BEFORE_TO_5_AFTER, side("left"), side("right"));
        joined.mapValues(pair -> pair.left(), Codecs.string()).to("out");

        final Plan plan = topology.plan(topic -> 3);

        assertThat(plan.stages()).extracting(Stage::name).containsExactly("left", "right", "pairs-sides");
        assertThat(plan.describe())
                .contains(
                        "left out   exchange by-left [key string, string]: the exchange of the join behind it brings the"
                                + " keys together");
    }

    @Test
    void shouldJoinTwoStreamsOfOneExchangeInPlace() {
        final KeyedStream<String, String> words = side("left");
        final JoinedStream<String, String, String> joined = join(
                JoinKind.INNER,
                FROM_3_BEFORE_TO_5_AFTER,
                words.filter(word -> word.length() > 3),
                words.filter(word -> word.length() < 5));
        joined.mapValues(pair -> pair.left(), Codecs.string()).to("out");

        assertThat(topology.plan(topic -> 3).stages()).extracting(Stage::name).containsExactly("left", "by-left");
    }

    @Test
    void shouldKeepTheExchangeOfTheJoinWhereTheSidesOfOneTopicHaveKeysOfTheirOwn() {
        final Stream<String> words = topology.stream("in", Codecs.string());
        final JoinedStream<String, String, String> joined = join(
                JoinKind.INNER,
                FROM_3_BEFORE_TO_5_AFTER,
                words.keyBy("by-head", Codecs.string(), word -> word.substring(0, 1)),
                words.keyBy("by-tail", Codecs.string(), word -> word.substring(word.length() - 1)));
        joined.mapValues(pair -> pair.left(), Codecs.string()).to("out");

        assertThat(topology.plan(topic -> 3).stages()).extracting(Stage::name).containsExactly("in", "pairs-sides");
        assertThat(topology.plan(topic -> 1).stages()).hasSize(1);
    }

    @Test
    void shouldKeepAnExchangeThatSomethingElseNeedsAsWell() {
        final KeyedStream<String, String> left = side("left");
        left.count("counts")
                .toChanges()
                .map(count -> count.key(), Codecs.string())
                .to("counts.out");
        join(JoinKind.INNER, FROM_3_BEFORE_TO_5_AFTER, left, side("right"))
                .mapValues(pair -> pair.left(), Codecs.string())
                .to("out");

        assertThat(topology.plan(topic -> 3).stages())
                .extracting(Stage::name)
                .containsExactly("left", "right", "by-left", "pairs-sides");
    }

    @Test
    void shouldReportKeysThatAreWrittenInTwoWays() {
        final KeyedStream<Integer, String> numbers =
                topology.stream("right", Codecs.string()).keyBy("by-right", Codecs.int32(), String::length);
        side("left").mapValues(String::length, Codecs.int32());
        final KeyedStream<Long, String> left =
                topology.stream("other", Codecs.string()).keyByLong("by-other", String::length);
        @SuppressWarnings({"unchecked", "rawtypes"}) // What a caller without types could do.
        final JoinedStream<Long, String, String> joined =
                left.join("pairs", (KeyedStream) numbers, FROM_3_BEFORE_TO_5_AFTER);
        joined.mapValues(pair -> pair.left(), Codecs.string()).to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("join pairs: keys are written as int64 on one side and as int32 on the other");
    }

    @Test
    void shouldReportBoundsInTheWrongOrder() {
        join(JoinKind.INNER, Within.between(Duration.ofNanos(5), Duration.ofNanos(3)), side("left"), side("right"))
                .mapValues(pair -> pair.left(), Codecs.string())
                .to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining(
                        "join pairs: the upper bound must not be less than the lower one, is 5 ns to 3 ns");
    }

    @Test
    void shouldReportAJoinThatNobodyReads() {
        join(JoinKind.INNER, FROM_3_BEFORE_TO_5_AFTER, side("left"), side("right"));
        topology.stream("in", Codecs.string()).to("out");

        assertThatThrownBy(topology::build).hasMessageContaining("join pairs: nobody reads what it finds");
    }

    @Test
    void shouldSkipAValueThatCannotBeWrittenAndPairTheOthers() {
        fixture.givenTopic("in", 1);
        append(100, "L a l");
        append(100, "R a bad");
        append(100, "R a good");
        fixture.end("in");
        final Stream<String> in = topology.stream("in", Codecs.string());
        topology.onError(ErrorPolicy.SKIP);
        in.filter(value -> value.startsWith("L"))
                .keyBy("by-left", Codecs.string(), IntervalJoinTest::keyOf)
                .join(
                        "pairs",
                        in.filter(value -> value.startsWith("R"))
                                .map(value -> value, new PickyCodec())
                                .keyBy("by-right", Codecs.string(), IntervalJoinTest::keyOf),
                        FROM_3_BEFORE_TO_5_AFTER)
                .mapValues(pair -> nameOf(pair.left()) + "|" + nameOf(pair.right()), Codecs.string())
                .to("out");

        final JobCounters counters = fixture.run(topology);

        assertThat(fixture.values("out")).containsExactly("l|good");
        assertThat(counters.skippedRecords()).isEqualTo(1);
    }

    private void append(final long timeNs, final String value) {
        fixture.append("in", 0, timeNs, "", value);
    }

    private void joinOfOneTopic(final JoinKind kind, final Within within, final long outOfOrderness) {
        final Stream<String> in =
                topology.stream("in", Codecs.string()).outOfOrderness(Duration.ofNanos(outOfOrderness));
        final Stream<String> results = join(kind, within, in, "");
        // What comes from the topic and what the join hands on, in one order.
        in.merge("all", results).to("seen");
    }

    private static Stream<String> join(
            final JoinKind kind, final Within within, final Stream<String> in, final String suffix) {
        final JoinedStream<String, String, String> joined = join(
                kind,
                within,
                in.filter(value -> value.startsWith("L")).keyBy("by-left", Codecs.string(), IntervalJoinTest::keyOf),
                in.filter(value -> value.startsWith("R")).keyBy("by-right", Codecs.string(), IntervalJoinTest::keyOf));
        joined.lateLeft().to("late.left" + suffix);
        joined.lateRight().to("late.right" + suffix);
        final Stream<String> results = joined.mapValues(
                        pair -> nameOf(pair.left()) + "|" + nameOf(pair.right()), Codecs.string())
                .values();
        results.to("out" + suffix);
        return results;
    }

    private static JoinedStream<String, String, String> join(
            final JoinKind kind,
            final Within within,
            final KeyedStream<String, String> left,
            final KeyedStream<String, String> right) {
        return switch (kind) {
            case INNER -> left.join("pairs", right, within);
            case LEFT -> left.leftJoin("pairs", right, within);
            case OUTER -> left.outerJoin("pairs", right, within);
        };
    }

    private KeyedStream<String, String> side(final String topic) {
        return topology.stream(topic, Codecs.string())
                .outOfOrderness(Duration.ofDays(1))
                .keyBy("by-" + topic, Codecs.string(), value -> value.split(" ")[0]);
    }

    private static String keyOf(final String value) {
        return value.split(" ")[1];
    }

    static String nameOf(final String value) {
        return value == null ? "null" : value.split(" ")[2];
    }

    private static String text(final String value) {
        return value == null ? "null" : value.split(" ")[1];
    }

    private List<String> timed(final String topic) {
        return fixture.records(topic, record -> record.eventTimeNs() + " " + StoreFixture.value(record));
    }
}
