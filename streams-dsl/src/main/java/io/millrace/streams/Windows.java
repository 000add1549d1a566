package io.millrace.streams;

import io.millrace.operators.output.WatermarkGrid;
import io.millrace.operators.window.CalendarFrames;
import io.millrace.operators.window.CalendarUnit;
import io.millrace.operators.window.PaneFrames;
import io.millrace.operators.window.TumblingFrames;
import io.millrace.operators.window.WindowFrames;
import io.millrace.streams.topology.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Objects;

/**
 * Describes the windows of a step: by event time, or by the number of values. Immutable: each setter gives a new description.
 *
 * <p>A window holds its first instant and not its end. Size, gap and grace are at most 2^60 ns, about 36 years.
 */
public final class Windows {
    private static final Duration MAX = Duration.ofNanos(WindowFrames.MAX_NS);
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int STEPS_OF_GAP = 4;
    private static final int STEPS_OF_SIZE = 16;

    private final Shape shape;
    private final Duration size;
    private final Duration hop;
    private final CalendarUnit unit;
    private final ZoneId zone;
    private final long count;
    private final Duration grace;

    private enum Shape {
        TUMBLING,
        HOPPING,
        CALENDAR,
        SESSION,
        SLIDING,
        COUNT
    }

    private Windows(
            final Shape shape,
            final Duration size,
            final Duration hop,
            final CalendarUnit unit,
            final ZoneId zone,
            final long count,
            final Duration grace) {
        this.shape = shape;
        this.size = size;
        this.hop = hop;
        this.unit = unit;
        this.zone = zone;
        this.count = count;
        this.grace = grace;
    }

    /**
     * Windows of equal length that follow each other without a gap, the first of them from the epoch.
     *
     * @param size of a window, at least 1 ns.
     * @return windows without grace.
     */
    public static Windows tumbling(final Duration size) {
        return new Windows(Shape.TUMBLING, sized(size), null, null, null, 0, Duration.ZERO);
    }

    /**
     * Windows of equal length that overlap: one begins at each multiple of the hop since the epoch.
     *
     * @param size of a window, at least 1 ns.
     * @param hop  from the beginning of a window to that of the next one, 1 ns to the size.
     * @return windows without grace.
     */
    public static Windows hopping(final Duration size, final Duration hop) {
        Objects.requireNonNull(hop, "windows that hop need a hop");
        return new Windows(Shape.HOPPING, sized(size), hop, null, null, 0, Duration.ZERO);
    }

    /**
     * Windows by the calendar, with the time zone's rules: a day may have 23 or 25 hours, and a week begins on Monday.
     *
     * @param unit of the calendar.
     * @param zone whose clocks count.
     * @return windows without grace.
     */
    public static Windows calendar(final CalendarUnit unit, final ZoneId zone) {
        Objects.requireNonNull(unit, "windows of the calendar need a unit");
        Objects.requireNonNull(zone, "windows of the calendar need a time zone");
        return new Windows(Shape.CALENDAR, null, null, unit, zone, 0, Duration.ZERO);
    }

    /**
     * Sessions: values of a key that follow each other at less than a gap. A session reaches from its first value to the gap
     * behind its last one; a value that comes out of order may make one session of two.
     *
     * @param gap for which a key is silent before its session ends, at least 1 ns. Two values at that distance exactly belong
     *            to two sessions.
     * @return windows without grace; their aggregation has to be combinable.
     */
    public static Windows session(final Duration gap) {
        return new Windows(Shape.SESSION, sized(gap), null, null, null, 0, Duration.ZERO);
    }

    /**
     * Windows that end with a value: one for each distinct event time of a key, with all values of the key in the time of the
     * size up to it. A value at a distance of the size exactly is no longer among them.
     *
     * @param size of a window, at least 1 ns; its last instant is the event time.
     * @return windows without grace; their aggregation has to be combinable, and they emit on close.
     */
    public static Windows sliding(final Duration size) {
        return new Windows(Shape.SLIDING, sized(size), null, null, null, 0, Duration.ZERO);
    }

    /**
     * Windows by the number of values, in the order of the log. A window is handed on with its last value; one that is not
     * full is not handed on, at the end neither. Nothing is late.
     *
     * @param count of values of a key in a window, at least 1.
     * @return windows that know no grace and emit on close or on update.
     */
    public static Windows count(final long count) {
        return new Windows(Shape.COUNT, null, null, null, null, count, Duration.ZERO);
    }

    /**
     * How far the watermark runs past a window's end before the window closes.
     *
     * @param newGrace at least 0.
     * @return the same windows with that grace.
     */
    public Windows grace(final Duration newGrace) {
        Objects.requireNonNull(newGrace, "grace is a duration; leave it out for none");
        return new Windows(shape, size, hop, unit, zone, count, newGrace);
    }

    /** The same windows, which wait for values that come so far behind the watermark. */
    Windows waitingFor(final long lagNs) {
        return isCount() || lagNs <= graceNs() ? this : grace(Duration.ofNanos(lagNs));
    }

    private static Duration sized(final Duration size) {
        return Objects.requireNonNull(size, "windows need a size");
    }

    boolean isHopping() {
        return shape == Shape.HOPPING;
    }

    boolean isSession() {
        return shape == Shape.SESSION;
    }

    boolean isSliding() {
        return shape == Shape.SLIDING;
    }

    boolean isCount() {
        return shape == Shape.COUNT;
    }

    /** Whether the windows are the same for all keys, so that {@link #frames()} has them. */
    boolean hasFrames() {
        return !isSession() && !isSliding() && !isCount();
    }

    /** Size of a window, or gap of a session. */
    long sizeNs() {
        return size.toNanos();
    }

    long count() {
        return count;
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

    /**
     * The points at which windows close; for those that may close at any time, points at a small part of their length from
     * each other. Null for those that do not look at the watermark.
     */
    WatermarkGrid grid() {
        if (isCount()) {
            return null;
        }
        if (isSession() || isSliding()) {
            return new WatermarkGrid(Math.max(1, sizeNs() / (isSession() ? STEPS_OF_GAP : STEPS_OF_SIZE)), 0);
        }
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
            return "the " + (isSession() ? "gap of a session" : "size of a window") + " must be 1 ns to 36 years, is "
                    + size;
        }
        if (isCount() && count < 1) {
            return "a window holds at least 1 value, is to hold " + count;
        }
        if (isCount() && !grace.isZero()) {
            return "windows of a count have no grace, since nothing is late for them";
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
        return describeShape() + (grace.isZero() ? "" : ", grace " + DurationText.of(grace));
    }

    private String describeShape() {
        return switch (shape) {
            case TUMBLING -> "tumbling " + DurationText.of(size);
            case HOPPING -> "hopping " + DurationText.of(size) + " by " + DurationText.of(hop);
            case CALENDAR -> "calendar " + unit.name().toLowerCase(Locale.ROOT) + " of " + zone;
            case SESSION -> "sessions with a gap of " + DurationText.of(size);
            case SLIDING -> "sliding " + DurationText.of(size);
            case COUNT -> count + " values each";
        };
    }
}
