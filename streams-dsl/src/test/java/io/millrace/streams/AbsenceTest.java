package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.plan.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic of one partition holds both sides, as {@code L key name} and {@code R key name}. Times are in ns. */
class AbsenceTest {
    private static final Within FROM_3_BEFORE_TO_5_AFTER = Within.between(Duration.ofNanos(-3), Duration.ofNanos(5));

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
    void shouldMissNothingThatLiesAtABoundAndAllThatLiesBeyond() {
        for (final int distance : new int[] {-4, -3, 0, 5, 6}) {
            append(100, "L at" + distance + " l" + distance);
            append(100 + distance, "R at" + distance + " r");
        }
        append(100, "L alone alone");
        append(100, "R other r");
        fixture.end("in");
        absence(FROM_3_BEFORE_TO_5_AFTER, 100, null);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("105 l-4", "105 l6", "105 alone");
    }

    @Test
    void shouldTellExactlyWhenNothingCanComeAnyMoreAndOnce() {
        append(100, "L a l");
        append(105, "L b not-yet");
        append(106, "L c now");
        append(107, "L a second");
        fixture.end("in");
        absence(FROM_3_BEFORE_TO_5_AFTER, 0, null);

        fixture.run(topology);

        // At 105 a partner of that time might still come; at 106 none can, and the result stands before what 106
        // brings.
        assertThat(fixture.values("seen"))
                .containsExactly("L a l", "L b not-yet", "l", "L c now", "L a second", "not-yet", "now", "second");
        assertThat(timed("out")).containsExactly("105 l", "110 not-yet", "111 now", "112 second");
    }

    @Test
    void shouldTellOfAllThatIsWaitedForAtTheEndOfInput() {
        append(100, "L a waits");
        append(90, "R a too-early");
        fixture.end("in");
        absence(FROM_3_BEFORE_TO_5_AFTER, 100, null);

        fixture.run(topology);

        // What is told says by its time that the input ended before: the last value fed is of 100.
        assertThat(timed("out")).containsExactly("105 waits");
    }

    @Test
    void shouldLetOneValueDoForAllThatMissIt() {
        append(100, "L a l1");
        append(102, "L a l2");
        append(103, "R a r");
        append(104, "L a l3");
        append(107, "L a l4");
        fixture.end("in");
        absence(FROM_3_BEFORE_TO_5_AFTER, 0, null);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("112 l4");
    }

    @Test
    void shouldTellAtOnceOfWhatHadToComeEarlier() {
        append(100, "R a r");
        append(100, "L a l");
        append(103, "L a has-one");
        fixture.end("in");
        absence(Within.between(Duration.ofNanos(-9), Duration.ofNanos(-2)), 0, null);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("100 l");
    }

    @Test
    void shouldCountOnlyWhatMatches() {
        append(100, "L a 5");
        append(101, "R a 4");
        append(102, "L a 3");
        append(103, "R a 9");
        fixture.end("in");
        absence(FROM_3_BEFORE_TO_5_AFTER, 0, (left, right) -> number(right) > 2 * number(left));

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("105 5");
    }

    @Test
    void shouldGiveLateValuesToTheLateOutputOfTheirSideAndWaitForAsLongAsTheGrace() {
        append(100, "L a l");
        append(115, "L b watermark");
        append(105, "R a within-grace");
        append(116, "L b watermark");
        append(105, "R a late");
        append(104, "L a late-too");
        fixture.end("in");
        absence(FROM_3_BEFORE_TO_5_AFTER.grace(Duration.ofNanos(10)), 0, null);

        final JobCounters counters = fixture.run(topology);

        assertThat(timed("out")).containsExactly("120 watermark", "121 watermark");
        assertThat(fixture.values("late.left")).containsExactly("L a late-too");
        assertThat(fixture.values("late.right")).containsExactly("R a late");
        assertThat(counters.lateRecords()).isEqualTo(2);
    }

    @Test
    void shouldLeaveOutAValueForWhichTheConditionFailsAsIfItHadNotCome() {
        append(100, "L a 1");
        append(101, "L a 2");
        append(102, "R a boom-for-2");
        append(110, "R b boom-for-7");
        append(111, "L b 7");
        fixture.end("in");
        topology.onError(ErrorPolicy.SKIP);
        absence(FROM_3_BEFORE_TO_5_AFTER, 0, (left, right) -> {
            if (right.endsWith("for-" + name(left))) {
                throw new IllegalStateException("boom");
            }
            return true;
        });

        final JobCounters counters = fixture.run(topology);

        assertThat(timed("out")).containsExactly("105 1", "106 2");
        assertThat(counters.skippedRecords()).isEqualTo(2);
    }

    @Test
    void shouldForgetWhatCanBeMissedNoMore() {
        for (int i = 0; i < 2_000; i++) {
            append(i, "L k" + i + " l");
            append(i, "R k" + (i % 2 == 0 ? i : -i) + " r");
            append(i, "L busy l");
            append(i, "R busy r");
        }
        fixture.end("in");
        absence(FROM_3_BEFORE_TO_5_AFTER, 0, null);

        assertThat(mostBytes()).isLessThan(64 * 1024);
        assertThat(fixture.values("out")).hasSize(1_000);
    }

    @Test
    void shouldSendEachValueThroughOneExchangeOnly() {
        topology.stream("left", Codecs.string())
                .keyBy("by-left", Codecs.string(), AbsenceTest::keyOf)
                .absentWithin(
                        "missing",
                        topology.stream("right", Codecs.string())
                                .keyBy("by-right", Codecs.string(), AbsenceTest::keyOf),
                        FROM_3_BEFORE_TO_5_AFTER)
                .to("out");

        assertThat(topology.plan(topic -> 3).stages())
                .extracting(Stage::name)
                .containsExactly("left", "right", "missing-sides");
        assertThat(topology.describe()).contains("absence within -3 ns to 5 ns");
    }

