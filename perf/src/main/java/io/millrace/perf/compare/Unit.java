package io.millrace.perf.compare;

import java.util.Locale;

/** What a figure is shown in. */
enum Unit {
    MILLION_PER_SECOND("M/s", 1e6, true),
    MICROSECONDS("µs", 1e3, false),
    MILLISECONDS("ms", 1e6, false),
    BYTES("bytes", 1, false);

    private final String symbol;
    private final double divisor;
    private final boolean isMoreBetter;

    Unit(final String symbol, final double divisor, final boolean isMoreBetter) {
        this.symbol = symbol;
        this.divisor = divisor;
        this.isMoreBetter = isMoreBetter;
    }

    String symbol() {
        return symbol;
    }

    /** Converts what is measured (messages a second, ns, bytes) to the unit. */
    double of(final double measured) {
        return measured / divisor;
    }

    boolean isBetter(final double value, final double than) {
        return isMoreBetter ? value > than : value < than;
    }

    /** Three significant digits or so. */
    String format(final double measured) {
        final double value = of(measured);
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }
}
