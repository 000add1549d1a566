package io.millrace.torture.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import io.millrace.torture.check.CheckResult;
import io.millrace.torture.check.Checker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The product and the checker's own meanings agree on random inputs. A failure prints its seed; {@code -Dmillrace.seed=N} tries that
 * one alone, {@code -Dmillrace.rounds=N} tries more.
 */
class CheckedRunPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 2);
    private static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    private static final int MAX_COUNT = 6_000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(TopologyName.class)
    void shouldFindNothingInARunThatIsRight(final TopologyName topology) throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            final SplittableRandom random = new SplittableRandom(~seed);
            final int partitions = random.nextInt(topology.minPartitions(), topology.maxPartitions() + 1);
            final long count = random.nextLong(topology == TopologyName.ASYNC ? MAX_COUNT / 6 : MAX_COUNT);
            final TortureStore store =
                    new TortureStore(directory.resolve(topology + "-" + seed), topology, partitions, seed);
            try (store) {
                store.runWithRestarts(count);
                store.runUndisturbed();
            }

            final CheckResult result = Checker.check(store.request(count));

            final String what = topology + " seed=" + seed + " partitions=" + partitions + " count=" + count;
            assertThat(result.messages()).as(what).isEmpty();
            assertThat(result.isClean()).as(what).isTrue();
            assertThat(result.inputs()).as(what).isEqualTo(count);
        }
    }

    @Test
    void shouldTryTimersOfBothKindsAndTicksWithThem() throws IOException {
        final TortureStore store = new TortureStore(directory, TopologyName.TIMERS, 1, FIRST_SEED);
        try (store) {
            store.runWithRestarts(MAX_COUNT);

            assertThat(store.count("in", record -> record.kind() == RecordKind.TICK))
                    .as("ticks")
                    .isGreaterThan(20);
            for (final byte kind : new byte[] {1, 2}) {
                assertThat(store.count("out", record -> record.buffer().getByte(record.valueOffset()) == kind))
                        .as("results of timers of kind %d", kind)
                        .isGreaterThan(100);
            }
        }
    }

    @Test
    void shouldTryRecordsThatComeTooLate() throws IOException {
        for (final TopologyName topology : List.of(TopologyName.WINDOWS, TopologyName.SESSIONS)) {
            final TortureStore store = new TortureStore(directory.resolve(topology.text()), topology, 1, FIRST_SEED);
            try (store) {
                store.runWithRestarts(MAX_COUNT);

                assertThat(store.count("late", record -> true))
                        .as("late records of %s", topology)
                        .isGreaterThan(0);
            }
        }
    }

    @Test
    void shouldTryJoinsThatFindPartnersAndFindNone() throws IOException {
        final TortureStore store = new TortureStore(directory, TopologyName.JOINS, 1, FIRST_SEED);
        try (store) {
            store.runWithRestarts(MAX_COUNT / 2);

            final long answers = store.count("latest", record -> true);
            final long without = store.count(
                    "latest", record -> record.buffer().getLong(record.valueOffset() + 2 * Long.BYTES) == -1);
            assertThat(store.count("inner", record -> true)).as("pairs").isGreaterThan(100);
            assertThat(store.count("late", record -> true)).as("late values").isPositive();
            assertThat(without).as("without an answer").isBetween(answers / 20, answers * 19 / 20);
        }
    }

    @Test
    void shouldTryAllThatATableDoes() throws IOException {
        final TortureStore store = new TortureStore(directory, TopologyName.TABLES, 1, FIRST_SEED);
        try (store) {
            store.runWithRestarts(MAX_COUNT);

            for (final String output : List.of("out", "groups", "timed", "leased")) {
                assertThat(store.count(output, record -> record.kind() == RecordKind.TOMBSTONE))
                        .as("deletes in %s", output)
                        .isGreaterThan(20);
            }
            assertThat(store.count("leased", record -> record.kind() == RecordKind.TOMBSTONE))
                    .as("ends of life beside the deletes")
                    .isGreaterThan(50 + store.count("in-leased", record -> record.kind() == RecordKind.TOMBSTONE));
            assertThat(store.count("late", record -> true)).as("late values").isGreaterThan(20);
        }
    }

    @Test
    void shouldTryOrdersWithAndWithoutARate() throws IOException {
        final TortureStore store = new TortureStore(directory, TopologyName.ENRICH, 2, FIRST_SEED);
        try (store) {
            store.runWithRestarts(MAX_COUNT / 3);

            final long orders = store.count("in", record -> record.kind() == RecordKind.DATA);
            for (final String output : List.of("out", "looked-up", "priced")) {
                final long without = store.count(
                        output, record -> record.buffer().getLong(record.valueOffset() + 2 * Long.BYTES) == -1);
                assertThat(store.count(output, record -> true)).as(output).isEqualTo(orders);
                assertThat(without).as("without a rate in %s", output).isBetween(orders / 20, orders * 19 / 20);
            }
        }
    }

    @Test
    void shouldTryAllThatJoinsOfTablesAndPatternsDo() throws IOException {
        final TortureStore relations =
                new TortureStore(directory.resolve("relations"), TopologyName.RELATIONS, 2, FIRST_SEED);
        try (relations) {
            relations.runWithRestarts(MAX_COUNT / 3);

            for (final String output : TopologyName.RELATIONS.outputs()) {
                assertThat(relations.count(output, record -> record.kind() == RecordKind.DATA))
                        .as("rows of %s", output)
                        .isGreaterThan(300);
                assertThat(relations.count(output, record -> record.kind() == RecordKind.TOMBSTONE))
                        .as("deletes in %s", output)
                        .isGreaterThan(20);
            }
        }
        final TortureStore patterns =
                new TortureStore(directory.resolve("patterns"), TopologyName.PATTERNS, 1, FIRST_SEED);
        try (patterns) {
            patterns.runWithRestarts(MAX_COUNT / 2);

            for (final String output : TopologyName.PATTERNS.outputs()) {
                assertThat(patterns.count(output, record -> true))
                        .as(output)
                        .isGreaterThan(output.equals("late-even") ? 0 : 20);
            }
        }
    }

    @Test
    void shouldKnowTheTopologiesThatThereAre() {
        assertThat(Checker.topologies())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(TopologyName.values())
                        .map(TopologyName::text)
                        .toList());
    }
}
