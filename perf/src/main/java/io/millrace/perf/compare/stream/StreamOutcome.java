package io.millrace.perf.compare.stream;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What a process found out.
 *
 * @param measured    trades that were timed.
 * @param elapsedNs   in which they were taken.
 * @param cpuNs       time that all threads of the process spent on processors meanwhile, those of the JVM among them.
 * @param results     number of results, of all trades.
 * @param checksum    over all results, whatever their order.
 * @param checkpoints that were complete by the end, those before anything was timed among them; 0 where none are taken.
 */
public record StreamOutcome(long measured, long elapsedNs, long cpuNs, long results, long checksum, long checkpoints) {
    private static final String VERSION = "version";

    /**
     * Creates one of a run without checkpoints.
     *
     * @param measured  trades that were timed.
     * @param elapsedNs in which they were taken.
     * @param cpuNs     time on processors meanwhile.
     * @param results   number of results.
     * @param checksum  over all results.
     */
    public StreamOutcome(
            final long measured, final long elapsedNs, final long cpuNs, final long results, final long checksum) {
        this(measured, elapsedNs, cpuNs, results, checksum, 0);
    }

    /**
     * What a process wrote.
     *
     * @param outcome of the run.
     * @param version of what was measured.
     */
    public record Report(StreamOutcome outcome, String version) {}

    /**
     * Makes one of what was measured and what came out.
     *
     * @param measured trades that were timed.
     * @param meter    that timed them.
     * @param sum      of all results.
     * @return the outcome.
     */
    public static StreamOutcome of(final long measured, final StreamMeter meter, final ResultSum sum) {
        return new StreamOutcome(measured, meter.elapsedNs(), meter.cpuNs(), sum.count(), sum.checksum());
    }

    /**
     * Makes one of what was measured and what came out.
     *
     * @param measured events that were timed.
     * @param meter    that timed them.
     * @param results  number of results.
     * @param checksum over all results.
     * @return the outcome.
     */
    public static StreamOutcome of(
            final long measured, final StreamMeter meter, final long results, final long checksum) {
        return new StreamOutcome(measured, meter.elapsedNs(), meter.cpuNs(), results, checksum);
    }

    /**
     * The same with what is known of checkpoints.
     *
     * @param completed how many were complete by the end.
     * @return the outcome.
     */
    public StreamOutcome withCheckpoints(final long completed) {
        return new StreamOutcome(measured, elapsedNs, cpuNs, results, checksum, completed);
    }

    /**
     * Writes it into a file that is there when it is complete.
     *
     * @param file    to write.
     * @param version of what was measured.
     * @throws IOException when it cannot be written.
     */
    public void write(final Path file, final String version) throws IOException {
        final Properties properties = new Properties();
        properties.setProperty("measured", Long.toString(measured));
        properties.setProperty("elapsedNs", Long.toString(elapsedNs));
        properties.setProperty("cpuNs", Long.toString(cpuNs));
        properties.setProperty("results", Long.toString(results));
        properties.setProperty("checksum", Long.toString(checksum));
        properties.setProperty("checkpoints", Long.toString(checkpoints));
        properties.setProperty(VERSION, version);
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
    public static Report read(final Path file) throws IOException {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new Report(
                new StreamOutcome(
                        value(properties, "measured"),
                        value(properties, "elapsedNs"),
                        value(properties, "cpuNs"),
                        value(properties, "results"),
                        value(properties, "checksum"),
                        value(properties, "checkpoints")),
                properties.getProperty(VERSION, ""));
    }

    private static long value(final Properties properties, final String name) {
        return Long.parseLong(properties.getProperty(name));
    }
}
