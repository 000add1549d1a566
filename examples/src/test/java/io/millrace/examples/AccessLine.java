package io.millrace.examples;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A line of the access log, taken apart by its blanks: the test's own reading of it. */
public record AccessLine(long second, String path, int status, String bytes) {
    private static final Map<String, Integer> DAYS = Map.of("17", 0, "18", 1, "19", 2, "20", 3);
    private static final long MAY_17 = 16572 * 86_400L; // days from 1970-01-01 to 2015-05-17

    public static List<AccessLine> all() throws IOException {
        return Ran.lines("data/access.log.gz").stream().map(AccessLine::of).toList();
    }

    private static AccessLine of(final String line) {
        final String[] words = line.split(" "); // address - - [17/May/2015:10:05:03 +0000] "GET path HTTP/1.1" 200 1234
        final String[] time = words[3].substring(1).split("[/:]");
        final long second = MAY_17
                + DAYS.get(time[0]) * 86_400L
                + Integer.parseInt(time[3]) * 3600L
                + Integer.parseInt(time[4]) * 60L
                + Integer.parseInt(time[5]);
        return new AccessLine(second, words[6].split("\\?")[0], Integer.parseInt(words[8]), words[9]);
    }
}
