package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.plan.TaskParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

@MillraceTest
class MillraceExtensionTest {
    private static Path directory;

    @Test
    void shouldGiveAStoreWhoseTimeIsThatOfTheClock(final LogStore store, final VirtualClock clock) {
        clock.advance(Duration.ofDays(1));
        TopicAppender.open(store, "words", Codecs.string()).append(1, "a");
        directory = store.directory();

        assertThat(VirtualClock.instant(store.logTimeNs())).isEqualTo(VirtualClock.BEGIN.plus(Duration.ofDays(1)));
        assertThat(directory).exists();
    }

    @AfterAll
    static void shouldHaveRemovedTheStore() {
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    void shouldCloseADriverThatTheTestLeftOpen() {
        final TopologyTestDriver driver;
        try (TestDrivers drivers = new TestDrivers()) {
            driver = drivers.of(WordCounts.per(Duration.ofMinutes(1))).start();
        }

        assertThatThrownBy(() -> driver.advanceTime(Duration.ZERO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the driver is closed");
    }

    @Test
    void shouldFailWhereStateIsNotGivenBack() {
        try (TestStore store = TestStore.create(new VirtualClock(), 1 << 16)) {
            store.log().createTopic(TopicSpec.named("words"));
            final TestJob job =
                    new TestJob(store, WordCounts.per(Duration.ofMinutes(1)), 1 << 20, TaskParts.STANDARD, null);
            job.tasks().stateBudget().reserve(64, "a step that leaks");

            assertThatThrownBy(job::close)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("state of job word-counts leaks: 64 bytes are still reserved");
        }
    }

    @Test
    void shouldNotLetTheClockGoBack(final VirtualClock clock) {
        clock.advance(Duration.ofSeconds(1));

        assertThatThrownBy(() -> clock.moveTo(VirtualClock.BEGIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the clock stands at 2020-01-01T00:00:01Z and cannot go back to 2020-01-01T00:00:00Z");
    }
}
