package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.SideOutput;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProcessorContractTest {
    private static final SideOutput<String> ODD = SideOutput.of("odd", Codecs.string());
    private static final List<String> WORDS = List.of("a", "b", "a", "c", "b", "a", "a", "b");
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldHoldForAProcessorThatKeepsItsStateInCells() {
        final ContractReport report = contract(Counts::new)
                .sideOutput(ODD)
                .partitions(1, 3)
                .maxCrashes(4)
                .verify(WORDS);

        assertThat(report.records()).isEqualTo(WORDS.size());
        assertThat(report.restores()).isGreaterThan(2 * WORDS.size());
        assertThat(report.refusals()).isPositive();
        assertThat(report.crashes()).isEqualTo(2 * 4);
    }

    @Test
    void shouldFindStateInAField() {
        assertThatThrownBy(() -> contract(Forgetful::new).verify(WORDS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the operator contract is broken restored after every call on 1 partitions:"
                        + " topic=results partition=0 record=1");
    }

    @Test
    void shouldFindStateThatAllTasksShare() {
        final AtomicLong calls = new AtomicLong();
        final Supplier<Processor<String, String, String>> sharing =
                () -> (word, context) -> context.forward(word + calls.incrementAndGet());

        assertThatThrownBy(() -> contract(sharing).verify(WORDS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a replay makes another output than the first run");
    }

    @Test
    void shouldFindResultsThatDependOnTheKeysOfATask() {
        assertThatThrownBy(
                        () -> contract(PositionOfTheRecord::new).maxCrashes(0).verify(WORDS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the results depend on the number of partitions: topic=results");
    }

    @Test
    void shouldFindASideOutputThatDiffers() {
        final AtomicLong calls = new AtomicLong();
        final Supplier<Processor<String, String, String>> odd = () -> (word, context) -> {
            context.forward(word);
            context.sideOutput(ODD, word + calls.incrementAndGet());
        };

        contract(odd).partitions(1).maxCrashes(0).verify(WORDS);
        assertThatThrownBy(() -> contract(odd).sideOutput(ODD).verify(WORDS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("topic=results.odd");
    }

    @Test
    void shouldTakeAScriptAndSayThatKeysAreMissing() {
        final ContractReport report = contract(Counts::new).partitions(1).verify((driver, input) -> {
            input.pipe("a").pipe("b");
            driver.end();
        });

        assertThat(report.records()).isEqualTo(2);
        assertThatThrownBy(() -> OperatorContract.processor(Counts::new, Codecs.string(), Codecs.string())
                        .verify(WORDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a processor needs keys; say keyBy(codec, value -> key)");
    }

    private static ProcessorContract<String, String, String> contract(
            final Supplier<? extends Processor<String, String, String>> processors) {
        return OperatorContract.processor(processors, Codecs.string(), Codecs.string())
                .keyBy(Codecs.string(), word -> word);
    }

    /** Counts values, tells their number at timers of both kinds, and hands odd numbers to a side output. */
    private static final class Counts implements Processor<String, String, String> {
        private ValueState<Long> count;

        @Override
        public void init(final ProcessorSetup setup) {
            count = setup.valueState("count", Codecs.int64());
        }

        @Override
        public void process(final String word, final ProcessorContext<String, String> context) {
            count.set(count.valueOr(0L) + 1);
            context.scheduleEventTimer(context.eventTimeNs() + 3 * SECOND_NS / 2);
            context.scheduleLogTimer(context.logTimeNs() + 5 * SECOND_NS / 2);
            if (count.value() % 2 == 1) {
                context.sideOutput(ODD, word + count.value());
            }
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward(context.key() + count.value() + " at " + timeNs);
        }

        @Override
        public void onLogTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward(context.key() + count.value() + " in log time at " + timeNs);
        }
    }

    /** Counts in a field. */
    private static final class Forgetful implements Processor<String, String, String> {
        private int count;

        @Override
        public void process(final String word, final ProcessorContext<String, String> context) {
            context.forward(word + ++count);
        }
    }

    /** Tells where a record lies in its task's partition. */
    private static final class PositionOfTheRecord implements Processor<String, String, String> {
        @Override
        public void process(final String word, final ProcessorContext<String, String> context) {
            context.forward(word + context.position());
        }
    }
}
