package io.millrace.operators.window;

/**
 * When the results of windows are handed on.
 *
 * @param kind    of emission.
 * @param everyNs distance of emissions in log time, in ns, above 0; 0 for the other kinds.
 */
public record Emission(Kind kind, long everyNs) {
    /** Kinds of emission. */
    public enum Kind {
        /** Once, when a window closes. */
        ON_CLOSE,

        /** After each record, and when a window closes. */
        ON_UPDATE,

        /** What has changed at multiples of a distance in log time, and when a window closes. */
        EVERY
    }

    /** Once, when a window closes. */
    public static final Emission ON_CLOSE = new Emission(Kind.ON_CLOSE, 0);

    /** After each record, and when a window closes. */
    public static final Emission ON_UPDATE = new Emission(Kind.ON_UPDATE, 0);

    /**
     * Checks the range.
     *
     * @param kind    of emission.
     * @param everyNs distance of emissions in ns.
     * @throws IllegalArgumentException if it is outside.
     */
    public Emission {
        if (kind == Kind.EVERY ? everyNs < 1 : everyNs != 0) {
            throw new IllegalArgumentException("results must be emitted every 1 ns or more, was " + everyNs + " ns");
        }
    }

    /** The first multiple behind a log time. */
    long nextNs(final long logTimeNs) {
        return logTimeNs - Math.floorMod(logTimeNs, everyNs) + everyNs;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case ON_CLOSE -> "on close";
            case ON_UPDATE -> "on update";
            case EVERY -> "every " + everyNs + " ns";
        };
    }
}
