package io.millrace.examples;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The test's own reading of recorded messages: by pattern, in exact decimals. */
public final class Json {
    private Json() {}

    public static long receivedNs(final String line) {
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }

    public static BigDecimal decimal(final String line, final String field) {
        return new BigDecimal(text(line, field));
    }

    public static long number(final String line, final String field) {
        return Long.parseLong(text(line, field));
    }

    public static boolean has(final String line, final String field) {
        return line.contains("\"" + field + "\":");
    }

    private static String text(final String line, final String field) {
        final Matcher value = Pattern.compile("\"" + field + "\":\"?([0-9.]+)").matcher(line);
        if (!value.find()) {
            throw new IllegalArgumentException("no " + field + " in " + line);
        }
        return value.group(1);
    }

    /** Pairs of price and quantity. */
    public static List<BigDecimal[]> levels(final String line, final String field) {
        final int start = line.indexOf("\"" + field + "\":[");
        final int end = line.indexOf("]]", start);
        final List<BigDecimal[]> levels = new ArrayList<>();
        if (line.startsWith("[]", start + field.length() + 3)) {
            return levels;
        }
        final Matcher pairs = Pattern.compile("\\[\"([0-9.]+)\",\"([0-9.]+)\"").matcher(line.substring(start, end + 1));
        while (pairs.find()) {
            levels.add(new BigDecimal[] {new BigDecimal(pairs.group(1)), new BigDecimal(pairs.group(2))});
        }
        return levels;
    }
}
