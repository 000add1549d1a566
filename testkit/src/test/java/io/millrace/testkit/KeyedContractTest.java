package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Topology;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The contract of what keeps state for each key. */
class KeyedContractTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldHoldForRollingAggregates() {
        verify(words -> words.aggregate(
                        "longest", Aggregation.values(Codecs.string(), () -> "", (all, word) -> all + word.length()))
                .toChanges()
                .map(change -> change.key() + " " + change.value(), Codecs.string())
                .to("out"));
    }

    @Test
    void shouldHoldForTopN() {
        verify(words -> words.topN("top", 2, String::hashCode, Codecs.string())
                .toChanges()
                .map(change -> change.key() + " " + change.value(), Codecs.string())
                .to("out"));
    }

    @Test
    void shouldHoldForDedupe() {
        verify(words -> words.dedupe("distinct", Duration.ofSeconds(1)).to("out"));
    }

    @Test
    void shouldHoldForAProcessorWithStateAndTimers() {
        verify(words -> words.process("gaps", Gaps::new, Codecs.string()).to("out"));
    }

    @Test
    void shouldFindStateThatAProcessorKeepsBesideItsState() {
        final Supplier<Processor<String, String, String>> forgetful = () -> new Processor<>() {
            private int count;

            @Override
            public void process(final String word, final ProcessorContext<String, String> context) {
                count++;
                context.forward(word + count);
            }
        };

        assertThatThrownBy(() -> verify(words ->
                        words.process("forgetful", forgetful, Codecs.string()).to("out")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "the operator contract is broken restored after every call on 1 partitions: topic=out"
                                + " partition=0 record=1: was <")
                .hasMessageContaining("value \"w12\">, is <")
                .hasMessageContaining("value \"w11\">");
    }

    private static void verify(final Consumer<KeyedStream<String, String>> part) {
        final ContractReport report = OperatorContract.of(() -> {
                    final Topology topology = Topology.named("contract");
                    part.accept(topology.stream("words", Codecs.string())
                            .outOfOrderness(Duration.ofSeconds(1))
                            .keyBy("by-word", Codecs.string(), word -> word));
                    return topology;
                })
                .script(KeyedContractTest::twentyWords)
                .partitions(1, 2)
                .maxCrashes(3)
                .verify();

        assertThat(report.restores()).isGreaterThan(20);
        assertThat(report.refusals()).isPositive();
        assertThat(report.crashes()).isPositive();
        assertThat(report.checkpointedCrashes()).isPositive();
    }

    private static void twentyWords(final TopologyTestDriver driver) {
        final TestInput<String> words = driver.input("words", Codecs.string());
        for (int i = 0; i < 20; i++) {
            words.pipe(driver.now().minusMillis(i % 3 * 100L), "w" + i % 4);
            driver.advanceTime(Duration.ofMillis(i == 10 ? 20_000 : 350));
        }
        driver.end();
    }

    /** Tells how many values a key had when none has come for a second of event time, or of log time. */
    private static final class Gaps implements Processor<String, String, String> {
        private ValueState<Long> count;
        private ValueState<Long> timer;

        @Override
        public void init(final ProcessorSetup setup) {
            count = setup.valueState("count", Codecs.int64());
            timer = setup.valueState("timer", Codecs.int64());
        }

        @Override
        public void process(final String word, final ProcessorContext<String, String> context) {
            count.set(count.valueOr(0L) + 1);
            if (timer.isSet()) {
                context.cancelEventTimer(timer.value());
            }
            timer.set(context.eventTimeNs() + SECOND_NS);
            context.scheduleEventTimer(timer.value());
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward(context.key() + " " + count.value() + " at " + timeNs);
            count.clear();
            timer.clear();
        }
    }
}
