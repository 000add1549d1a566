package io.millrace.examples.guide;

import static io.millrace.examples.guide.GuideStore.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestOutput;
import io.millrace.testkit.TopologyTestDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/guide/time.md. */
@MillraceTest
class TimePageTest {
    private static final Codec<Reading> READING = Codecs.records(Reading.class);

    /** A reading of a sensor. */
    public record Reading(String sensor, long atMs, double celsius) {}

    @TempDir
    Path directory;

    private static Topology topology() {
        Topology topology = Topology.named("readings-in-ten-seconds");
        topology.stream("readings", READING)
                .eventTime(reading -> TimeUnit.MILLISECONDS.toNanos(reading.atMs()))
                .outOfOrderness(Duration.ofSeconds(5))
                .idleAfter(Duration.ofSeconds(30))
                .maxAhead(Duration.ofHours(1))
                .keyBy("by-sensor", Codecs.string(), Reading::sensor)
                .window("ten-seconds", Windows.tumbling(Duration.ofSeconds(10)))
                .late(late -> late.to("readings.late"))
                .count()
                .map(w -> w.startNs() / SECOND_NS + " s: " + w.value(), Codecs.string())
                .to("counts");
        return topology;
    }

    @Test
    void shouldCountWhatTheTableSays() throws Exception {
        final GuidePage page = GuidePage.of("time.md");
        page.assertIsCompiledIn(TimePageTest.class);
        final long[] timesMs = page.results(0).stream()
                .mapToLong(line -> Long.parseLong(line.split(" ")[0]))
                .toArray();
        try (GuideStore store = new GuideStore(directory)) {
            final TopicAppender<Reading> readings = store.appender("readings", READING);
            for (final long timeMs : timesMs) {
                readings.append(0, new Reading("a", timeMs, 20));
            }
            readings.end();

            store.run(topology());

            assertThat(store.values("counts")).containsExactlyElementsOf(page.results(1));
            assertThat(store.values("readings.late", READING))
                    .extracting(Reading::atMs)
                    .containsExactly(9_999L);
        }
    }

    @Test
    void shouldCloseAWindowOfASilentInput(TestDrivers drivers) {
        TopologyTestDriver driver = drivers.of(topology()).start();
        TestInput<Reading> readings = driver.input("readings", READING);
        TestOutput<String> counts = driver.output("counts", Codecs.string());

        readings.pipe(new Reading("a", driver.now().toEpochMilli(), 20)); // a window begins here, and ends in 10 s
        driver.advanceTime(Duration.ofSeconds(45).minusNanos(1));
        assertThat(counts.readValues()).isEmpty();
        driver.advanceTime(Duration.ofNanos(1)); // 10 s + 5 s out of order + 30 s of silence
        assertThat(counts.readValues()).hasSize(1);

        assertThat(driver.now().truncatedTo(ChronoUnit.SECONDS)).isEqualTo(driver.now());
    }
}
