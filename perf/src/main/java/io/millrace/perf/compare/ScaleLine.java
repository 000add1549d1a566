package io.millrace.perf.compare;

/**
 * A line of a curve.
 *
 * @param part   that measures it.
 * @param figure its name there.
 * @param title  for people.
 * @param unit   of its figures.
 */
record ScaleLine(String part, String figure, String title, ScaleUnit unit) {
    String id() {
        return part + "." + figure;
    }

    /** Whether it is ours, and not the limit. */
    boolean isOurs() {
        return !part.equals("loop") && !figure.equals("copy");
    }

    static ScaleLine time(final String part, final String figure, final String title) {
        return new ScaleLine(part, figure, title, ScaleUnit.TIME);
    }
}
