package io.millrace.testkit.conformance;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All keyed operators but windows over random input, through the whole engine and a real log, kills included, beside their
 * definitions. Each task's partition is read back from the log, and what the task appended to all topics, exchanges
 * and their watermarks included, must be what the definition makes of that partition, record by record.
 *
 * <p>A failure prints its seed, see {@link Conformance}.
 */
class KeyedConformancePropertyTest {
    private static final int ROUNDS = Conformance.ROUNDS;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldKeepRollingAggregatesAndTopValuesAsDefined(final int partitions) {
        Conformance.tryAll((random, tasks) -> new Scenarios(random, tasks).rolling(), partitions, ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldTellFirstValuesFromRepeatsAndLateOnesAsDefined(final int partitions) {
        // Cheap, and what it may forget too early is seldom asked for.
        Conformance.tryAll((random, tasks) -> new Scenarios(random, tasks).dedupe(), partitions, 2 * ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldFindSequencesAsDefined(final int partitions) {
        // Of the many sequences there are, each round tries one.
        Conformance.tryAll((random, tasks) -> new Scenarios(random, tasks).sequence(), partitions, ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldRunProcessorsWithCellsAndTimersAsDefined(final int partitions) {
        Conformance.tryAll((random, tasks) -> new Scenarios(random, tasks).process(), partitions, ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldCarryValuesAndTimeThroughMergeBranchAndTwoKeysAsDefined(final int partitions) {
        Conformance.tryAll((random, tasks) -> new Scenarios(random, tasks).chain(), partitions, ROUNDS);
    }
}
