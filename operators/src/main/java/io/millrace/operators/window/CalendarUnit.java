package io.millrace.operators.window;

/** Length of a window by the calendar of a time zone. */
public enum CalendarUnit {
    /** From each full hour of the zone's clocks; where they are set inside an hour, that hour is parted there. */
    HOURS,

    /** From midnight, or the first instant of a day without one: 23 to 25 hours where clocks are set. */
    DAYS,

    /** From Monday on, as ISO 8601 has it. */
    WEEKS,

    /** From the first day of each month. */
    MONTHS,

    /** From the first day of each year. */
    YEARS
}
