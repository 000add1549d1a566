package io.millrace.operators.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DedupeOperatorTest {
    private final MemoryBudget budget = new MemoryBudget("job", Long.MAX_VALUE);
    private final StateMemory memory = new StateMemory(budget);
    private final TaskCounters counters = new TaskCounters();
    private final List<String> out = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private Harness<String> harness = harness(10, false);

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void shouldLetTheFirstOfEachKeyPassAndDropRepeatsWithinTheSpan() {
        record("a", 100);
        record("a", 100);
        record("b", 105);
        record("a", 109);

        assertThat(out).containsExactly("a@100", "repeat a@100", "b@105", "repeat a@109");
        assertThat(counters.repeatedRecords()).isEqualTo(2);
    }

    @Test
    void shouldTakeTheEndOfASpanForAFirstOfItsOwn() {
        record("a", 100);
        record("a", 110);
        record("a", 119);
        record("a", 120);

        assertThat(out).containsExactly("a@100", "a@110", "repeat a@119", "a@120");
    }

    @Test
    void shouldNotProlongASpanByItsRepeats() {
        record("a", 100);
        record("a", 109);
        record("a", 112);

        assertThat(out).containsExactly("a@100", "repeat a@109", "a@112");
    }

    @Test
    void shouldDropARepeatThatIsEarlierThanTheFirst() {
        record("a", 100);
        record("a", 91);
        record("a", 90);
        record("a", 95);

        assertThat(out).containsExactly("a@100", "repeat a@91", "a@90", "repeat a@95");
    }

    @Test
    void shouldJudgeAValueBehindTheWatermarkAsLongAsItsOwnSpanIsOpen() {
        record("a", 100);
        harness.watermark(114);
        record("a", 105);
        record("b", 105);
        harness.watermark(115);
        record("a", 105);
        record("c", 105);
        record("a", 106);

        assertThat(out).containsExactly("a@100", "repeat a@105", "b@105", "late a@105", "late c@105", "repeat a@106");
        assertThat(counters.lateRecords()).isEqualTo(2);
    }

    @Test
    void shouldWorkBeforeTheEpochAndRefuseTimesThatWouldWrapRound() {
        record("a", -5);
        record("a", 4);
        record("a", 5);
        record("a", Long.MAX_VALUE);
        record("a", Long.MIN_VALUE);

        assertThat(out).containsExactly("a@-5", "repeat a@4", "a@5");
        assertThat(failures).hasSize(2).allMatch(failure -> failure.startsWith("event time is out of range"));
    }

    @Test
    void shouldFreeTheStateOfAKeyWhenTheWatermarkSaysThatNothingCanRepeatIt() {
        for (int i = 0; i < 100_000; i++) {
            record("key-" + i, i);
            if (i % 100 == 0) {
                harness.watermark(i);
            }
        }

        assertThat(budget.usedBytes()).isLessThan(1 << 20);
        assertThat(out).hasSize(100_000);
    }

    @ParameterizedTest
    @CsvSource({"1, 10, 0", "2, 10, 5", "3, 10, 40", "4, 1, 3", "5, 37, 100", "6, 1000, 30"})
    void shouldEqualALookAtAllThatPassed(final long seed, final long withinNs, final int disorder) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> expected = new ArrayList<>();
        final Map<String, List<Long>> passed = new HashMap<>();
        final boolean isRestored = seed % 2 == 0;
        harness = harness(withinNs, isRestored);
        long newestNs = -500;
        for (int i = 0; i < 3_000; i++) {
            newestNs += random.nextInt(4);
            final long timeNs = newestNs - random.nextInt(disorder * 2 + 1);
            final String key = "k" + random.nextInt(12);
            final long watermarkNs = newestNs - disorder;
            harness.watermark(watermarkNs);
            record(key, timeNs);

            final List<Long> ofKey = passed.computeIfAbsent(key, k -> new ArrayList<>());
            if (timeNs + withinNs <= watermarkNs) {
                expected.add("late " + key + "@" + timeNs);
            } else if (ofKey.stream().anyMatch(first -> Math.abs(first - timeNs) < withinNs)) {
                expected.add("repeat " + key + "@" + timeNs);
            } else {
                ofKey.add(timeNs);
                expected.add(key + "@" + timeNs);
            }
        }

        assertThat(out).as("seed %d", seed).isEqualTo(expected);
    }

    private Harness<String> harness(final long withinNs, final boolean isRestored) {
        return new Harness<>(
                () -> new DedupeOperator<>(
                        "first",
                        (context, cause) -> failures.add(cause.getMessage()),
                        withinNs,
                        memory,
                        counters,
                        Harness.<String>sink((context, value) -> out.add(value)),
                        Harness.<String>sink((context, value) -> out.add("late " + value)),
                        Harness.<String>sink((context, value) -> out.add("repeat " + value))),
                isRestored);
    }

    private void record(final String key, final long eventTimeNs) {
        harness.record(key, eventTimeNs, key + "@" + eventTimeNs);
    }
}
