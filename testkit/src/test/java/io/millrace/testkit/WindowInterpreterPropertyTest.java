package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.Codecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Windows of every kind and emission over random input, beside {@link WindowInterpreter}, which reads what the window step has
 * read. A failure prints its seed; {@code -Dmillrace.seed=N} tries that one alone, {@code -Dmillrace.rounds=N} tries more.
 */
class WindowInterpreterPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 15);
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final boolean IS_ONE =
            Long.getLong("millrace.seed") != null && Integer.getInteger("millrace.rounds") == null;

    private interface Round {
        void play(SplittableRandom random, String what);
    }

    private static void forEachSeed(final int rounds, final int partitions, final Round round) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + (IS_ONE ? 1 : rounds); seed++) {
            final String what = "-Dmillrace.seed=" + seed + " ";
            try {
                round.play(new SplittableRandom(seed << 3 | partitions), what);
            } catch (final RuntimeException e) {
                throw new AssertionError(what + e, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldMakeOfEachPartitionWhatTheDefinitionSays(final int partitions) {
        forEachSeed(ROUNDS, partitions, (random, what) -> {
            final WindowScript script = new WindowScript(random, partitions);
            try (WindowScriptRun run = new WindowScriptRun(script, false, random.nextLong())) {
                verify(run, script, what);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldMakeOfEachPartitionWhatTheDefinitionSaysAfterCrashesToo(final int partitions) {
        forEachSeed(Math.max(1, ROUNDS / 3), partitions, (random, what) -> {
            final WindowScript script = new WindowScript(random, partitions).crashing(random);
            try (WindowScriptRun run = new WindowScriptRun(script, false, random.nextLong())) {
                verify(run, script, what);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldWriteTheSameBytesWhereverItCrashes(final int partitions) {
        final int[] restoredTasks = new int[1];
        forEachSeed(Math.max(1, ROUNDS / 3), partitions, (random, what) -> {
            final WindowScript script = new WindowScript(random, partitions);
            final List<String> uninterrupted;
            try (WindowScriptRun run = new WindowScriptRun(script, true, random.nextLong())) {
                uninterrupted = run.everything();
            }
            final WindowScript crashing = script.crashing(random);
            try (WindowScriptRun run = new WindowScriptRun(crashing, true, random.nextLong())) {
                assertThat(run.everything()).as(what + script).isEqualTo(uninterrupted);
                restoredTasks[0] += run.restoredTasks();
            }
        });
        assertThat(restoredTasks[0] > 0 || IS_ONE || partitions == 1)
                .as("tasks that went on from a checkpoint")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldRepeatItselfInTheDriverThatUsersHave(final int partitions) {
        forEachSeed(Math.max(1, ROUNDS / 9), partitions, (random, what) -> {
            final WindowScript script = new WindowScript(random, partitions);
            try (TopologyTestDriver driver = TopologyTestDriver.of(script.topology())
                    .partitions("in", partitions)
                    .startAt(VirtualClock.BEGIN.plus(Duration.ofDays(3650)))
                    .start()) {
                final long records = script.steps.stream()
                        .filter(WindowScript.Put.class::isInstance)
                        .count();
                driver.crashAt(1 + random.nextLong(records + 1));
                play(driver, script);
                try {
                    driver.replayTwice();
                } catch (final AssertionError e) {
                    throw new AssertionError(what + script + ": " + e.getMessage(), e);
                }
            }
        });
    }

    private static void play(final TopologyTestDriver driver, final WindowScript script) {
        final TestInput<String> in = driver.input("in", Codecs.string());
        for (final WindowScript.Step step : script.steps) {
            if (step instanceof WindowScript.Put put) {
                in.pipeTo(put.partition(), VirtualClock.instant(put.timeNs()), put.text());
            } else if (step instanceof WindowScript.Mark mark) {
                in.watermarkTo(mark.partition(), VirtualClock.instant(mark.timeNs()));
            } else if (step instanceof WindowScript.Pause pause) {
                driver.advanceTime(Duration.ofNanos(pause.ns()));
            }
        }
        driver.end();
    }

    private static void verify(final WindowScriptRun run, final WindowScript script, final String what) {
        final List<Set<String>> keys = new ArrayList<>();
        long late = 0;
        for (int partition = 0; partition < run.windowPartitions(); partition++) {
            final List<Arrival> arrivals = run.arrivals(partition);
            keys.add(keysOf(arrivals));
            final WindowInterpreter<?> interpreter = WindowInterpreter.of(
                    script.kind,
                    script.graceNs,
                    script.everyNs,
                    run.hasExchange()
                            ? new ArrivalTime.OfExchange(script.partitions)
                            : new ArrivalTime.OfSource(script.boundNs, script.idleAfterNs));
            interpreter.takeAll(arrivals);
            final String where = what + script + " partition=" + partition;
            assertSame(run.output("out", partition), interpreter.results(), where);
            assertThat(run.output("late", partition)).as("late, " + where).isEqualTo(interpreter.late());
            assertThat(interpreter.open()).as("windows left open, " + where).isZero();
            late += interpreter.late().size();
        }
        assertThat(run.lateRecords())
                .as("number of late records, " + what + script)
                .isEqualTo(late);
        if (run.hasExchange()) {
            verifySending(run, script, keys, what);
        }
    }

    private static Set<String> keysOf(final List<Arrival> arrivals) {
        final Set<String> keys = new TreeSet<>();
        arrivals.stream().filter(Arrival::isData).map(Arrival::key).forEach(keys::add);
        return keys;
    }

    private static void assertSame(
            final List<String> actual, final List<WindowInterpreter.Result> expected, final String what) {
        final List<String> inOrder = new ArrayList<>(actual);
        final List<String> lines = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= expected.size(); i++) {
            lines.add(expected.get(i - 1).line());
            if (i == expected.size()
                    || expected.get(i).group() != expected.get(first).group()) {
                lines.subList(first, i).sort(null);
                if (i <= actual.size()) {
                    inOrder.subList(first, i).sort(null);
                }
                first = i;
            }
        }
        assertThat(inOrder).as(what).isEqualTo(lines);
    }

    private static void verifySending(
            final WindowScriptRun run, final WindowScript script, final List<Set<String>> keys, final String what) {
        final Set<String> all = new HashSet<>();
        keys.forEach(some -> some.forEach(key -> assertThat(all.add(key))
                .as(key + " in one partition only, " + what)
                .isTrue()));
        for (int source = 0; source < script.partitions; source++) {
            final SendingInterpreter interpreter = new SendingInterpreter(script, run.source(source));
            interpreter.sent().forEach(sent -> assertThat(all).contains(sent.key()));
            final int producerId = run.producerId(source);
            for (int partition = 0; partition < run.windowPartitions(); partition++) {
                final List<Arrival> written = run.arrivals(partition).stream()
                        .filter(arrival -> arrival.producerId() == producerId)
                        .toList();
                try {
                    interpreter.verify(keys.get(partition), written);
                } catch (final AssertionError e) {
                    throw new AssertionError(
                            what + script + " from " + source + " to " + partition + ": " + e.getMessage(), e);
                }
            }
        }
    }
}