    @Test
    void shouldTellOfASilenceOnceAndBeginAnewWithTheNextValue() {
        append(100, "L a first");
        append(110, "L a still-in-time");
        append(121, "L a second");
        append(200, "L b other");
        append(300, "L a third");
        fixture.end("in");
        silence(10, 0);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("120 still-in-time", "131 second", "210 other", "310 third");
    }

    @Test
    void shouldTellOfASilenceExactlyWhenItHasLasted() {
        append(100, "L a l");
        append(110, "L b not-yet");
        append(111, "L c now");
        fixture.end("in");
        silence(10, 0);

        fixture.run(topology);

        assertThat(fixture.values("seen")).containsExactly("L a l", "L b not-yet", "l", "L c now", "not-yet", "now");
    }

    @Test
    void shouldFindSilenceInEventTimeInWhateverOrderTheValuesCome() {
        append(100, "L a 100");
        append(140, "L a 140");
        append(108, "L a 108");
        append(95, "L a 95");
        append(131, "L a 131");
        append(140, "L a 140-too");
        append(139, "L a 139");
        append(180, "L b far");
        fixture.end("in");
        silence(10, 60);

        fixture.run(topology);

        assertThat(timed("out")).containsExactly("118 108", "150 140-too", "190 far");
    }

    @Test
    void shouldGiveLateValuesOfASilentKeyToTheLateOutput() {
        append(100, "L a l");
        append(111, "L b watermark");
        append(110, "L a late");
        fixture.end("in");
        silence(10, 0);

        final JobCounters counters = fixture.run(topology);

        assertThat(timed("out")).containsExactly("110 l", "121 watermark");
        assertThat(fixture.values("late")).containsExactly("L a late");
        assertThat(counters.lateRecords()).isEqualTo(1);
    }

    @Test
    void shouldKeepNoMoreOfABusyKeyThanOfAnyOtherAndNothingOfASilentOne() {
        for (int i = 0; i < 4_000; i++) {
            append(i, "L busy l" + i);
            append(i, "L k" + i + " l");
        }
        fixture.end("in");
        silence(20, 5);

        assertThat(mostBytes()).isLessThan(64 * 1024);
        assertThat(fixture.values("out")).hasSize(4_001);
    }

    @Test
    void shouldReportMistakes() {
        final KeyedStream<String, String> keyed =
                topology.stream("in", Codecs.string()).keyBy("by-key", Codecs.string(), AbsenceTest::keyOf);
        keyed.absentFor("silent", Duration.ZERO);
        keyed.absentWithin("missing", keyed, Within.between(Duration.ofNanos(5), Duration.ofNanos(3)))
                .to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("absence silent: the silence of a key must be 1 ns to 36 years, is PT0S")
                .hasMessageContaining("absence silent: nobody reads what it finds")
                .hasMessageContaining(
                        "absence missing: the upper bound must not be less than the lower one, is 5 ns to 3 ns");
    }

    private long mostBytes() {
        long most = 0;
        try (JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext())) {
            while (!tasks.isComplete()) {
                tasks.tasks().forEach(task -> task.doWork(10));
                most = Math.max(most, tasks.stateBudget().usedBytes());
            }
        }
        return most;
    }

    private void append(final long timeNs, final String value) {
        fixture.append("in", 0, timeNs, "", value);
    }

    private void absence(final Within within, final long outOfOrderness, final BiPredicate<String, String> condition) {
        final Stream<String> in =
                topology.stream("in", Codecs.string()).outOfOrderness(Duration.ofNanos(outOfOrderness));
        final KeyedStream<String, String> left = side(in, "L");
        final KeyedStream<String, String> right = side(in, "R");
        final AbsentStream<String, String, String> missing = condition == null
                ? left.absentWithin("missing", right, within)
                : left.absentWithin("missing", right, within, condition);
        missing.lateLeft().to("late.left");
        missing.lateRight().to("late.right");
        // What comes from the topic and what is missed, in one order.
        final Stream<String> names =
                missing.mapValues(AbsenceTest::name, Codecs.string()).values();
        in.merge("all", names).to("seen");
        names.to("out");
    }

    private static KeyedStream<String, String> side(final Stream<String> in, final String side) {
        return in.filter(value -> value.startsWith(side)).keyBy("by-" + side, Codecs.string(), AbsenceTest::keyOf);
    }

    private void silence(final long span, final long outOfOrderness) {
        final Stream<String> in =
                topology.stream("in", Codecs.string()).outOfOrderness(Duration.ofNanos(outOfOrderness));
        final SilentStream<String, String> silent =
                in.keyBy("by-key", Codecs.string(), AbsenceTest::keyOf).absentFor("silent", Duration.ofNanos(span));
        silent.late().to("late");
        final Stream<String> names =
                silent.mapValues(AbsenceTest::name, Codecs.string()).values();
        in.merge("all", names).to("seen");
        names.to("out");
    }

    private static String keyOf(final String value) {
        return value.split(" ")[1];
    }

    private static String name(final String value) {
        return value.split(" ")[2];
    }

    private static int number(final String value) {
        return Integer.parseInt(name(value));
    }

    private List<String> timed(final String topic) {
        return fixture.records(topic, record -> record.eventTimeNs() + " " + StoreFixture.value(record));
    }
}
