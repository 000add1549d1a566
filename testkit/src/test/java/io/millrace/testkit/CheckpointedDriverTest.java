package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a task has asked for outlives a crash, also where nothing comes any more that would make it ask again. */
@MillraceTest
class CheckpointedDriverTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int SEEDS = 12;

    @Test
    void shouldFireTheLogTimerOfARestoredTaskAlthoughInputHasStopped(final TestDrivers drivers) {
        int restored = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final TopologyTestDriver driver = resumed(drivers, new Reminder(), seed);
            restored += driver.restoredTasks();

            driver.advanceTime(HOUR.plusSeconds(1));

            assertThat(values(driver)).as("seed %d", seed).containsExactly("remind a", "remind b");
        }
        assertThat(restored).isPositive();
    }

    @Test
    void shouldFireTheEventTimerOfARestoredTaskByTicks(final TestDrivers drivers) {
        int restored = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final TopologyTestDriver driver = resumed(drivers, new Deadline(), seed);
            restored += driver.restoredTasks();

            driver.advanceTime(HOUR.multipliedBy(2));

            assertThat(values(driver)).as("seed %d", seed).containsExactly("over a", "over b");
        }
        assertThat(restored).isPositive();
    }

    // Time passes between the values, so that checkpoints are taken behind the last one in some of the runs.
    private static TopologyTestDriver resumed(
            final TestDrivers drivers, final Processor<String, String, String> processor, final long seed) {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .process("remember", () -> processor, Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).checkpoints(seed).start();
        driver.input("in", Codecs.string()).pipe("a").pipe("b");
        return driver.crashAt(2);
    }

    private static List<String> values(final TopologyTestDriver driver) {
        return driver.output("out", Codecs.string()).readValues();
    }

    private static final class Reminder implements Processor<String, String, String> {
        @Override
        public void process(final String value, final ProcessorContext<String, String> context) {
            context.scheduleLogTimer(context.logTimeNs() + HOUR.toNanos());
        }

        @Override
        public void onLogTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward("remind " + context.key());
        }
    }

    private static final class Deadline implements Processor<String, String, String> {
        @Override
        public void process(final String value, final ProcessorContext<String, String> context) {
            context.scheduleEventTimer(context.eventTimeNs() + HOUR.toNanos());
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward("over " + context.key());
        }
    }
}
