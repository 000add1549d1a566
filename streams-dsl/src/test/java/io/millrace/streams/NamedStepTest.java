package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.core.ErrorPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedStepTest {
    @TempDir
    Path directory;

    private final Topology topology = Topology.named("job");

    @Test
    void shouldShowNamesInPlansAndLeaveTheGeneratedOnesAsTheyAre() {
        final KeyedStream<String, String> words = topology.stream("in", Codecs.string())
                .filter(word -> true)
                .named("clean")
                .map(word -> word, Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word);
        words.mapValues(word -> word, Codecs.string())
                .named("trim")
                .branch()
                .named("which")
                .when(word -> true)
                .to("out");

        assertThat(topology.describe())
                .contains(
                        "chain      clean (filter) -> map-2 -> key by by-word -> trim (mapValues) -> which (branch) -> ");
        assertThat(topology.toMermaid()).contains("[\"clean<br/>filter\"]").contains("[\"map-2\"]");
    }

    @Test
    void shouldNameAStepThatFails() {
        final List<String> skipped = new ArrayList<>();
        try (StoreFixture fixture = new StoreFixture(directory).givenTopic("in", 1)) {
            fixture.append("in", 0, 1, "", "x");
            fixture.end("in");
            topology.stream("in", Codecs.string())
                    .map(Long::parseLong, Codecs.int64())
                    .named("parse")
                    .onError(ErrorPolicy.SKIP)
                    .to("out");

            fixture.run(topology, new JobContext().onSkipped(record -> skipped.add(record.operator())));
        }

        assertThat(skipped).containsExactly("parse");
    }

    @Test
    void shouldCheckNamesAsThoseOfOtherSteps() {
        final Stream<String> words = topology.stream("in", Codecs.string());
        words.filter(word -> true).named("a.b").to("a");
        words.filter(word -> true).named("same").to("b");
        words.keyBy("same", Codecs.string(), word -> word).to("c");
        words.peek(word -> {}).named("a b").to("d");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("step a.b: the name of a step has no dot")
                .hasMessageContaining("step same: the name is used twice")
                .hasMessageContaining("step a b: the name must have");
    }

    @Test
    void shouldReportANameThatSaysNothing() {
        final Stream<String> words = topology.stream("in", Codecs.string());
        words.named("source");
        words.filter(word -> true).named("once").named("twice").to("out");
        words.filter(word -> true).to("b");
        words.peek(word -> {}).named("filter-2").to("c");
        words.branch().when(word -> true).named("case").to("d");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("named source: the last step is in and has its name already")
                .hasMessageContaining("named twice: the last step is once and has its name already")
                .hasMessageContaining("step filter-2: a step that nobody named goes by this name")
                .hasMessageContaining("branch().named(\"case\").when(…)");
    }

    @Test
    void shouldReportStateThatNobodyReads() {
        final KeyedStream<String, String> words =
                topology.stream("in", Codecs.string()).keyBy("by-word", Codecs.string(), word -> word);
        words.count("totals");
        words.window("seconds", Windows.tumbling(Duration.ofSeconds(1))).count();
        words.to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("table totals: nobody reads it")
                .hasMessageContaining("window seconds: nobody reads its results");
    }
}
