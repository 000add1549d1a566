package io.millrace.operators.keyed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.operators.codec.LongCodec;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.state.CountState;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessOperatorTest {
    private static final SideOutput<String> ALERTS = SideOutput.of("alerts", new StringCodec());
    private static final SideOutput<String> UNHEARD = SideOutput.of("unheard", new StringCodec());

    private final MemoryBudget budget = new MemoryBudget("job", Long.MAX_VALUE);
    private final StateMemory memory = new StateMemory(budget);
    private final List<String> out = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @AfterEach
    void close() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldHandOnUnderTheKeyAndTimeOfTheValue() {
        final Harness<String> harness = harness((value, context) -> {
            context.forward(context.key() + " " + value + " " + context.position());
            context.sideOutput(ALERTS, "look at " + value);
            context.sideOutput(UNHEARD, value);
        });

        harness.record("k", 7, "v");

        assertThat(out).containsExactly("k@7: k v 8", "alerts k@7: look at v");
    }

    @Test
    void shouldReadKeysOfEightAndFourBytesAsNumbers() {
        final Harness<String> harness = harness((value, context) -> context.forward("" + context.keyLong()));
        final UnsafeBuffer key = new UnsafeBuffer(new byte[8]);
        key.putLong(0, -3, ByteOrder.LITTLE_ENDIAN);

        harness.record(key, Long.BYTES, 0, "v");
        harness.record(key, Integer.BYTES, 0, "v");
        harness.record("abc", 0, "v");

        assertThat(out).hasSize(2).allMatch(line -> line.endsWith(": -3"));
        assertThat(failures)
                .containsExactly("a key of 3 bytes is no integer; keyByLong and keyByInt make keys of 8 and 4 bytes");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepStateForEachKeyAndFreeItWhenAllCellsAreClear(final boolean isRestored) {
        final Harness<String> harness = harness(StatefulProcessor::new, isRestored);

        harness.record("a", 0, "x");
        harness.record("b", 0, "y");
        harness.record("a", 0, "z");
        harness.record("a", 0, "clear");
        harness.record("b", 0, "w");
        harness.record("a", 0, "u");

        assertThat(out).containsExactly("a@0: 1 none x", "b@0: 1 none y", "a@0: 2 x z", "b@0: 2 y w", "a@0: 1 none u");
    }

    @Test
    void shouldLeaveAStateAsItWasWhoseNewValueItsCodecRefuses() {
        final Harness<String> harness = harness(
                () -> new Processor<String, String, String>() {
                    private ValueState<String> last;

                    @Override
                    public void init(final ProcessorSetup setup) {
                        last = setup.valueState("last", new RefusingCodec());
                    }

                    @Override
                    public void process(final String value, final ProcessorContext<String, String> context) {
                        context.forward(last.isSet() + " " + last.value());
                        last.set(value);
                    }
                },
                false);

        for (final String value : new String[] {"refused", "x", "refused", "y"}) {
            harness.record("a", 0, value);
        }

        assertThat(failures).containsExactly("refused: refused", "refused: refused");
        assertThat(out).containsExactly("a@0: false null", "a@0: false null", "a@0: true x", "a@0: true x");
    }

    @Test
    void shouldGiveMemoryBackWhenTheStateOfAllKeysIsCleared() {
        final Harness<String> harness = harness(StatefulProcessor::new, false);
        for (int i = 0; i < 50_000; i++) {
            harness.record("key-" + i, 0, "v");
        }
        final long usedBytes = budget.usedBytes();
        for (int i = 0; i < 50_000; i++) {
            harness.record("key-" + i, 0, "clear");
        }

        assertThat(usedBytes).isGreaterThan(2_000_000);
        assertThat(budget.usedBytes()).isLessThan(1_500_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFireTimersInTheOrderOfTimeAndThenOfSettingBeforeTimeGoesOn(final boolean isRestored) {
        final Harness<String> harness = harness(TimerProcessor::new, isRestored);
        harness.record("b", 0, "event 20");
        harness.record("a", 0, "event 20");
        harness.record("c", 0, "event 10");
        harness.record("a", 0, "event 30");
        harness.record("b", 0, "event 20");

        harness.watermark(9);
        assertThat(out).isEmpty();
        harness.watermark(29);
        assertThat(out).containsExactly("c@10: fired 10", "b@20: fired 20", "a@20: fired 20");
        harness.watermark(30);

        assertThat(out).last().isEqualTo("a@30: fired 30");
    }

    @Test
    void shouldFireManyTimersThatAreDueAtOnceInTheirOrder() {
        final Harness<String> harness = harness(TimerProcessor::new, false);
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            harness.record("k" + i, 0, "event " + (10_000 - i % 100));
        }
        for (int time = 9_901; time <= 10_000; time++) {
            for (int i = 0; i < 5_000; i++) {
                if (10_000 - i % 100 == time) {
                    expected.add("k" + i + "@" + time + ": fired " + time);
                }
            }
        }

        harness.watermark(10_000);

        assertThat(out).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFireATimerThatACallbackSetsForATimePassedInTheSameAdvance(final boolean isRestored) {
        final Harness<String> harness = harness(TimerProcessor::new, isRestored);
        harness.record("a", 0, "chain 10 15");
        harness.record("b", 0, "event 12");
        harness.record("c", 0, "event 20");

        harness.watermark(20);

        assertThat(out).containsExactly("a@10: fired 10", "b@12: fired 12", "a@15: fired 15", "c@20: fired 20");
    }

    @Test
    void shouldTakeATimerBackInACallbackOfTheSameAdvance() {
        final Harness<String> harness = harness(TimerProcessor::new, false);
        harness.record("a", 0, "event 10");
        harness.record("a", 0, "event 11");
        harness.record("b", 0, "event 11");
        harness.record("a", 0, "cancelling 10 11");

        harness.watermark(50);

        assertThat(out).containsExactly("a@10: fired 10", "b@11: fired 11");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFireATimerOfATimePassedWhenTheWatermarkRisesNext(final boolean isRestored) {
        final Harness<String> harness = harness(TimerProcessor::new, isRestored);
        harness.watermark(100);
        harness.record("a", 120, "event 50");
        assertThat(harness.context.eventWakeNs()).isEqualTo(101);
        assertThat(out).isEmpty();

        harness.watermark(101);

        // Not behind the watermark that the next steps know, or they would take it for late.
        assertThat(out).containsExactly("a@100: fired 50");
    }

    @Test
    void shouldKeepATimerOfATimePassedWhenTheInputFallsSilentAndTheWatermarkStays() {
        final Harness<String> harness = harness(TimerProcessor::new, false);
        harness.watermark(100);
        harness.record("a", 120, "event 50");

        harness.operator().onWatermark(harness.context, 100);
        assertThat(out).isEmpty();

        harness.watermark(101);
        assertThat(out).containsExactly("a@100: fired 50");
    }

    @Test
    void shouldFireAllEventTimersAndNoLogTimersAtTheEndOfTheInput() {
        final Harness<String> harness = harness(TimerProcessor::new, false);
        harness.record("a", 0, "log 2000");
        harness.record("a", 0, "event 9000");
        harness.record("b", 0, "event " + Long.MAX_VALUE);
        harness.record("c", 0, "chain 8000 9500");

        harness.watermark(Long.MAX_VALUE);

        assertThat(out)
                .containsExactly(
                        "c@8000: fired 8000",
                        "a@9000: fired 9000",
                        "c@9500: fired 9500",
                        "b@" + Long.MAX_VALUE + ": fired " + Long.MAX_VALUE);
    }

    @Test
    void shouldStopTimersThatRenewThemselvesForEverAfterTheEndOfTheInput() {
        final Harness<String> harness = harness(RenewingProcessor::new, false);
        harness.record("a", 0, "v");
        harness.record("b", 0, "v");
        harness.watermark(35);
        assertThat(out).hasSize(6);

        harness.watermark(Long.MAX_VALUE);

        assertThat(out).hasSize(6 + 2 * (ProcessOperator.MAX_RENEWALS + 1));
        assertThat(failures)
                .hasSize(2)
                .allMatch(failure -> failure.endsWith("ask isEndOfInput() before a timer is set again"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFireLogTimersByTheClockOfThePartition(final boolean isRestored) {
        final Harness<String> harness = harness(TimerProcessor::new, isRestored);
        harness.record("a", 70, "log 2000");
        harness.record("b", 60, "log 1500");
        harness.logTime(1_499);
        assertThat(out).isEmpty();

        harness.logTime(1_999);
        harness.watermark(90);
        harness.logTime(2_000);

        assertThat(out).containsExactly("b@70: log fired 1500", "a@90: log fired 2000");
    }

    @Test
    void shouldAskToBeWokenForTheEarliestTimer() {
        final Harness<String> harness = harness(TimerProcessor::new, false);
        harness.record("a", 0, "event 30");
        harness.record("b", 0, "event 20");
        harness.record("b", 0, "log 5000");

        assertThat(harness.context.eventWakeNs()).isEqualTo(20);
        assertThat(harness.context.logWakeNs()).isEqualTo(5_000);
        harness.watermark(20);
        assertThat(harness.context.eventWakeNs()).isEqualTo(30);
        harness.watermark(30);
        assertThat(harness.context.eventWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldPutBackTheContextBehindTimers() {
        final Harness<String> harness = harness(TimerProcessor::new, false);
        harness.record("a", 5, "event 30");
        final UnsafeBuffer key = new UnsafeBuffer(new byte[9]);
        harness.context.key(key, 4, 5);
        harness.context.eventTimeNs(777);

        harness.operator().onWatermark(harness.context, 40);

        assertThat(out).hasSize(1);
        assertThat(harness.context.keyBuffer()).isSameAs(key);
        assertThat(harness.context.keyOffset()).isEqualTo(4);
        assertThat(harness.context.keyLength()).isEqualTo(5);
        assertThat(harness.context.eventTimeNs()).isEqualTo(777);
    }

    @Test
    void shouldGoOnBehindAValueOrTimerThatMakesTheProcessorFail() {
        final Harness<String> harness = harness(TimerProcessor::new, false);
        harness.record("a", 0, "boom");
        harness.record("fragile", 0, "event 10");
        harness.record("b", 0, "event 11");

        harness.watermark(20);

        assertThat(failures).containsExactly("boom", "fragile timer");
        assertThat(out).containsExactly("b@11: fired 11");
    }

    @Test
    void shouldRefuseStateAndContextOutsideACallAndDeclarationsOutsideInit() {
        final List<ProcessorContext<String, String>> contexts = new ArrayList<>();
        final List<ValueState<Long>> cells = new ArrayList<>();
        final List<ProcessorSetup> setups = new ArrayList<>();
        final Harness<String> harness = harness(
                () -> new Processor<>() {
                    @Override
                    public void init(final ProcessorSetup setup) {
                        setups.add(setup);
                        cells.add(setup.valueState("cell", new LongCodec()));
                    }

                    @Override
                    public void process(final String value, final ProcessorContext<String, String> context) {
                        contexts.add(context);
                    }
                },
                false);
        harness.record("a", 0, "v");

        assertThatThrownBy(() -> contexts.get(0).forward("late"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("inside a call");
        assertThatThrownBy(() -> cells.get(0).set(1L))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the state of proc was used outside a call of its processor");
        assertThatThrownBy(() -> setups.get(0).valueState("more", new LongCodec()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("state more of proc is declared too late");
    }

    @Test
    void shouldRefuseTwoCellsOfOneName() {
        final Processor<String, String, String> processor = new Processor<>() {
            @Override
            public void init(final ProcessorSetup setup) {
                setup.valueState("cell", new LongCodec());
                setup.flyweightState("cell", CountState::new);
            }

            @Override
            public void process(final String value, final ProcessorContext<String, String> context) {}
        };

        assertThatThrownBy(() -> ProcessOperator.describeState("proc", processor))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("state cell is declared twice");
    }

    @Test
    void shouldSayWhatItKeeps() {
        assertThat(ProcessOperator.describeState("proc", new StatefulProcessor()))
                .isEqualTo("24 bytes, an object and the key, for each key with state");
    }

    @Test
    void shouldAllocateNothingForFlyweightStateAndTimersInSteadyState() {
        final long[] sum = new long[1];
        final ProcessOperator<Long, String, String> operator = new ProcessOperator<>(
                "proc",
                (context, cause) -> failures.add(cause.getMessage()),
                memory,
                new LongCodec(),
                new CountingProcessor(sum),
                new SideOutput<?>[0],
                new Operator<?>[0],
                Harness.<String>sink((context, value) -> sum[0]++));
        final Harness<String> harness = new Harness<>(() -> operator, false);
        final UnsafeBuffer key = new UnsafeBuffer(new byte[8]);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 5 && allocated > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200_000; i++) {
                final long timeNs = round * 200_000L + i;
                key.putLong(0, i % 1_000, ByteOrder.LITTLE_ENDIAN);
                harness.watermark(timeNs - 500);
                harness.record(key, Long.BYTES, timeNs, "v");
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(allocated).isLessThan(1_000);
        assertThat(sum[0]).isPositive();
        assertThat(failures).isEmpty();
    }

    private Harness<String> harness(final Processor<String, String, String> processor) {
        return harness(() -> processor, false);
    }

    private Harness<String> harness(
            final Supplier<Processor<String, String, String>> processor, final boolean isRestored) {
        return new Harness<>(
                () -> new ProcessOperator<>(
                        "proc",
                        (context, cause) -> failures.add(cause.getMessage()),
                        memory,
                        new StringCodec(),
                        processor.get(),
                        new SideOutput<?>[] {ALERTS},
                        new Operator<?>[] {sink("alerts ")},
                        sink("")),
                isRestored);
    }

    private Operator<String> sink(final String prefix) {
        return Harness.sink((context, value) ->
                out.add(prefix + Harness.keyOf(context) + "@" + context.eventTimeNs() + ": " + value));
    }

    /** Counts the values of a key and remembers the last one. */
    private static final class StatefulProcessor implements Processor<String, String, String> {
        private FlyweightState<CountState> count;
        private ValueState<String> last;

        @Override
        public void init(final ProcessorSetup setup) {
            count = setup.flyweightState("count", CountState::new);
            last = setup.valueState("last", new StringCodec());
        }

        @Override
        public void process(final String value, final ProcessorContext<String, String> context) {
            if (value.equals("clear")) {
                count.clear();
                last.clear();
                return;
            }
            count.view().increment();
            context.forward(count.view().value() + " " + last.valueOr("none") + " " + value);
            last.set(value);
        }
    }

    /** Sets and takes back timers as its values say. */
    private static final class TimerProcessor implements Processor<String, String, String> {
        private ValueState<String> onTimer;

        @Override
        public void init(final ProcessorSetup setup) {
            onTimer = setup.valueState("on-timer", new StringCodec());
        }

        @Override
        public void process(final String value, final ProcessorContext<String, String> context) {
            final String[] words = value.split(" ");
            switch (words[0]) {
                case "event" -> context.scheduleEventTimer(Long.parseLong(words[1]));
                case "log" -> context.scheduleLogTimer(Long.parseLong(words[1]));
                case "chain" -> {
                    context.scheduleEventTimer(Long.parseLong(words[1]));
                    onTimer.set("set " + words[2]);
                }
                case "cancelling" -> {
                    context.scheduleEventTimer(Long.parseLong(words[1]));
                    onTimer.set("cancel " + words[2]);
                }
                default -> throw new IllegalArgumentException(value);
            }
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            if (context.key().equals("fragile")) {
                throw new IllegalStateException("fragile timer");
            }
            context.forward("fired " + timeNs);
            final String[] words = onTimer.valueOr("nothing").split(" ");
            onTimer.clear();
            if (words[0].equals("set")) {
                context.scheduleEventTimer(Long.parseLong(words[1]));
            } else if (words[0].equals("cancel")) {
                assertThat(context.cancelEventTimer(Long.parseLong(words[1]))).isTrue();
                assertThat(context.cancelEventTimer(Long.parseLong(words[1]))).isFalse();
            }
        }

        @Override
        public void onLogTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward("log fired " + timeNs);
        }
    }

    /** Never stops by itself. */
    private static final class RenewingProcessor implements Processor<String, String, String> {
        @Override
        public void process(final String value, final ProcessorContext<String, String> context) {
            context.scheduleEventTimer(10);
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward("beat " + timeNs);
            context.scheduleEventTimer(timeNs + 10);
        }
    }

    /** Counts in flyweight state and hands on by timer. */
    private static final class CountingProcessor implements Processor<Long, String, String> {
        private final long[] sum;
        private FlyweightState<CountState> count;

        CountingProcessor(final long[] sum) {
            this.sum = sum;
        }

        @Override
        public void init(final ProcessorSetup setup) {
            count = setup.flyweightState("count", CountState::new);
        }

        @Override
        public void process(final String value, final ProcessorContext<Long, String> context) {
            count.view().increment();
            sum[0] += context.keyLong();
            context.scheduleEventTimer(context.eventTimeNs() + 100);
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<Long, String> context) {
            if (count.view().value() % 2 == 0) {
                count.clear();
            }
            context.forward("tick");
        }
    }
}
