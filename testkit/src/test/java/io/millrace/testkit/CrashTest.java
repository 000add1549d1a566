package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MillraceTest
class CrashTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldGiveTheSameResultsWhereverItIsKilled(final int partitions, final TestDrivers drivers) {
        final List<String> expected = twentyWords(driver(drivers, partitions));
        for (int recordsIn = 1; recordsIn <= 20; recordsIn += 3) {
            final TopologyTestDriver driver = driver(drivers, partitions).crashAt(recordsIn);

            assertThat(twentyWords(driver)).as("killed after %d", recordsIn).isEqualTo(expected);
            driver.replayTwice();
        }
    }

    @Test
    void shouldFindTheOutputsOfTheKilledRunInTheLog(final TestDrivers drivers) {
        final TopologyTestDriver driver = driver(drivers, 2).crashAt(20).crashAt(7);

        twentyWords(driver);

        assertThat(driver.counters().recordsIn()).isEqualTo(20);
        assertThat(driver.counters().replayedOutputs()).isPositive();
    }

    @Test
    void shouldKillAtOnceWhatHasReadMore(final TestDrivers drivers) {
        final TopologyTestDriver driver = driver(drivers, 1);
        final TestInput<String> words = driver.input("words", Codecs.string());
        final TestOutput<String> counts = driver.output("counts", Codecs.string());
        words.pipe("a").pipe(driver.now().plus(SECOND), "a");
        assertThat(counts.readValues()).containsExactly("a 0 1");

        driver.crashAt(1);

        assertThat(driver.counters().replayedOutputs()).isEqualTo(1);
        assertThat(counts.readValues()).isEmpty();
        driver.end();
        assertThat(counts.readValues()).containsExactly("a 1000 1");
    }

    @Test
    void shouldNameTheFirstRecordThatAReplayMakesInAnotherWay(final TestDrivers drivers) {
        final List<String> seen = new ArrayList<>();
        final Topology topology = Topology.named("impure");
        topology.stream("words", Codecs.string())
                .map(
                        word -> {
                            seen.add(word);
                            return seen.size() > 3 ? "later " + word : word;
                        },
                        Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();
        driver.input("words", Codecs.string()).pipe("a").pipe("b");
        driver.output("out", Codecs.int64());

        assertThatThrownBy(driver::replayTwice)
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "a replay makes another output than the first run: task=impure/words/0: topic=out partition=0"
                                + " record=1: was <event time 2020-01-01T00:00:00Z value \"b\">,"
                                + " is <event time 2020-01-01T00:00:00Z value \"later b\">");
    }

    @Test
    void shouldNoticeInAnExchangeThatAStageIsNoFunctionOfItsInput(final TestDrivers drivers) {
        final List<String> seen = new ArrayList<>();
        final Topology topology = Topology.named("impure");
        topology.stream("words", Codecs.string())
                .peek(seen::add)
                .keyBy("by-parity", Codecs.int32(), word -> seen.size())
                .mapValues(word -> "same", Codecs.string())
                .to("out");
        final TopologyTestDriver driver =
                drivers.of(topology).partitions("words", 2).start();
        driver.input("words", Codecs.string()).pipe("a").pipe("b");

        assertThatThrownBy(driver::replayTwice)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("task=impure/words/")
                .hasMessageContaining("topic=impure.by-parity");
    }

    private static TopologyTestDriver driver(final TestDrivers drivers, final int partitions) {
        return drivers.of(WordCounts.per(SECOND))
                .partitions("words", partitions)
                .start();
    }

    private static List<String> twentyWords(final TopologyTestDriver driver) {
        final TestInput<String> words = driver.input("words", Codecs.string());
        for (int i = 0; i < 20; i++) {
            words.pipe("w" + i % 3);
            driver.advanceTime(i == 10 ? Duration.ofMinutes(1) : Duration.ofMillis(300));
        }
        return driver.end().output("counts", Codecs.string()).readAll().stream()
                .map(TestRecord::toString)
                .toList();
    }
}
