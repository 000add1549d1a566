package io.millrace.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.pattern.Match;
import io.millrace.streams.AbsentStream;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.DedupedStream;
import io.millrace.streams.JoinedStream;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Sequence;
import io.millrace.streams.SequenceStream;
import io.millrace.streams.SilentStream;
import io.millrace.streams.Stream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One script over every step that tells what was late for it: exactly that, killed at random moments, and run again over what was
 * read. {@code -Dmillrace.seed=N} tries other moments.
 */
@MillraceTest
class LateConformanceTest {
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int MAX_KILLS = 3;
    private static final int MOMENTS = 250;
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final long NONE = Long.MIN_VALUE;
    private static final long GRACE_S = 3;
    private static final Duration GRACE = Duration.ofSeconds(GRACE_S);
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration FIVE = Duration.ofSeconds(5);

    /** A key and an event time in seconds, in small letters for the left side; {@code W40} is a watermark. */
    private static final String SCRIPT =
            "a30 b30 A30 B31 W40 a42 a40 A39 a39 b38 a37 A36 a36 b35 a34 B34 b27 a25 B27 a24 A22"
                    + " W53 a55 A53 a53 b52 b50 a50 A50 b49 B49 a48 a47 A43 a43 a41 W60 b58 A57 b57 B56 b56 b55 a54 a46 A44 a45 a33";

    /** What is late by its event time and the watermark, in seconds, for each output of late values. */
    private interface Rule {
        boolean isLate(long time, long watermark);
    }

    private final Topology topology = Topology.named("job");
    private final Map<String, Rule> left = new LinkedHashMap<>();
    private final Map<String, Rule> right = new LinkedHashMap<>();

    private void build() {
        final KeyedStream<String, String> all = topology.stream("in", Codecs.string())
                .outOfOrderness(Duration.ofHours(1))
                .neverIdle()
                .keyed(Codecs.string());
        final KeyedStream<String, String> lefts = all.filter(text -> Character.isLowerCase(text.charAt(0)));
        final KeyedStream<String, String> rights = all.filter(text -> Character.isUpperCase(text.charAt(0)));

        // A window is over when the watermark has come to its end and the grace.
        window(lefts, "tumbling", Windows.tumbling(TEN), (time, watermark) -> endOfTen(time) + GRACE_S <= watermark);
        window(
                lefts,
                "hopping",
                Windows.hopping(TEN, FIVE),
                (time, watermark) -> Math.floorDiv(time, 5) * 5 + 5 + GRACE_S <= watermark);
        window(
                lefts,
                "session",
                Windows.session(Duration.ofMillis(900)),
                (time, watermark) -> time + 0.9 + GRACE_S <= watermark);
        window(lefts, "sliding", Windows.sliding(TEN), (time, watermark) -> time + GRACE_S < watermark);

        final Rule isBehindGrace = (time, watermark) -> time < watermark - GRACE_S;
        final Within within = Within.of(Duration.ofSeconds(2)).grace(GRACE);
        join(lefts.join("inner", rights, within), "inner", isBehindGrace);
        join(lefts.leftJoin("left", rights, within), "left", isBehindGrace);
        join(lefts.outerJoin("outer", rights, within), "outer", isBehindGrace);
        asOf(lefts.joinAsOf("as-of", rights, AsOf.anyAge().grace(GRACE)), "as-of", isBehindGrace);
        asOf(
                lefts.leftJoinAsOf(
                        "waiting", rights, AsOf.tolerance(FIVE).waiting().grace(GRACE)),
                "waiting",
                isBehindGrace);
        final AbsentStream<String, String, String> absent = lefts.absentWithin("absent", rights, within);
        absent.to("main.absent");
        late(absent.lateLeft(), "absent.left", left, isBehindGrace);
        late(absent.lateRight(), "absent.right", right, isBehindGrace);

        final Rule isBehind = (time, watermark) -> time < watermark;
        final SilentStream<String, String> silent = lefts.absentFor("silent", FIVE);
        silent.to("main.silent");
        late(silent.late(), "silent", left, isBehind);
        final SequenceStream<String, String> sequence = lefts.sequence(
                "sequence", Sequence.<String>begin("any", text -> true).within(TEN));
        sequence.mapValues(Match::toString, Codecs.string()).to("main.sequence");
        late(sequence.late(), "sequence", left, isBehind);
        // A repeat of a span before the watermark is not known any more.
        final DedupedStream<String, String> once = lefts.dedupe("once", FIVE);
        once.to("main.once");
        late(once.late(), "once", left, (time, watermark) -> time + 5 <= watermark);

        lefts.cogroup(Aggregation.values(Codecs.string(), () -> "", (String both, String text) -> both + text))
                .with(rights, (both, text) -> both + text)
                .window("cogroup", Windows.tumbling(TEN).grace(GRACE))
                .late(lefts, late -> late(late, "cogroup.left", left, LateConformanceTest::isOverInTen))
                .late(rights, late -> late(late, "cogroup.right", right, LateConformanceTest::isOverInTen))
                .aggregate()
                .map(Object::toString, Codecs.string())
                .to("main.cogroup");
    }

