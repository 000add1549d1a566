package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.streams.Codecs;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a test does wrong is told at once, in one line, with what is allowed. */
@MillraceTest
class WrongUseTest {
    private TopologyTestDriver driver;
    private TestInput<String> words;

    @BeforeEach
    void start(final TestDrivers drivers) {
        driver = drivers.of(WordCounts.per(Duration.ofMinutes(1)))
                .partitions("words", 2)
                .start();
        words = driver.input("words", Codecs.string());
    }

    @Test
    void shouldRefuseInputAfterTheEnd() {
        words.pipe("a");
        driver.end();

        assertThatThrownBy(() -> words.pipeTo(1, driver.now(), "late"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the input of topic words partition 1 has ended, so the job would not read what is put in;"
                        + " call end() after the last value");
        assertThatThrownBy(() -> words.watermark(driver.now())).hasMessageContaining("has ended");
        assertThat(driver.end().output("counts", Codecs.string()).readValues()).containsExactly("a 0 1");
    }

    @Test
    void shouldRefuseInputAfterTheEndOfOneTopicAndAfterACrash() {
        words.pipe("a").end();

        driver.crashAt(0);

        assertThatThrownBy(() -> words.pipe("b"))
                .hasMessageContaining("the input of topic words partition 1 has ended");
        assertThat(driver.end().output("counts", Codecs.string()).readValues()).containsExactly("a 0 1");
    }

    @Test
    void shouldRefuseToGoBackInTime() {
        driver.advanceTime(Duration.ofSeconds(1));

        assertThatThrownBy(() -> driver.advanceTime(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the clock stands at 2020-01-01T00:00:01Z and cannot go back to 2020-01-01T00:00:00Z");
        assertThatThrownBy(() -> driver.at(VirtualClock.BEGIN)).hasMessageContaining("cannot go back to");
    }

    @Test
    void shouldRefuseATimeThatTheLogCannotKeep() {
        assertThatThrownBy(() -> words.pipe(Instant.parse("1500-01-01T00:00:00Z"), "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the log keeps times from 1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z,"
                        + " not 1500-01-01T00:00:00Z");
    }

    @Test
    void shouldRefuseAPartitionThatIsNotThere() {
        for (final int partition : new int[] {-1, 2}) {
            assertThatThrownBy(() -> words.pipeTo(partition, driver.now(), "a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no such partition: topic=words partition=" + partition + "; allowed are 0 to 1");
        }
        assertThatThrownBy(() -> words.watermarkTo(2, driver.now())).hasMessageContaining("allowed are 0 to 1");
        assertThatThrownBy(() -> words.pipeBytes(2, driver.now())).hasMessageContaining("allowed are 0 to 1");
    }

    @Test
    void shouldRefuseAnOutputThatNobodyWrites() {
        for (final String topic : new String[] {"words", "cuonts"}) {
            assertThatThrownBy(() -> driver.output(topic, Codecs.string()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the topology does not write topic " + topic
                            + "; it writes [counts, word-counts.by-word, words.late]");
        }
    }

    @Test
    void shouldRefuseAllUseAfterItIsClosed() {
        final TestOutput<String> counts = driver.output("counts", Codecs.string());
        driver.close();

        assertThatThrownBy(() -> words.pipe("a")).hasMessage("the driver is closed");
        assertThatThrownBy(counts::readAll).hasMessage("the driver is closed");
        assertThatThrownBy(() -> driver.input("words", Codecs.string())).hasMessage("the driver is closed");
        assertThatThrownBy(() -> driver.advanceTime(Duration.ZERO)).hasMessage("the driver is closed");
    }
}
