package io.millrace.perf.compare.child;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;

/** The figures of one process, by name. */
public final class Result {
    private final TreeMap<String, Double> figures = new TreeMap<>();

    /** Creates a result without figures. */
    public Result() {}

    void put(final String name, final double value) {
        figures.put(name, value);
    }

    /** Puts the median. */
    void putMedian(final String name, final List<Double> values) {
        put(name, median(values));
    }

    /** Adds to how many messages were read back and compared. */
    void addVerified(final long count) {
        figures.merge("verified", (double) count, Double::sum);
    }

    /**
     * All figures.
     *
     * @return by name, sorted.
     */
    public TreeMap<String, Double> figures() {
        return figures;
    }

    /**
     * The middle value; the mean of the middle two where there is an even number.
     *
     * @param values at least one.
     * @return the median.
     */
    public static double median(final List<Double> values) {
        final double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
    }

    void write(final Path file) throws IOException {
        final Properties properties = new Properties();
        figures.forEach((name, value) -> properties.setProperty(name, Double.toString(value)));
        final Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (Writer writer = Files.newBufferedWriter(temporary)) {
            properties.store(writer, null);
        }
        Files.move(temporary, file);
    }

    /**
     * Reads what another process wrote.
     *
     * @param file with the figures.
     * @return the result.
     * @throws IOException when it cannot be read.
     */
    public static Result read(final Path file) throws IOException {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        final Result result = new Result();
        properties
                .stringPropertyNames()
                .forEach(name -> result.put(name, Double.parseDouble(properties.getProperty(name))));
        return result;
    }
}
