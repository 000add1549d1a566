package io.millrace.testkit.conformance;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Co-groups over random input, through the whole engine and a real log, kills included, beside their definition. A failure prints
 * its seed, see {@link Conformance}.
 */
class CogroupConformancePropertyTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldAggregateSeveralStreamsInOneWindowAsDefined(final int partitions) {
        Conformance.tryAll(
                (random, tasks) -> new CogroupScenarios(random, tasks).cogroup(), partitions, Conformance.ROUNDS);
    }
}
