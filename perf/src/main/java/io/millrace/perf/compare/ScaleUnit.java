package io.millrace.perf.compare;

import java.util.Locale;

/** What a line of a curve counts. */
enum ScaleUnit {
    /** ns in figures. */
    TIME("time", new String[] {"ns", "µs", "ms", "s"}, 1_000),

    /** Bytes. */
    MEMORY("memory", new String[] {"B", "KiB", "MiB", "GiB"}, 1_024),

    /** Events a second. */
    RATE("events a second", new String[] {"/s", "k/s", "M/s"}, 1_000);

    private final String title;
    private final String[] names;
    private final int step;

    ScaleUnit(final String title, final String[] names, final int step) {
        this.title = title;
        this.names = names;
        this.step = step;
    }

    String title() {
        return title;
    }

    /** A figure with its unit: three digits or so, in the largest unit of which there is one. */
    String text(final double value) {
        double scaled = value;
        int name = 0;
        while (scaled >= step && name < names.length - 1) {
            scaled /= step;
            name++;
        }
        return String.format(
                Locale.ROOT, scaled < 10 ? "%.2f %s" : scaled < 100 ? "%.1f %s" : "%,.0f %s", scaled, names[name]);
    }
}
