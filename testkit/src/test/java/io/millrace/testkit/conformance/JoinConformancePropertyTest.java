package io.millrace.testkit.conformance;

import io.millrace.operators.join.JoinKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Joins of two streams over random input, through the whole engine and a real log, killed at random moments, beside their
 * definitions. A failure prints its seed, see {@link Conformance}.
 */
class JoinConformancePropertyTest {
    private static final int ROUNDS = Math.max(1, Conformance.ROUNDS / 4);

    @ParameterizedTest
    @CsvSource({"INNER, 1", "INNER, 2", "INNER, 7", "LEFT, 1", "LEFT, 2", "LEFT, 7", "OUTER, 1", "OUTER, 2", "OUTER, 7"
    })
    void shouldPairWhatLiesWithinAnIntervalAsDefined(final JoinKind kind, final int partitions) {
        Conformance.tryAll((random, tasks) -> new JoinScenarios(random, tasks).within(kind), partitions, ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldAnswerAsOfATimeAsDefined(final int partitions) {
        Conformance.tryAll((random, tasks) -> new JoinScenarios(random, tasks).asOf(), partitions, 2 * ROUNDS);
    }
}
