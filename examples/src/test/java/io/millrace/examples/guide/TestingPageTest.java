package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.examples.guide.StatePageTest.Attempts;
import io.millrace.operators.window.Windowed;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.OpenWindow;
import io.millrace.testkit.OperatorContract;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestOutput;
import io.millrace.testkit.TestState;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Runs the code of docs/guide/testing.md. */
class TestingPageTest {
    @Test
    void shouldShowWhatRunsHere() throws Exception {
        GuidePage.of("testing.md").assertIsCompiledIn(TestingPageTest.class);
    }

    private static Topology topology() {
        final Topology topology = Topology.named("page-hits");
        topology.stream("hits", Codecs.string())
                .keyBy("by-page", Codecs.string(), page -> page)
                .window("per-minute", Windows.tumbling(Duration.ofMinutes(1)))
                .late(late -> late.to("hits.late"))
                .count()
                .map(hits -> hits.key() + " " + hits.value(), Codecs.string())
                .to("hits-per-minute");
        return topology;
    }

    @Nested
    @MillraceTest
    class PageHitsTest {
        @Test
        void shouldCountHitsOfAMinute(TestDrivers drivers) {
            TopologyTestDriver driver =
                    drivers.of(topology()).partitions("hits", 3).start();
            TestInput<String> hits = driver.input("hits", Codecs.string());
            TestOutput<String> counts = driver.output("hits-per-minute", Codecs.string());
            TestOutput<String> late = driver.output("hits.late", Codecs.string());

            hits.pipe("/home"); // happens now, by the clock of the test
            hits.pipe(driver.now().plusSeconds(59), "/home");
            assertEquals(List.of(), counts.readValues());

            driver.advanceTime(Duration.ofSeconds(65)); // silence: the window closes 5 s after its end
            assertEquals(List.of("/home 2"), counts.readValues());

            hits.pipe(driver.now().minusSeconds(60), "/home");
            assertEquals(List.of("/home"), late.readValues());
        }

        @Test
        void shouldGiveTheSameWhereverItIsKilled(TestDrivers drivers) {
            TopologyTestDriver driver = drivers.of(topology()).checkpoints(1).start();
            TestInput<String> hits = driver.input("hits", Codecs.string());
            driver.crashAt(2); // behind the second record, in the middle of everything

            hits.pipe("/home").pipe("/cart").pipe("/home");
            driver.end();

            TestOutput<String> counts = driver.output("hits-per-minute", Codecs.string());
            assertEquals(List.of("/home 2", "/cart 1"), counts.readValues());
            driver.replayTwice(); // and each record again, byte for byte
        }

        @Test
        void shouldKeepAWindowForEachPage(TestDrivers drivers) {
            TopologyTestDriver driver = drivers.of(topology()).start();
            driver.input("hits", Codecs.string()).pipe("/home").pipe("/home");

            TestState<String> windows = driver.state("per-minute", Codecs.string());
            for (OpenWindow<String, Long> window : windows.<Long>windows()) {
                assertEquals(2, window.value());
            }
            assertThat(windows.windows()).hasSize(1);
        }
    }

    @Test
    void shouldCheckAProcessor() {
        OperatorContract.processor(Attempts::new, Codecs.string(), Codecs.string())
                .keyBy(Codecs.string(), user -> user)
                .verify(List.of("ann", "bob", "ann"));
    }

    // Only in test mode, in which the driver runs.
    @Nested
    @MillraceTest
    class KeptViewTest {
        @Test
        void shouldCatchAViewThatIsKept(final TestDrivers drivers) {
            final List<Windowed<String, Long>> kept = new ArrayList<>();
            final Topology topology = Topology.named("keeps");
            topology.stream("hits", Codecs.string())
                    .keyBy("by-page", Codecs.string(), page -> page)
                    .window("all", Windows.count(1))
                    .count()
                    .peek(kept::add)
                    .map(Windowed::value, Codecs.int64())
                    .to("counts");
            final TopologyTestDriver driver = drivers.of(topology).start();
            driver.input("hits", Codecs.string()).pipe("/home");

            assertThatThrownBy(() -> kept.get(0).value())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a borrowed Windowed of operator=all was used after its call had ended");
        }
    }
}
