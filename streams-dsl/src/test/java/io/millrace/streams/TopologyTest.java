package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.core.ErrorPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TopologyTest {
    @Test
    void shouldReportEveryMistakeAtOnceWithTheStepAndTheFix() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .outOfOrderness(Duration.ofMillis(-1))
                .map(String::length)
                .keyBy("by-length", Codecs.int64(), Integer::longValue)
                .window("by-length", Windows.tumbling(Duration.ZERO))
                .count()
                .to("in");

        assertThatThrownBy(topology::build)
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining("source in: out-of-orderness must not be negative")
                .hasMessageContaining("exchange by-length: it does not know how to write what map-1 makes")
                .hasMessageContaining("step by-length: the name is used twice")
                .hasMessageContaining("window by-length: the size of a window must be 1 ns to 36 years")
                .hasMessageContaining("sink in: it does not know how to write what by-length makes")
                .hasMessageContaining("sink in: the topology reads this topic");
    }

    @Test
    void shouldRefuseATopologyWithoutSourceOrSink() {
        assertThatThrownBy(Topology.named("job")::build)
                .hasMessageContaining("it reads no topic")
                .hasMessageContaining("it writes no topic");
    }

    @Test
    void shouldRefuseNamesThatTheLogCouldNotKeep() {
        final Topology topology = Topology.named("a job");
        topology.stream("../in", Codecs.string()).to("out");

        assertThatThrownBy(topology::build).hasMessageContaining("job a job").hasMessageContaining("source ../in");
    }

    @Test
    void shouldRefuseNamesThatTwoStepsOrJobsCouldShare() {
        final Topology topology = Topology.named("job");
        final WindowedStream<String, String> windows = topology.stream("in", Codecs.string())
                .keyBy("in", Codecs.string(), value -> value)
                .window("a.b", Windows.tumbling(Duration.ofDays(100_000)).grace(Duration.ofSeconds(Long.MAX_VALUE)));
        windows.count().map(Object::toString, Codecs.string()).to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("step in: a source has this name")
                .hasMessageContaining("step a.b: the name of a step has no dot")
                .hasMessageContaining("window a.b: the size of a window must be 1 ns to 36 years");
    }

    @Test
    void shouldReportEachMistakeOfAMerge() {
        final Topology topology = Topology.named("job");
        final Topology another = Topology.named("another");
        final Stream<String> words = topology.stream("in", Codecs.string());
        words.merge("itself", words).to("a");
        words.merge("abroad", another.stream("words", Codecs.string())).to("b");
        words.map(String::length)
                .merge("mute", words.map(String::length))
                .map(Object::toString, Codecs.string())
                .to("c");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("merge itself: a stream is merged with itself; name another one")
                .hasMessageContaining("merge abroad: the streams are of two topologies; build both in one")
                .hasMessageContaining(
                        "exchange mute: it does not know how to write what map-1 makes; give that step a codec");
    }

    @Test
    void shouldReportABranchWithoutACase() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string()).branch().otherwise().to("out");

        assertThatThrownBy(topology::build)
                .hasMessage(
                        "topology job cannot run: branch branch-1: it has no case; name one with when(predicate), or use"
                                + " the stream itself");
    }

    @Test
    void shouldReportEachNegativeDuration() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .outOfOrderness(Duration.ofSeconds(-1))
                .idleAfter(Duration.ofSeconds(-2))
                .maxAhead(Duration.ofSeconds(-3))
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("w", Windows.tumbling(Duration.ofSeconds(1)).grace(Duration.ofSeconds(-4)))
                .count()
                .map(Object::toString, Codecs.string())
                .to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining("source in: out-of-orderness must not be negative or above 36 years, is PT-1S")
                .hasMessageContaining("source in: idle-after must not be negative or above 36 years, is PT-2S")
                .hasMessageContaining("source in: max-ahead must not be negative or above 36 years, is PT-3S")
                .hasMessageContaining("window w: the grace of a window must be 0 to 36 years, is PT-4S");
    }

    @Test
    void shouldReportTopicsThatAreUsedForTwoThings() {
        final Topology topology = Topology.named("job").onError(ErrorPolicy.deadLetter("in"));
        final Stream<String> words = topology.stream("in", Codecs.string());
        topology.stream("in", Codecs.string()).to("out");
        words.map(word -> word, Codecs.string())
                .onError(ErrorPolicy.deadLetter("out"))
                .to("out");
        words.keyBy("by-word", Codecs.string(), word -> word).to("job.by-word");

        assertThatThrownBy(topology::build)
                .hasMessageContaining(
                        "source in: the topic is read twice; read it once, and use what stream(…) or table(…) returned in both places")
                .hasMessageContaining("sink out: the topic is written twice by this topology; give each sink its own")
                .hasMessageContaining(
                        "dead-letter topic in: the topology uses this topic for something else; choose another")
                .hasMessageContaining(
                        "dead-letter topic out: the topology uses this topic for something else; choose another")
                .hasMessageContaining(
                        "exchange by-word: its topic job.by-word is one that the topology names for something else");
    }

    @Test
    void shouldReportAnExchangeWhoseTopicWouldHaveTooLongAName() {
        final Topology topology = Topology.named("j".repeat(200));
        topology.stream("in", Codecs.string())
                .keyByInt("x".repeat(49), String::length)
                .to("out");

        assertThatThrownBy(topology::build).hasMessageContaining("would have 250 characters, 249 are allowed");
    }

    @Test
    void shouldReportTheSameMistakesEachTimeItIsBuilt() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string()).branch().otherwise().to("in");

        final Throwable first = catchThrowable(topology::build);

        assertThatThrownBy(topology::build).hasMessage(first.getMessage());
    }

    @Test
    void shouldPrintTasksChainsExchangesAndState() {
        final Topology topology = Topology.named("hits").onError(ErrorPolicy.SKIP);
        topology.stream("log", Codecs.string())
                .outOfOrderness(Duration.ofMillis(500))
                .filter(line -> !line.isBlank())
                .keyBy("by-path", Codecs.string(), line -> line)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(Duration.ofMillis(200)))
                .late(late -> late.to("log.late"))
                .count()
                .map(hits -> hits.key() + " " + hits.value(), Codecs.string())
                .to("hits-per-second");

        assertThat(topology.plan(topic -> 2).describe()).isEqualToNormalizingNewlines("""
                        job hits: 4 tasks in 2 stages, 1 exchange, on error skip

                        stage 0  log: 2 tasks, each reads one partition
                          input      topic log [string], 2 partitions
                          watermark  largest event time - 500 ms, or a watermark record; goes on with log time after 5 s of silence
                          chain      filter-1 -> per-second (first half) -> exchange by-path
                          output     exchange by-path [key string, string] = topic hits.by-path, 2 partitions, by the hash of the key; watermarks at each 1 s + 200 ms; sums of per-second instead of records

                        stage 1  by-path: 2 tasks, each reads one partition
                          input      exchange by-path [key string, string], 2 partitions
                          watermark  minimum over the 2 tasks of stage 0
                          chain      per-second (count, tumbling 1 s, grace 200 ms) -> [map-2 -> sink hits-per-second | late: sink log.late]
                          state      per-second: 8 bytes and the key, for each key in each open window
                          output     topic hits-per-second [string], by the hash of the key
                          output     topic log.late [string], by the hash of the key
                        """);
    }

    @Test
    void shouldPrintBranchesOfAStreamThatIsUsedTwice() {
        final Topology topology = Topology.named("copy");
        final Stream<String> lines = topology.stream("in", Codecs.string());
        lines.filter(line -> line.startsWith("a")).to("a");
        lines.to("all");

        assertThat(topology.plan(topic -> 1).describe()).contains("chain      [filter-1 -> sink a | sink all]");
    }
}
