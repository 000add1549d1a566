package io.millrace.examples.data;

import de.siegmar.fastcsv.reader.CsvReader;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a sensor said, from a line {@code 2013-12-02 21:15:00,73.96732207} of a series of the Numenta Anomaly Benchmark.
 *
 * @param timeNs when, in ns since the epoch.
 * @param value  such as a temperature.
 */
public record Reading(long timeNs, double value) {
    /** Writes readings into topics. */
    public static final Codec<Reading> CODEC = Codecs.records(Reading.class);

    /**
     * Tells whether a line names the columns.
     *
     * @param line of a series.
     * @return true for its first line.
     */
    public static boolean isHeader(final String line) {
        return line.startsWith("timestamp,");
    }

    /**
     * Reads a line.
     *
     * @param line of a series.
     * @return the reading.
     * @throws IllegalArgumentException if it is not a time and a number.
     */
    public static Reading parse(final String line) {
        final List<String> fields = CsvReader.builder().ofSingleCsvRecord(line).getFields();
        if (fields.size() != 2) {
            throw new IllegalArgumentException("expected a time and a value, found '" + line + "'");
        }
        return new Reading(timeNs(fields.get(0)), Double.parseDouble(fields.get(1)));
    }

    /**
     * Reads a time.
     *
     * @param text such as {@code 2013-12-02 21:15:00}, in UTC.
     * @return ns since the epoch.
     * @throws IllegalArgumentException if it is another text.
     */
    public static long timeNs(final String text) {
        try {
            final LocalDateTime time = LocalDateTime.parse(text.replace(' ', 'T'));
            return TimeUnit.SECONDS.toNanos(time.toEpochSecond(ZoneOffset.UTC));
        } catch (final DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is no time such as 2013-12-02 21:15:00", e);
        }
    }
}
