package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Holds the module's README and its code together: what it shows is compiled and run here. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path SOURCE = Path.of("src/test/java/io/millrace/testkit/ReadmeTest.java");

    @Test
    void shouldShowWhatIsCompiledAndRunHere() throws IOException {
        final String source = withoutSpace(Files.readString(SOURCE));
        final Matcher block = Pattern.compile("(?s)```java\n(.*?)```\n").matcher(Files.readString(README));
        int blocks = 0;
        while (block.find()) {
            blocks++;
            assertThat(source).contains(withoutSpace(block.group(1)));
        }

        assertThat(blocks).isEqualTo(3);
    }

    private static String withoutSpace(final String code) {
        return code.replaceAll("\\s+", "");
    }

    @Nested
    @MillraceTest
    class VisitsTest {
        @Test
        void shouldCountVisitsOfAMinute(TestDrivers drivers) {
            TopologyTestDriver driver =
                    drivers.of(visits()).partitions("visits", 3).start();
            TestInput<String> visits = driver.input("visits", Codecs.string());
            TestOutput<String> counts = driver.output("counts", Codecs.string());
            TestOutput<String> late = driver.output("visits.late", Codecs.string());

            visits.pipe("/home").pipe(driver.now().plusSeconds(30), "/home");
            driver.advanceTime(Duration.ofMinutes(2)); // silence: ticks close the window
            assertEquals(List.of("/home 2"), counts.readValues());

            visits.pipe(driver.now().minusSeconds(120), "/home"); // its window is closed
            assertEquals(List.of("/home"), late.readValues());
            driver.replayTwice();
        }

        static Topology visits() {
            Topology topology = Topology.named("visits-per-minute");
            topology.stream("visits", Codecs.string())
                    .keyBy("by-page", Codecs.string(), page -> page)
                    .window("per-minute", Windows.tumbling(Duration.ofMinutes(1)))
                    .late(late -> late.to("visits.late"))
                    .count()
                    .map(visits -> visits.key() + " " + visits.value(), Codecs.string())
                    .to("counts");
            return topology;
        }
    }

    @Test
    void shouldLookAtState() {
        final Topology topology = VisitsTest.visits();
        topology.stream("visitors", Codecs.string())
                .keyBy("by-visitor", Codecs.string(), visitor -> visitor)
                .process("gaps", Gaps::new, Codecs.string())
                .to("quiet");
        try (TopologyTestDriver driver =
                TopologyTestDriver.of(topology).partitions("visits", 3).start()) {
            driver.input("visits", Codecs.string()).pipe("/home").pipe("/about");
            driver.input("visitors", Codecs.string()).pipe("ann").pipe("ann");
            final Instant due = driver.now().plusSeconds(5);

            TestState<String> perMinute = driver.state("per-minute", Codecs.string());
            for (OpenWindow<String, Long> window : perMinute.<Long>windows()) {
                assertEquals(1, window.value()); // has not closed yet
            }

            TestState<String> gaps = driver.state("gaps", Codecs.string());
            assertEquals(Map.of("ann", 2L), gaps.cell("count")); // of a processor: its cells and its timers
            assertEquals(List.of(new PendingTimer<>("ann", true, due)), gaps.timers());

            assertThat(perMinute.windows()).hasSize(2);
        }
    }

    @Test
    void shouldCheckAProcessor() {
        ContractReport report = OperatorContract.processor(Gaps::new, Codecs.string(), Codecs.string())
                .keyBy(Codecs.string(), visitor -> visitor)
                .verify(List.of("ann", "bob", "ann"));

        assertThat(report.restores()).isPositive();
        assertThat(report.refusals()).isPositive();
        assertThat(report.crashes()).isEqualTo(9);
    }

    /** Tells how many values a key had when none has come for five seconds. */
    private static final class Gaps implements Processor<String, String, String> {
        private static final long GAP_NS = 5_000_000_000L;

        private ValueState<Long> count;
        private ValueState<Long> timer;

        @Override
        public void init(final ProcessorSetup setup) {
            count = setup.valueState("count", Codecs.int64());
            timer = setup.valueState("timer", Codecs.int64());
        }

        @Override
        public void process(final String visitor, final ProcessorContext<String, String> context) {
            count.set(count.valueOr(0L) + 1);
            if (timer.isSet()) {
                context.cancelEventTimer(timer.value());
            }
            timer.set(context.eventTimeNs() + GAP_NS);
            context.scheduleEventTimer(timer.value());
        }

        @Override
        public void onEventTimer(final long timeNs, final ProcessorContext<String, String> context) {
            context.forward(context.key() + " " + count.value());
            count.clear();
            timer.clear();
        }
    }
}
