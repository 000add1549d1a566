package io.millrace.perf.compare.scale;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What a process found out.
 *
 * @param figures  by name; times in ns, memory in bytes.
 * @param results  number of records that were counted; all parts of a point have to find as many.
 * @param checksum over them, whatever their order; the same for all parts of a point.
 */
public record ScaleOutcome(Map<String, Double> figures, long results, long checksum) {
    private static final String RESULTS = "results";
    private static final String CHECKSUM = "checksum";

    /**
     * Writes it into a file that is there when it is complete.
     *
     * @param file to write.
     * @throws IOException when it cannot be written.
     */
    public void write(final Path file) throws IOException {
        final Properties properties = new Properties();
        figures.forEach((name, value) -> properties.setProperty(name, Double.toString(value)));
        properties.setProperty(RESULTS, Long.toString(results));
        properties.setProperty(CHECKSUM, Long.toString(checksum));
        final Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (Writer writer = Files.newBufferedWriter(temporary)) {
            properties.store(writer, null);
        }
        Files.move(temporary, file);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param file to read.
     * @return what is in it.
     * @throws IOException when it cannot be read.
     */
    public static ScaleOutcome read(final Path file) throws IOException {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        final long results = Long.parseLong((String) properties.remove(RESULTS));
        final long checksum = Long.parseLong((String) properties.remove(CHECKSUM));
        final Map<String, Double> figures = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> figures.put(name, Double.parseDouble(properties.getProperty(name))));
        return new ScaleOutcome(figures, results, checksum);
    }

    /**
     * Whether another process found the same records.
     *
     * @param other what it found.
     * @return true when count and checksum are the same.
     */
    public boolean agreesWith(final ScaleOutcome other) {
        return results == other.results && checksum == other.checksum;
    }
}
