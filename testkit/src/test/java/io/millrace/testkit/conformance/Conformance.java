package io.millrace.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import io.millrace.testkit.DriverLog;
import io.millrace.testkit.DriverLog.Entry;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TopologyTestDriver;
import io.millrace.testkit.conformance.Scenario.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;

/**
 * Runs scenarios and checks each task's output against what their definitions make of its partition.
 *
 * <p>A failure prints its seed; {@code -Dmillrace.seed=N} tries that one alone, {@code -Dmillrace.rounds=N} tries more.
 */
final class Conformance {
    static final int ROUNDS = Integer.getInteger("millrace.rounds", 12);

    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int ROUNDS_BETWEEN_REPLAYS = 8;
    private static final int MAX_KILLS = 3;
    private static final int MAX_MOMENTS = 300;

    private Conformance() {}

    /** Makes scenarios of a seed and a number of partitions. */
    static void tryAll(
            final BiFunction<SplittableRandom, Integer, Scenario> which, final int partitions, final int rounds) {
        final boolean isOne =
                System.getProperty("millrace.seed") != null && System.getProperty("millrace.rounds") == null;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + (isOne ? 1 : rounds); seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Scenario scenario = which.apply(random, partitions);
            final boolean isEnding = random.nextBoolean();
            final String what = "seed=" + seed + " partitions=" + partitions + " (-Dmillrace.seed=" + seed + ")";
            try (TopologyTestDriver driver = driver(scenario, partitions, random)) {
                new Feed(random, driver, scenario.inputs(), partitions, scenario.isKeyed(), scenario.commands())
                        .run(isEnding);
                check(scenario, driver, what);
                if (!isEnding && scenario.isEverIdle()) {
                    assertThat(scenario.waiting().stream()
                                    .mapToInt(IntSupplier::getAsInt)
                                    .sum())
                            .as("what silence did not bring, " + what)
                            .isZero();
                }
                if (seed % ROUNDS_BETWEEN_REPLAYS == 0) {
                    driver.replayTwice();
                }
            } catch (final RuntimeException e) {
                throw new AssertionError(what, e);
            }
        }
    }

    // One in four begins at the beginning after each kill, as if it had no checkpoint.
    private static TopologyTestDriver driver(
            final Scenario scenario, final int partitions, final SplittableRandom random) {
        final TestDriverBuilder builder = TopologyTestDriver.of(scenario.topology())
                .segmentLength(SEGMENT_LENGTH)
                .crashes(random.nextLong(), random.nextInt(MAX_KILLS + 1), MAX_KILLS + random.nextInt(MAX_MOMENTS));
        if (random.nextInt(4) > 0) {
            builder.checkpoints(random.nextLong());
        }
        scenario.inputs().forEach(topic -> builder.partitions(topic, partitions));
        scenario.sinks().forEach(builder::partitions);
        return builder.start();
    }

    private static void check(final Scenario scenario, final TopologyTestDriver driver, final String what) {
        final List<Map<String, List<String>>> expected = new ArrayList<>();
        final TreeSet<String> topics = new TreeSet<>(scenario.sinks().keySet());
        for (final Stage stage : scenario.stages()) {
            if (!scenario.inputs().contains(stage.input())) {
                topics.add(stage.input());
            }
            for (int i = 0; i < DriverLog.partitionCount(driver, stage.input()); i++) {
                final Written written = new Written(i, topic -> DriverLog.partitionCount(driver, topic));
                Meaning.apply(
                        stage.meaning().apply(written), stage.time().moments(DriverLog.read(driver, stage.input(), i)));
                if (!written.lines().isEmpty()) {
                    expected.add(written.lines());
                }
            }
        }
        final List<Map<String, List<String>>> actual =
                new ArrayList<>(actual(driver, topics).values());
        assertThat(text(actual)).as(what).isEqualTo(text(expected));
    }

    // What each task has written; who writes is known by its producer id alone.
    private static Map<Integer, Map<String, List<String>>> actual(
            final TopologyTestDriver driver, final TreeSet<String> topics) {
        final Map<Integer, Map<String, List<String>>> actual = new TreeMap<>();
        for (final String topic : topics) {
            for (int i = 0; i < DriverLog.partitionCount(driver, topic); i++) {
                for (final Entry entry : DriverLog.read(driver, topic, i)) {
                    if (entry.kind() != RecordKind.TICK) {
                        actual.computeIfAbsent(entry.producerId(), id -> new TreeMap<>())
                                .computeIfAbsent(topic + "/" + i, name -> new ArrayList<>())
                                .add(
                                        entry.kind() == RecordKind.DATA
                                                ? Written.valueLine(entry.key(), entry.eventTimeNs(), entry.value())
                                                : Written.watermarkLine(
                                                        entry.eventTimeNs(), entry.originNs(), entry.isIdle()));
                    }
                }
            }
        }
        return actual;
    }

    // As sorted text, task by task, so that a difference can be read.
    private static String text(final List<Map<String, List<String>>> tasks) {
        final List<String> each = new ArrayList<>();
        for (final Map<String, List<String>> task : tasks) {
            final StringBuilder lines = new StringBuilder();
            task.forEach((name, of) -> lines.append(name)
                    .append("\n  ")
                    .append(String.join("\n  ", of))
                    .append('\n'));
            each.add(lines.toString());
        }
        each.sort(null);
        return String.join("---- next task\n", each);
    }
}
