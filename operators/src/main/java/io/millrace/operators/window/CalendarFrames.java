package io.millrace.operators.window;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * Windows by the calendar of a time zone. Bounds are instants: a day begins once, although clocks may show its first minute
 * twice. They are worked out when the time leaves the frame, which allocates a few objects.
 */
public final class CalendarFrames extends WindowFrames {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long SECONDS_PER_HOUR = 3_600;

    private final CalendarUnit unit;
    private final ZoneId zone;
    private final ZoneRules rules;

    /**
     * Creates the frames.
     *
     * @param unit of the calendar.
     * @param zone whose clocks count.
     */
    public CalendarFrames(final CalendarUnit unit, final ZoneId zone) {
        this.unit = unit;
        this.zone = zone;
        this.rules = zone.getRules();
    }

    @Override
    protected void find(final long eventTimeNs) {
        final long second = Math.floorDiv(eventTimeNs, NS_PER_SECOND);
        final Instant instant = Instant.ofEpochSecond(second);
        final ZoneOffset offset = rules.getOffset(instant);
        if (unit == CalendarUnit.HOURS) {
            findHour(second, offset);
        } else {
            findDate(eventTimeNs, first(LocalDate.ofInstant(instant, offset)));
        }
    }

    private void findHour(final long second, final ZoneOffset offset) {
        final long intoHour = Math.floorMod(second + offset.getTotalSeconds(), SECONDS_PER_HOUR);
        long start = second - intoHour;
        long end = start + SECONDS_PER_HOUR;
        final ZoneOffsetTransition before = rules.previousTransition(Instant.ofEpochSecond(second + 1));
        if (before != null) {
            start = Math.max(start, before.toEpochSecond());
        }
        final ZoneOffsetTransition after = rules.nextTransition(Instant.ofEpochSecond(second));
        if (after != null) {
            end = Math.min(end, after.toEpochSecond());
        }
        stand(start * NS_PER_SECOND, end * NS_PER_SECOND);
    }

    private void findDate(final long eventTimeNs, final LocalDate firstDay) {
        LocalDate day = firstDay;
        // Clocks that are set back over midnight show the day before for a while, when the new one has begun.
        while (startNs(after(day)) <= eventTimeNs) {
            day = after(day);
        }
        stand(startNs(day), startNs(after(day)));
    }

    private long startNs(final LocalDate day) {
        return day.atStartOfDay(zone).toEpochSecond() * NS_PER_SECOND;
    }

    private LocalDate first(final LocalDate day) {
        return switch (unit) {
            case HOURS, DAYS -> day;
            case WEEKS -> day.minusDays(day.getDayOfWeek().getValue() - (long) DayOfWeek.MONDAY.getValue());
            case MONTHS -> day.withDayOfMonth(1);
            case YEARS -> day.withDayOfYear(1);
        };
    }

    private LocalDate after(final LocalDate first) {
        return switch (unit) {
            case HOURS, DAYS -> first.plusDays(1);
            case WEEKS -> first.plusWeeks(1);
            case MONTHS -> first.plusMonths(1);
            case YEARS -> first.plusYears(1);
        };
    }
}
