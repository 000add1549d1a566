package io.millrace.streams.conformance;

/** One input of a script: a value of a key at a time. */
record Event(String key, long timeNs, long value) {
    static Event parse(final String text) {
        final String[] parts = text.split(" ");
        return new Event(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    String format() {
        return key + " " + timeNs + " " + value;
    }
}
