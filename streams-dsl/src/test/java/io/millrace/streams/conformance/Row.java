package io.millrace.streams.conformance;

/** One result: count, sum, smallest and largest value of a key in a window. */
record Row(String key, long startNs, long endNs, long count, long sum, long min, long max) implements Comparable<Row> {
    @Override
    public String toString() {
        return key + " [" + startNs + "," + endNs + ") n=" + count + " sum=" + sum + " min=" + min + " max=" + max;
    }

    @Override
    public int compareTo(final Row other) {
        return toString().compareTo(other.toString());
    }
}
