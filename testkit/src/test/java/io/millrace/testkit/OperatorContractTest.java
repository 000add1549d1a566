package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.streams.Branching;
import io.millrace.streams.Codecs;
import io.millrace.streams.Stream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OperatorContractTest {
    @Test
    void shouldHoldForFilterMapAndPeek() {
        final ContractReport report = contract(words -> words.peek(word -> {})
                        .filter(word -> !word.equals("w1"))
                        .map(word -> word + "!", Codecs.string())
                        .to("out"))
                .verify();

        assertThat(report.records()).isEqualTo(30);
        assertThat(report.crashes()).isPositive();
        assertThat(report.checkpointedCrashes()).isPositive();
        assertThat(report.refusals()).isPositive();
        assertThat(report.restores()).isZero();
    }

    @Test
    void shouldHoldForFlatMap() {
        contract(words -> words.<String>flatMap(
                                (word, out) -> {
                                    out.accept(word + "1");
                                    out.accept(word + "2");
                                },
                                Codecs.string())
                        .to("out"))
                .verify();
    }

    @Test
    void shouldHoldForBranchAndMerge() {
        contract(words -> {
                    final Branching<String> cases = words.branch();
                    final Stream<String> first = cases.when(word -> word.equals("w1"));
                    cases.when(word -> word.equals("w2")).to("w2");
                    first.merge("together", cases.otherwise()).to("rest");
                })
                .verify();
    }

    @Test
    void shouldHoldForKeyBy() {
        contract(words -> words.keyBy("by-word", Codecs.string(), word -> word)
                        .mapValues(String::length, Codecs.int32())
                        .to("out"))
                .verify();
    }

    @Test
    void shouldHoldForTumblingWindows() {
        contract(words -> words.keyBy("by-word", Codecs.string(), word -> word)
                        .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                        .count()
                        .map(count -> count.key() + " " + count.startNs() + " " + count.value(), Codecs.string())
                        .to("out"))
                .verify();
    }

    @Test
    void shouldFindAFunctionThatIsNone() {
        final AtomicInteger calls = new AtomicInteger();

        assertThatThrownBy(() -> contract(words -> words.map(word -> word + calls.incrementAndGet(), Codecs.string())
                                .to("out"))
                        .verify())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "a replay makes another output than the first run: task=contract/words/0: topic=out"
                                + " partition=0 record=0: was <event time 2020-01-01T00:00:00Z value \"w01\">, is <");
    }

    @Test
    void shouldFindResultsThatDependOnTheNumberOfPartitions() {
        assertThatThrownBy(() -> contract(words -> words.filter(new java.util.function.Predicate<>() {
                                    private String last = "";

                                    @Override
                                    public boolean test(final String word) {
                                        final boolean isNew = !word.equals(last);
                                        last = word;
                                        return isNew && word.equals("w1");
                                    }
                                })
                                .to("out"))
                        .partitions(1, 5)
                        .maxCrashes(0)
                        .verify())
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void shouldSayThatAScriptWithoutResultsChecksNothing() {
        assertThatThrownBy(() ->
                        contract(words -> words.filter(word -> false).to("out")).verify())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the script makes no result on 1 partitions");
    }

    private static OperatorContract contract(final Consumer<Stream<String>> part) {
        return OperatorContract.of(() -> {
                    final Topology topology = Topology.named("contract");
                    part.accept(topology.stream("words", Codecs.string()).outOfOrderness(Duration.ofSeconds(1)));
                    return topology;
                })
                .script(OperatorContractTest::thirtyWords)
                .maxCrashes(6);
    }

    private static void thirtyWords(final TopologyTestDriver driver) {
        final TestInput<String> words = driver.input("words", Codecs.string());
        for (int i = 0; i < 30; i++) {
            words.pipe(driver.now().minusMillis(i % 3 * 100L), "w" + i % 4);
            driver.advanceTime(Duration.ofMillis(i == 15 ? 20_000 : 150));
        }
        driver.end();
    }
}
