package io.millrace.streams;

import io.millrace.operators.output.WatermarkGrid;
import io.millrace.operators.window.CalendarFrames;
import io.millrace.operators.window.CalendarUnit;
import io.millrace.operators.window.PaneFrames;
import io.millrace.operators.window.TumblingFrames;
import io.millrace.operators.window.WindowFrames;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;

/**
 * Describes the windows of a step by event time. Immutable: each setter gives a new description.
 *
 * <p>A window holds its first instant and not its end. Size and grace are at most 2^60 ns, about 36 years.
 */
public final class Windows {
    private static final Duration MAX = Duration.ofNanos(WindowFrames.MAX_NS);
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int SECONDS_PER_MINUTE = 60;

    private final Duration size;
    private final Duration hop;
    private final CalendarUnit unit;
    private final ZoneId zone;
    private final Duration grace;

    private Windows(
            final Duration size, final Duration hop, final CalendarUnit unit, final ZoneId zone, final Duration grace) {
        this.size = size;
        this.hop = hop;
        this.unit = unit;
        this.zone = zone;
        this.grace = grace;
    }

    /**
     * Windows of equal length that follow each other without a gap, the first of them from the epoch.
     *
     * @param size of a window, at least 1 ns.
     * @return windows without grace.
     */
    public static Windows tumbling(final Duration size) {
        return new Windows(size, null, null, null, Duration.ZERO);
    }

    /**
     * Windows of equal length that overlap: one begins at each multiple of the hop since the epoch.
     *
     * @param size of a window, at least 1 ns.
     * @param hop  from the beginning of a window to that of the next one, 1 ns to the size.
     * @return windows without grace.
     */
    public static Windows hopping(final Duration size, final Duration hop) {
        return new Windows(size, hop, null, null, Duration.ZERO);
    }

    /**
     * Windows by the calendar, with the time zone's rules: a day may have 23 or 25 hours, and a week begins on Monday.
     *
     * @param unit of the calendar.
     * @param zone whose clocks count.
     * @return windows without grace.
     */
    public static Windows calendar(final CalendarUnit unit, final ZoneId zone) {
        return new Windows(null, null, unit, zone, Duration.ZERO);
    }

    /**
     * How far the watermark runs past a window's end before the window closes.
     *
     * @param newGrace at least 0.
     * @return the same windows with that grace.
     */
    public Windows grace(final Duration newGrace) {
        return new Windows(size, hop, unit, zone, newGrace);
    }

    boolean isHopping() {
        return hop != null;
    }

    long graceNs() {
        return grace.toNanos();
    }

    /** Windows that do not overlap, or the panes of those that do, for one operator. */
    WindowFrames frames() {
        if (unit != null) {
            return new CalendarFrames(unit, zone);
        }
        return isHopping() ? new PaneFrames(size.toNanos(), hop.toNanos()) : new TumblingFrames(size.toNanos());
    }

    /** The points at which windows close. */
    WatermarkGrid grid() {
        if (unit != null) {
            final long stepNs = (hasWholeMinutes() ? SECONDS_PER_MINUTE : 1) * NS_PER_SECOND;
            return WatermarkGrid.ofWindows(stepNs, graceNs());
        }
        return isHopping()
                ? WatermarkGrid.ofWindows(hop.toNanos(), size.toNanos() + graceNs())
                : WatermarkGrid.ofWindows(size.toNanos(), graceNs());
    }

    // Where a zone had an odd offset since the epoch. For earlier data of another zone, windows close up to a minute
    // later.
    private boolean hasWholeMinutes() {
        final boolean isOddBefore =
                zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds() % SECONDS_PER_MINUTE != 0;
        return !isOddBefore
                && zone.getRules().getTransitions().stream()
                        .filter(transition -> transition.getInstant().isAfter(Instant.EPOCH))
                        .allMatch(transition -> transition.getOffsetAfter().getTotalSeconds() % SECONDS_PER_MINUTE == 0
                                && transition.toEpochSecond() % SECONDS_PER_MINUTE == 0);
    }

    String mistake() {
        if (size != null && (size.isNegative() || size.isZero() || size.compareTo(MAX) > 0)) {
            return "the size of a window must be 1 ns to 36 years, is " + size;
        }
        if (hop != null && (hop.isNegative() || hop.isZero() || hop.compareTo(size) > 0)) {
            return "the hop of windows must be 1 ns to their size, is " + hop + " with a size of " + size;
        }
        return grace.isNegative() || grace.compareTo(MAX) > 0
                ? "the grace of a window must be 0 to 36 years, is " + grace
                : null;
    }

    @Override
    public String toString() {
        return shape() + (grace.isZero() ? "" : ", grace " + text(grace));
    }

    private String shape() {
        if (unit != null) {
            return "calendar " + unit.name().toLowerCase(Locale.ROOT) + " of " + zone;
        }
        return isHopping() ? "hopping " + text(size) + " by " + text(hop) : "tumbling " + text(size);
    }

    private static String text(final Duration duration) {
        return duration.getNano() == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