    private static boolean isOverInTen(final long time, final long watermark) {
        return endOfTen(time) + GRACE_S <= watermark;
    }

    private static long endOfTen(final long time) {
        return Math.floorDiv(time, 10) * 10 + 10;
    }

    private void window(
            final KeyedStream<String, String> values, final String name, final Windows windows, final Rule rule) {
        values.window(name, windows.grace(GRACE))
                .late(late -> late(late, name, left, rule))
                .count()
                .map(Object::toString, Codecs.string())
                .to("main." + name);
    }

    private void join(final JoinedStream<String, String, String> joined, final String name, final Rule rule) {
        asOf(joined, name, rule);
        late(joined.lateRight(), name + ".right", right, rule);
    }

    // What is late for it on the right depends on what else there is: see JoinConformancePropertyTest.
    private void asOf(final JoinedStream<String, String, String> joined, final String name, final Rule rule) {
        joined.mapValues(Object::toString, Codecs.string()).to("main." + name);
        late(joined.lateLeft(), name + ".left", left, rule);
    }

    private static void late(
            final Stream<String> late, final String name, final Map<String, Rule> rules, final Rule rule) {
        late.to("late." + name);
        rules.put(name, rule);
    }

    private static void late(
            final KeyedStream<String, String> late, final String name, final Map<String, Rule> rules, final Rule rule) {
        late.to("late." + name);
        rules.put(name, rule);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldHandOnExactlyWhatIsLate(final int partitions, final TestDrivers drivers) {
        build();
        final long seed = FIRST_SEED + partitions;
        final TestDriverBuilder builder = drivers.of(topology)
                .partitions("in", partitions)
                .segmentLength(SEGMENT_LENGTH)
                .checkpoints(seed)
                .crashes(seed, 1 + (int) Math.floorMod(seed, (long) MAX_KILLS), MOMENTS);
        final List<String> names = new ArrayList<>(left.keySet());
        names.addAll(right.keySet());
        names.forEach(name -> builder.partitions("late." + name, 1));
        final TopologyTestDriver driver = builder.start();

        play(driver);

        int late = 0;
        for (final String name : names) {
            final Map<String, List<String>> expected = expected(name);
            assertThat(byKey(driver.output("late." + name, Codecs.string()).readValues()))
                    .as(name + " (-Dmillrace.seed=" + FIRST_SEED + ")")
                    .isEqualTo(expected);
            late += expected.values().stream().mapToInt(List::size).sum();
        }
        // Those of the right sides of as-of joins come on top.
        assertThat(driver.counters().lateRecords()).isGreaterThan(late);
        if (partitions == 2) {
            driver.replayTwice();
        }
    }

    private static void play(final TopologyTestDriver driver) {
        final TestInput<String> input = driver.input("in", Codecs.string());
        final Instant begin = driver.now();
        for (final String step : SCRIPT.split(" ")) {
            final Instant time = begin.plusSeconds(seconds(step));
            if (isWatermark(step)) {
                input.watermark(time);
            } else {
                input.pipe(Codecs.string(), step.substring(0, 1).toLowerCase(Locale.ROOT), time, step);
            }
        }
        driver.end();
    }

    private static boolean isWatermark(final String step) {
        return step.startsWith("W");
    }

    private static long seconds(final String step) {
        return Long.parseLong(step.substring(1));
    }

    private Map<String, List<String>> expected(final String name) {
        final boolean isOfLeft = left.containsKey(name);
        final Rule rule = (isOfLeft ? left : right).get(name);
        final List<String> late = new ArrayList<>();
        long watermark = NONE;
        for (final String step : SCRIPT.split(" ")) {
            if (isWatermark(step)) {
                watermark = seconds(step);
            } else if (watermark != NONE
                    && Character.isLowerCase(step.charAt(0)) == isOfLeft
                    && rule.isLate(seconds(step), watermark)) {
                late.add(step);
            }
        }
        assertThat(late).as("late for " + name).isNotEmpty();
        return byKey(late);
    }

    private static Map<String, List<String>> byKey(final List<String> values) {
        final Map<String, List<String>> byKey = new TreeMap<>();
        values.forEach(value -> byKey.computeIfAbsent(value.substring(0, 1), key -> new ArrayList<>())
                .add(value));
        return byKey;
    }
}
