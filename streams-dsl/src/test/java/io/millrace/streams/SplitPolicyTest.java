package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.core.ErrorPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitPolicyTest {
    @TempDir
    Path directory;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory).givenTopic("in", 2);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    private static Topology sums(final String name, final ErrorPolicy policy, final boolean isSplit) {
        final Topology topology = Topology.named(name);
        topology.stream("in", Codecs.string())
                .keyBy("by-key", Codecs.string(), number -> "k")
                .window("sums", Windows.tumbling(Duration.ofSeconds(1)))
                .split(isSplit)
                .sum(Long::parseLong)
                .onError(policy)
                .map(sum -> sum.value().toString(), Codecs.string())
                .to(name + ".out");
        return topology;
    }

    private void givenNumbersWhoseSumsCannotBeCombined() {
        fixture.append("in", 0, 1, "", "3");
        fixture.append("in", 0, 2, "", Long.toString(Long.MAX_VALUE - 10));
        fixture.append("in", 1, 3, "", "4");
        fixture.append("in", 1, 4, "", "100");
        fixture.append("in", 1, 5, "", "2");
        fixture.end("in");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLeaveOutTheRecordThatFailsAndNotASumOfRecords(final boolean isSplit) {
        givenNumbersWhoseSumsCannotBeCombined();

        final JobCounters counters = fixture.run(sums("job", ErrorPolicy.SKIP, isSplit));

        assertThat(fixture.values("job.out")).containsExactly(Long.toString(Long.MAX_VALUE - 1));
        assertThat(counters.skippedRecords()).isEqualTo(1);
    }

    @Test
    void shouldSplitCountsUnderAnyPolicySinceTheyCanAlwaysBeCombined() {
        final Topology topology = Topology.named("job").onError(ErrorPolicy.SKIP);
        topology.stream("in", Codecs.string())
                .keyBy("by-key", Codecs.string(), number -> "k")
                .window("counts", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(count -> count.value().toString(), Codecs.string())
                .to("out");

        assertThat(topology.plan(topic -> 2).describe()).contains("counts (first half)");
    }

    @Test
    void shouldSplitSumsOnlyWhereAFailureStopsTheJob() {
        assertThat(plan(ErrorPolicy.FAIL)).contains("sums (first half)");
        assertThat(plan(ErrorPolicy.SKIP)).doesNotContain("first half");
        assertThat(plan(ErrorPolicy.deadLetter("letters"))).doesNotContain("first half");
    }

    private static String plan(final ErrorPolicy policy) {
        return sums("job", policy, true).plan(topic -> 2).describe();
    }

    @Test
    void shouldSayWhichSumLeavesItsRangeAndWhatToDo() {
        givenNumbersWhoseSumsCannotBeCombined();

        assertThatThrownBy(() -> fixture.run(sums("job", ErrorPolicy.FAIL, false)))
                .hasMessageContaining("operator=sums: ")
                .hasMessageContaining("the sum leaves 64 bits: aggregate=sum sum=")
                .hasMessageContaining("add up a coarser unit, or keep a wider sum with aggregate(…)");
    }

    @Test
    void shouldNameTheJobThatRunsAlready() {
        final Topology topology = sums("job", ErrorPolicy.FAIL, true);
        final JobContext context = new JobContext();
        try (JobTasks first = JobTasks.open(fixture.store(), topology, context)) {
            assertThat(List.of(first)).hasSize(1);

            assertThatThrownBy(() -> JobTasks.open(fixture.store(), topology, context))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("job job cannot write topic job.by-key: the producer is open already")
                    .hasMessageContaining("if the job runs over this store already, close it first");
        }
    }
}
