package io.millrace.testkit.conformance;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Absence over random input, through the whole engine and a real log, kills included, beside its definition. A failure prints
 * its seed, see {@link Conformance}.
 */
class AbsenceConformancePropertyTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldFindWhatIsAbsentWithinAnIntervalAsDefined(final int partitions) {
        Conformance.tryAll(
                (random, tasks) -> new AbsenceScenarios(random, tasks).within(), partitions, Conformance.ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldFindKeysThatFallSilentAsDefined(final int partitions) {
        Conformance.tryAll(
                (random, tasks) -> new AbsenceScenarios(random, tasks).silence(), partitions, Conformance.ROUNDS);
    }
}
