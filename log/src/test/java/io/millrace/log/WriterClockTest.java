package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which records share a reading of the clock. */
class WriterClockTest {
    @TempDir
    private Path directory;

    private long nowNs = 1_000_000;
    private int readings;
    private final LogClock shared = new LogClock(this::read, true);

    @Test
    void shouldReadAClockThatWasSetForEveryRecord() {
        final WriterClock clock = new WriterClock(new LogClock(this::read, false), Long.MIN_VALUE);

        for (int i = 0; i < 1_000; i++) {
            nowNs++;
            assertThat(clock.next()).isEqualTo(nowNs);
        }

        assertThat(readings).isEqualTo(1_000);
    }

    @Test
    void shouldShareAReadingAmongTheRecordsOfAboutAMicrosecond() {
        final WriterClock clock = new WriterClock(shared, Long.MIN_VALUE);

        runAtPaceOf(clock, 50, 10_000);

        assertThat(readings).isBetween(10_000 / 25, 10_000 / 15);
    }

    @Test
    void shouldReadAtLeastOnceForEvery64RecordsAtFullPace() {
        final WriterClock clock = new WriterClock(shared, Long.MIN_VALUE);

        runAtPaceOf(clock, 1, 64_000);

        assertThat(readings).isBetween(1_000, 1_100);
    }

    @Test
    void shouldReadForEveryRecordThatComesAMicrosecondAfterTheOneBefore() {
        final WriterClock clock = new WriterClock(shared, Long.MIN_VALUE);

        for (int i = 0; i < 1_000; i++) {
            nowNs += WriterClock.AIM_NS;
            assertThat(clock.next()).isEqualTo(nowNs);
        }
    }

    @Test
    void shouldReadAgainBehindATickWhateverThePaceWas() {
        final WriterClock clock = new WriterClock(shared, Long.MIN_VALUE);
        runAtPaceOf(clock, 1, 10_000);
        nowNs += 1_000_000_000;

        shared.tick(nowNs);

        assertThat(clock.next()).isEqualTo(nowNs);
    }

    @Test
    void shouldNeverGoBack() {
        final WriterClock clock = new WriterClock(shared, nowNs + 500);
        assertThat(clock.next()).isEqualTo(nowNs + 500);

        nowNs -= 100_000;
        shared.tick(1);

        assertThat(clock.next()).isEqualTo(nowNs + 100_500);
    }

    @Test
    void shouldTickInEveryDutyCycleOfTheConductor() {
        try (LogStore store = LogStore.launch(Records.context(directory).invoked(true))) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            assertThat(partition.clock().isShareable()).isTrue();

            store.invokeConductor(4711);

            assertThat(partition.clock().tickNs()).isEqualTo(4711);
        }
    }

    private void runAtPaceOf(final WriterClock clock, final int stepNs, final int count) {
        for (int i = 0; i < count; i++) {
            nowNs += stepNs;
            assertThat(clock.next()).isBetween(nowNs - WriterClock.AIM_NS, nowNs);
        }
    }

    private long read() {
        readings++;
        return nowNs;
    }
}
