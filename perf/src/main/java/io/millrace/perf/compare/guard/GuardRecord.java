package io.millrace.perf.compare.guard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * What one run recorded: a line of the history.
 *
 * @param facts   of the run by name, such as {@value #DATE} and {@value #COMMIT}, in the order in which they are written.
 * @param figures by name, in the order in which they were measured.
 */
public record GuardRecord(Map<String, String> facts, Map<String, Ratio> figures) {
    /** Fact: the UTC time at which the run began. */
    public static final String DATE = "date";

    /** Fact: the commit that was measured, with {@code -dirty} behind it where files differed from it. */
    public static final String COMMIT = "commit";

    /** Fact: the processor with the number of cores in use. */
    public static final String PROCESSOR = "processor";

    /** Fact: version of the Java runtime. */
    public static final String JAVA = "java";

    private static final String FORMAT = "format";
    private static final int VERSION = 1;
    private static final String FIGURES = "figures";
    private static final int HASH_LENGTH = 10;

    /**
     * Looks a fact up.
     *
     * @param name of the fact.
     * @return its value; "unknown" where it was not recorded.
     */
    public String fact(final String name) {
        return facts.getOrDefault(name, "unknown");
    }

    /**
     * Which run that was, for people.
     *
     * @return the beginning of the commit, and the date.
     */
    public String name() {
        final String commit = fact(COMMIT);
        final boolean isDirty = commit.endsWith("-dirty");
        return commit.substring(0, Math.min(HASH_LENGTH, commit.length())) + (isDirty ? "-dirty" : "") + " of "
                + fact(DATE);
    }

    /**
     * Writes it as one line of JSON.
     *
     * @return the line without its end.
     * @throws IOException when it cannot be written as JSON.
     */
    public String toLine() throws IOException {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put(FORMAT, VERSION);
        map.putAll(facts);
        final Map<String, Object> ratios = new LinkedHashMap<>();
        figures.forEach((name, ratio) -> ratios.put(name, toMap(ratio)));
        map.put(FIGURES, ratios);
        return JSON.std.asString(map);
    }

    private static Map<String, Object> toMap(final Ratio ratio) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("ratio", rounded(ratio.median()));
        map.put("noise", rounded(ratio.noise()));
        map.put("pairs", ratio.pairs().stream().map(GuardRecord::rounded).toList());
        return map;
    }

    /** More digits than any machine can repeat. */
    private static double rounded(final double value) {
        return Math.round(value * 1e6) / 1e6;
    }

    /**
     * Reads a line.
     *
     * @param line as {@link #toLine} writes it.
     * @return the record.
     * @throws IllegalArgumentException when the line is something else; says what is wrong with it.
     */
    public static GuardRecord parse(final String line) {
        final Map<String, Object> map = toMap(line);
        if (!(map.get(FORMAT) instanceof Number format) || format.doubleValue() != VERSION) {
            throw new IllegalArgumentException("format is " + map.get(FORMAT) + " where " + VERSION + " is known");
        }
        if (!(map.get(FIGURES) instanceof Map<?, ?> figures)) {
            throw new IllegalArgumentException("there are no figures");
        }
        final Map<String, String> facts = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (!name.equals(FORMAT) && !name.equals(FIGURES)) {
                facts.put(name, String.valueOf(value));
            }
        });
        final Map<String, Ratio> ratios = new LinkedHashMap<>();
        figures.forEach((name, value) -> ratios.put(String.valueOf(name), ratio(String.valueOf(name), value)));
        return new GuardRecord(facts, ratios);
    }

    private static Map<String, Object> toMap(final String line) {
        try {
            final Map<String, Object> map = JSON.std.mapFrom(line);
            if (map == null) {
                throw new IllegalArgumentException("not an object in JSON");
            }
            return map;
        } catch (final JacksonException ex) {
            throw new IllegalArgumentException("not an object in JSON", ex);
        }
    }

    private static Ratio ratio(final String name, final Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("figure " + name + " is " + value);
        }
        final double median = number(name, "ratio", map.get("ratio"));
        if (median == 0) {
            throw new IllegalArgumentException("figure " + name + " has ratio 0");
        }
        final List<Double> pairs = new ArrayList<>();
        if (map.get("pairs") instanceof List<?> list) {
            list.forEach(pair -> pairs.add(number(name, "pairs", pair)));
        }
        return new Ratio(median, number(name, "noise", map.get("noise")), List.copyOf(pairs));
    }

    private static double number(final String name, final String part, final Object value) {
        if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue()) || number.doubleValue() < 0) {
            throw new IllegalArgumentException("figure " + name + " has " + part + " " + value);
        }
        return number.doubleValue();
    }
}
