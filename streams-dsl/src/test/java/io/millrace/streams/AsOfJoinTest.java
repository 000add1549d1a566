package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.provider.ValueSource;

/** A topic of one partition holds both sides, as {@code L key name} and {@code R key name}. Times are in ns. */
class AsOfJoinTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 20);

    @TempDir
    Path directory;

    private StoreFixture fixture;
    private Topology topology = Topology.named("job");

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory);
        fixture.givenTopic("in", 1);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @Test
    void shouldAnswerWithTheLatestValueThatIsNotBehind() {
        append(10, "R a r10");
        append(20, "R a r20");
        append(30, "R a r30");
        append(20, "R b other");
        append(29, "L a l29");
        append(30, "L a l30");
        append(19, "L a l19");
        append(9, "L a l9");
        fixture.end("in");
        join(false, AsOf.anyAge(), 100);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("29 l29|r20", "30 l30|r30", "19 l19|r10");
    }

    @Test
    void shouldAnswerWithTheOneThatCameLastOfSeveralOfOneTime() {
        append(10, "R a first");
        append(10, "R a second");
        append(12, "L a l");
        fixture.end("in");
        join(false, AsOf.anyAge(), 100);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("12 l|second");
    }

    @Test
    void shouldTakeNoAnswerThatIsOlderThanTheTolerance() {
        append(10, "R a r");
        append(15, "L a at-the-bound");
        append(16, "L a beyond");
        fixture.end("in");
        join(true, AsOf.tolerance(Duration.ofNanos(5)), 100);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("15 at-the-bound|r", "16 beyond|null");
    }

    @Test
    void shouldAnswerAtOnceWithWhatCameBefore() {
        append(20, "L a early");
        append(10, "R a r");
        append(20, "L a later");
        fixture.end("in");
        join(true, AsOf.anyAge(), 100);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("20 early|null", "20 later|r");
    }

    @Test
    void shouldWaitUntilTheWatermarkHasPassedTheEventTime() {
        append(20, "L a l20");
        append(15, "L b l15");
        append(10, "R a r10");
        append(20, "R a r20");
        append(30, "L c l30");
        append(20, "R a r20-again");
        append(31, "L c l31");
        fixture.end("in");
        join(true, AsOf.anyAge().waiting(), 10);

        fixture.run(topology);

        // At 30 the watermark is 20, so that a value of 20 may still come.
        assertThat(timed("out")).containsExactly("15 l15|null", "20 l20|r20-again", "30 l30|null", "31 l31|null");
    }

    @Test
    void shouldStillTakeALateAnswerThatIsTheNewestKnown() {
        append(10, "R a r10");
        append(100, "L b watermark");
        append(50, "R a r50");
        append(40, "R a late");
        append(100, "L a l");
        fixture.end("in");
        join(false, AsOf.anyAge(), 0);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("100 l|r50");
        assertThat(fixture.values("late.right")).containsExactly("R a late");
    }

    @Test
    void shouldCallARightValueLateForThoseThatWereDroppedToo() {
        append(5, "R a r5");
        append(10, "R a first");
        append(10, "R a second");
        // Closed is what lies before 10, so neither of the two says that this one is late, and r5 does not.
        append(7, "R a r7");
        append(7, "R a late");
        append(8, "R a r8");
        append(10, "L a l");
        fixture.end("in");
        join(false, AsOf.anyAge(), 0);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("10 l|second");
        assertThat(fixture.values("late.right")).containsExactly("R a late");
    }

    @Test
    void shouldGiveLateQuestionsToTheLateOutput() {
        append(10, "R a r10");
        append(100, "L a l");
        append(99, "L a late");
        fixture.end("in");
        join(false, AsOf.anyAge(), 0);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("100 l|r10");
        assertThat(fixture.values("late.left")).containsExactly("L a late");
    }

    @Test
    void shouldKeepOneValueOfEachKeyThatTimeHasClosedOver() {
        for (int i = 0; i < 5_000; i++) {
            append(i, "R k" + i % 2 + " r" + i);
        }
        append(6_000, "L k0 l");
        fixture.end("in");
        join(false, AsOf.anyAge(), 0);

        assertThat(mostState()).isLessThan(64 * 1024);
        assertThat(timed("out")).containsExactly("6000 l|r4998");
    }

    @Test
    void shouldForgetKeysWhoseLastValueIsTooOld() {
        for (int i = 0; i < 5_000; i++) {
            append(i, "R k" + i + " r" + i);
            append(i, "L k" + i + " l" + i);
        }
        fixture.end("in");
        join(false, AsOf.tolerance(Duration.ofNanos(10)), 0);

        assertThat(mostState()).isLessThan(64 * 1024);
        assertThat(timed("out")).hasSize(5_000);
    }

    private long mostState() {
        long most = 0;
        try (JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext())) {
            while (!tasks.isComplete()) {
                tasks.tasks().forEach(task -> task.doWork(10));
                most = Math.max(most, tasks.stateBudget().usedBytes());
            }
        }
        return most;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAgreeWithTheReferenceInEveryOrder(final boolean waits) {
        for (int round = 0; round < ROUNDS; round++) {
            final SplittableRandom random = new SplittableRandom(round);
            final long tolerance = random.nextInt(3) == 0 ? Long.MAX_VALUE : random.nextInt(12);
            final int grace = random.nextInt(3) * 4;
            final int outOfOrderness = random.nextInt(3) * 5;
            final boolean keepsLeft = random.nextBoolean();
            final AsOfReference reference = new AsOfReference(keepsLeft, waits, tolerance, grace, outOfOrderness);
            final List<String> values = new ArrayList<>();
            fixture.givenTopic("in" + round, 1);
            for (int i = 0; i < 300; i++) {
                final long timeNs = 1_000 + i / 2 + random.nextInt(16);
                final String value = (random.nextBoolean() ? "L" : "R") + " k" + random.nextInt(3) + " v" + i;
                values.add(value);
                fixture.append("in" + round, 0, timeNs, "", value);
                reference.add(timeNs, value);
            }
            reference.end();
            fixture.end("in" + round);
            topology = Topology.named("job" + round);
            AsOf asOf = tolerance == Long.MAX_VALUE ? AsOf.anyAge() : AsOf.tolerance(Duration.ofNanos(tolerance));
            asOf = waits ? asOf.waiting() : asOf;
            final String suffix = "." + round;
            join(keepsLeft, asOf.grace(Duration.ofNanos(grace)), "in" + round, outOfOrderness, suffix);

            fixture.run(topology);

            assertThat(timed("out" + suffix)).as("round %d", round).isEqualTo(reference.results());
            assertThat(fixture.values("late.left" + suffix))
                    .as("round %d", round)
                    .isEqualTo(reference.lateLeft());
            assertThat(fixture.values("late.right" + suffix))
                    .as("round %d", round)
                    .isEqualTo(reference.lateRight());
            assertThat(values).hasSize(300);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldFindTheSameAnswersOnAnyNumberOfPartitionsWhenItWaits(final int partitions) {
        fixture.givenTopic("left", partitions).givenTopic("right", 2);
        final AsOfReference reference = new AsOfReference(true, true, 20, 0, 1_000_000);
        final SplittableRandom random = new SplittableRandom(partitions);
        for (int i = 0; i < 400; i++) {
            final boolean isLeft = random.nextBoolean();
            final long timeNs = 1_000 + 3 * i + random.nextInt(3);
            final String value = (isLeft ? "L" : "R") + " k" + random.nextInt(9) + " v" + i;
            reference.add(timeNs, value);
            fixture.append(isLeft ? "left" : "right", i % (isLeft ? partitions : 2), timeNs, "", value);
        }
        reference.end();
        fixture.end("left");
        fixture.end("right");
        side("left")
                .leftJoinAsOf(
                        "answers",
                        side("right"),
                        AsOf.tolerance(Duration.ofNanos(20)).waiting())
                .mapValues(
                        answer ->
                                IntervalJoinTest.nameOf(answer.left()) + "|" + IntervalJoinTest.nameOf(answer.right()),
                        Codecs.string())
                .to("out");

        fixture.run(topology);

        assertThat(timed("out")).containsExactlyInAnyOrderElementsOf(reference.results());
    }

    @Test
    void shouldReportANegativeTolerance() {
        join(true, AsOf.tolerance(Duration.ofNanos(-1)), 0);

        assertThatThrownBy(topology::build)
                .hasMessageContaining("join answers: the tolerance must be 0 to 36 years, is -1 ns");
    }

    private KeyedStream<String, String> side(final String topic) {
        return topology.stream(topic, Codecs.string())
                .outOfOrderness(Duration.ofMillis(1))
                .keyBy("by-" + topic, Codecs.string(), value -> value.split(" ")[1]);
    }

    private void append(final long timeNs, final String value) {
        fixture.append("in", 0, timeNs, "", value);
    }

    private void join(final boolean keepsLeft, final AsOf asOf, final long outOfOrderness) {
        join(keepsLeft, asOf, "in", outOfOrderness, "");
    }

    private void join(
            final boolean keepsLeft,
            final AsOf asOf,
            final String topic,
            final long outOfOrderness,
            final String suffix) {
        final Stream<String> in =
                topology.stream(topic, Codecs.string()).outOfOrderness(Duration.ofNanos(outOfOrderness));
        final KeyedStream<String, String> left = in.filter(value -> value.startsWith("L"))
                .keyBy("by-left", Codecs.string(), value -> value.split(" ")[1]);
        final KeyedStream<String, String> right = in.filter(value -> value.startsWith("R"))
                .keyBy("by-right", Codecs.string(), value -> value.split(" ")[1]);
        final JoinedStream<String, String, String> joined =
                keepsLeft ? left.leftJoinAsOf("answers", right, asOf) : left.joinAsOf("answers", right, asOf);
        joined.lateLeft().to("late.left" + suffix);
        joined.lateRight().to("late.right" + suffix);
        joined.mapValues(
                        answer ->
                                IntervalJoinTest.nameOf(answer.left()) + "|" + IntervalJoinTest.nameOf(answer.right()),
                        Codecs.string())
                .to("out" + suffix);
    }

    private List<String> timed(final String topic) {
        return fixture.records(topic, record -> record.eventTimeNs() + " " + StoreFixture.value(record));
    }
}
