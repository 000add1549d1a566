package io.millrace.streams.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random input with the window that it goes through. */
final class Script {
    /** Where the log's clock begins, beyond all event times. */
    static final long CLOCK_NS = 2_000_000_000_000_000_000L;

    private static final int MAX_EVENTS = 120;
    private static final long HOUR_NS = 3_600_000_000_000L;

    // 2024-03-30T12:00Z and 2024-10-26T12:00Z: the days on which clocks change in Berlin and New York are near.
    private static final long[] CALENDAR_STARTS = {1_711_800_000_000_000_000L, 1_729_944_000_000_000_000L};

    final WindowSpec spec;
    final long boundNs;
    final long graceNs;
    final List<Event> events;

    private Script(final WindowSpec spec, final long boundNs, final long graceNs, final List<Event> events) {
        this.spec = spec;
        this.boundNs = boundNs;
        this.graceNs = graceNs;
        this.events = events;
    }

    /** Input whose disorder, over all of it, stays within the bound. */
    static Script inBound(final SplittableRandom random) {
        final WindowSpec spec = WindowSpec.any(random);
        final List<Event> events = events(random, spec);
        long largest = Long.MIN_VALUE;
        long disorder = 0;
        for (final Event event : events) {
            largest = Math.max(largest, event.timeNs());
            disorder = Math.max(disorder, largest - event.timeNs());
        }
        return new Script(spec, disorder, random.nextBoolean() ? 0 : random.nextLong(50), events);
    }

    /** Input of which some is late. */
    static Script late(final SplittableRandom random, final long graceNs) {
        WindowSpec spec = WindowSpec.any(random);
        while (!(spec instanceof WindowSpec.Aligned)) {
            spec = WindowSpec.any(random);
        }
        return new Script(spec, random.nextLong(10), graceNs, events(random, spec));
    }

    private static List<Event> events(final SplittableRandom random, final WindowSpec spec) {
        final boolean isCalendar = spec instanceof WindowSpec.Days;
        final long unit = isCalendar ? HOUR_NS : 1;
        final int keys = 1 + random.nextInt(6);
        final long jitter = 1 + random.nextLong(80);
        final List<Event> events = new ArrayList<>();
        long time = isCalendar ? CALENDAR_STARTS[random.nextInt(2)] : -random.nextLong(300);
        for (int i = random.nextInt(MAX_EVENTS); i > 0; i--) {
            // Now and then a long pause, often none at all.
            time += unit * (random.nextInt(20) == 0 ? random.nextLong(500) : random.nextLong(8));
            events.add(new Event(
                    "k" + random.nextInt(keys),
                    time - unit * (random.nextInt(3) == 0 ? random.nextLong(jitter) : 0),
                    random.nextLong(1_000) - 500));
        }
        return events;
    }

    Script withSpec(final WindowSpec newSpec) {
        final boolean isCalendar = spec instanceof WindowSpec.Days;
        return isCalendar ? new Script(spec, boundNs, graceNs, events) : new Script(newSpec, boundNs, graceNs, events);
    }

    Reference reference() {
        return new Reference(spec, boundNs, graceNs);
    }

    @Override
    public String toString() {
        return spec + " bound=" + boundNs + " grace=" + graceNs + " events=" + events;
    }
}
