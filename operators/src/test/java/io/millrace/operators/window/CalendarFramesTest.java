package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalendarFramesTest {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({
        "DAYS, Europe/Berlin, 2024-03-31T12:00:00+02:00, 2024-03-31T00:00:00+01:00, 2024-04-01T00:00:00+02:00, 23",
        "DAYS, Europe/Berlin, 2024-10-27T12:00:00+01:00, 2024-10-27T00:00:00+02:00, 2024-10-28T00:00:00+01:00, 25",
        "DAYS, Europe/Berlin, 2024-10-28T00:00:00+01:00, 2024-10-28T00:00:00+01:00, 2024-10-29T00:00:00+01:00, 24",
        "DAYS, Europe/Berlin, 1969-12-31T23:59:59+01:00, 1969-12-31T00:00:00+01:00, 1970-01-01T00:00:00+01:00, 24",
        "DAYS, America/Sao_Paulo, 2018-11-04T05:00:00-02:00, 2018-11-04T01:00:00-02:00, 2018-11-05T00:00:00-02:00, 23",
        "WEEKS, Europe/Berlin, 2024-04-01T00:30:00+02:00, 2024-04-01T00:00:00+02:00, 2024-04-08T00:00:00+02:00, 168",
        "WEEKS, Europe/Berlin, 2024-03-31T23:59:59+02:00, 2024-03-25T00:00:00+01:00, 2024-04-01T00:00:00+02:00, 167",
        "MONTHS, Europe/Berlin, 2024-02-29T12:00:00+01:00, 2024-02-01T00:00:00+01:00, 2024-03-01T00:00:00+01:00, 696",
        "MONTHS, Europe/Berlin, 2024-12-31T12:00:00+01:00, 2024-12-01T00:00:00+01:00, 2025-01-01T00:00:00+01:00, 744",
        "YEARS, Asia/Kolkata, 2024-06-01T00:00:00+05:30, 2024-01-01T00:00:00+05:30, 2025-01-01T00:00:00+05:30, 8784",
        "HOURS, Asia/Kolkata, 2024-06-01T00:10:00+05:30, 2024-06-01T00:00:00+05:30, 2024-06-01T01:00:00+05:30, 1",
        "HOURS, Europe/Berlin, 2024-10-27T02:30:00+01:00, 2024-10-27T02:00:00+01:00, 2024-10-27T03:00:00+01:00, 1"
    })
    void shouldFollowTheClocksOfTheZone(
            final CalendarUnit unit,
            final String zone,
            final String at,
            final String start,
            final String end,
            final int hours) {
        final WindowFrames frames = new CalendarFrames(unit, ZoneId.of(zone));

        frames.locate(ns(at));

        assertThat(Instant.ofEpochSecond(0, frames.startNs()))
                .isEqualTo(ZonedDateTime.parse(start).toInstant());
        assertThat(Instant.ofEpochSecond(0, frames.endNs()))
                .isEqualTo(ZonedDateTime.parse(end).toInstant());
        assertThat(Duration.ofNanos(frames.endNs() - frames.startNs())).isEqualTo(Duration.ofHours(hours));
    }

    // Zones whose clocks are set by half an hour, over midnight, by a whole day, or that had odd offsets.
    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Pacific/Apia",
        "America/Havana",
        "Africa/Monrovia"
    })
    void shouldCoverEachInstantExactlyOnceInEveryZone(final String zone) {
        final long seed = 11;
        final SplittableRandom random = new SplittableRandom(seed);
        for (final CalendarUnit unit : CalendarUnit.values()) {
            final WindowFrames frames = new CalendarFrames(unit, ZoneId.of(zone));
            final WindowFrames others = new CalendarFrames(unit, ZoneId.of(zone));
            for (int i = 0; i < 2_000; i++) {
                final long time = random.nextLong(-2_000_000_000L, 2_000_000_000L) * NS_PER_SECOND + random.nextInt(9);
                frames.locate(time);
                assertThat(time).as("seed %d, %s", seed, unit).isBetween(frames.startNs(), frames.endNs() - 1);

                others.locate(frames.endNs());
                assertThat(others.startNs()).as("seed %d, %s", seed, unit).isEqualTo(frames.endNs());
                others.locate(frames.endNs() - 1);
                assertThat(others.startNs()).as("seed %d, %s", seed, unit).isEqualTo(frames.startNs());
                others.locate(frames.startNs());
                assertThat(others.endNs()).as("seed %d, %s", seed, unit).isEqualTo(frames.endNs());
            }
        }
    }

    private static long ns(final String time) {
        return ZonedDateTime.parse(time).toEpochSecond() * NS_PER_SECOND;
    }
}
