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
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All keyed operators but windows over random input, through the whole engine and a real log, kills included, beside their
 * definitions. Each task's partition is read back from the log, and what the task appended to all topics, exchanges
 * and their watermarks included, must be what the definition makes of that partition, record by record.
 *
 * <p>A failure prints its seed; {@code -Dmillrace.seed=N} tries that one alone, {@code -Dmillrace.rounds=N} tries more.
 */
class KeyedConformancePropertyTest {
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 12);
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int ROUNDS_BETWEEN_REPLAYS = 4;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldKeepRollingAggregatesAndTopValuesAsDefined(final int partitions) {
        tryAll(partitions, Scenarios::rolling, ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldTellFirstValuesFromRepeatsAndLateOnesAsDefined(final int partitions) {
        // Cheap, and what it may forget too early is seldom asked for.
        tryAll(partitions, Scenarios::dedupe, 4 * ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldFindSequencesAsDefined(final int partitions) {
        // Of the many sequences there are, each round tries one.
        tryAll(partitions, Scenarios::sequence, 2 * ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldRunProcessorsWithCellsAndTimersAsDefined(final int partitions) {
        tryAll(partitions, Scenarios::process, ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCarryValuesAndTimeThroughMergeBranchAndTwoKeysAsDefined(final int partitions) {
        tryAll(partitions, Scenarios::chain, ROUNDS);
    }

    private static void tryAll(final int partitions, final Function<Scenarios, Scenario> which, final int rounds) {
        final boolean isOne =
                System.getProperty("millrace.seed") != null && System.getProperty("millrace.rounds") == null;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + (isOne ? 1 : rounds); seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Scenario scenario = which.apply(new Scenarios(random, partitions));
            final boolean isEnding = random.nextBoolean();
            final String what = "seed=" + seed + " partitions=" + partitions + " (-Dmillrace.seed=" + seed + ")";
            try (TopologyTestDriver driver = driver(scenario, partitions)) {
                new Feed(random, driver, scenario.inputs(), partitions, scenario.isKeyed(), scenario.commands())
                        .run(isEnding);
                check(scenario, driver, what);
                if (!isEnding && scenario.isEverIdle()) {
                    assertThat(scenario.processes().stream()
                                    .mapToInt(ProcessMeaning::waiting)
                                    .sum())
                            .as("timers that silence did not bring, " + what)
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

    private static TopologyTestDriver driver(final Scenario scenario, final int partitions) {
        final TestDriverBuilder builder =
                TopologyTestDriver.of(scenario.topology()).segmentLength(SEGMENT_LENGTH);
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
