package io.millrace.examples.data;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * A time in which people have marked a series as unusual.
 *
 * @param start its first moment.
 * @param end   its last moment.
 */
public record LabelledWindow(Instant start, Instant end) {
    private static final String BUNDLED = "machine_temperature.windows.csv";
    private static final String LABELS = "labels/combined_windows.json";

    /**
     * Tells whether a time lies in it.
     *
     * @param timeNs in ns since the epoch.
     * @return true from its first to its last moment.
     */
    public boolean contains(final long timeNs) {
        final Instant time = Instant.ofEpochSecond(0, timeNs);
        return !time.isBefore(start) && !time.isAfter(end);
    }

    /**
     * Finds the labels of a series: those that are bundled, or those that lie beside it in a copy of the Numenta Anomaly
     * Benchmark, where {@code labels/combined_windows.json} is two directories above the series.
     *
     * @param series bundled or not.
     * @return its windows in their order; none if nobody has labelled it.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION} if the labels cannot be read.
     */
    public static List<LabelledWindow> of(final DataFile series) {
        final List<LabelledWindow> windows = new ArrayList<>();
        if (series.path() == null) {
            DataFile.bundled(BUNDLED).forEachLine(line -> {
                if (!line.startsWith("start,")) {
                    windows.add(of(line.substring(0, line.indexOf(',')), line.substring(line.indexOf(',') + 1)));
                }
            });
            return windows;
        }
        final Path directory = series.path().toAbsolutePath().normalize().getParent();
        final Path labels = directory.resolveSibling(LABELS);
        if (!Files.exists(labels)) {
            return windows;
        }
        final Object found = json(labels)
                .get(directory.getFileName() + "/" + series.fileName().replaceFirst("\\.gz$", ""));
        if (found instanceof List<?> pairs) {
            for (final Object pair : pairs) {
                final List<?> times = (List<?>) pair;
                windows.add(of(String.valueOf(times.get(0)), String.valueOf(times.get(1))));
            }
        }
        return windows;
    }

    private static LabelledWindow of(final String start, final String end) {
        return new LabelledWindow(
                Instant.ofEpochSecond(0, Reading.timeNs(start)), Instant.ofEpochSecond(0, Reading.timeNs(end)));
    }

    private static Map<String, Object> json(final Path path) {
        try {
            return JSON.std.mapFrom(Files.readString(path));
        } catch (final IOException | JacksonException e) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "cannot read " + path + ": " + e.getMessage(), e);
        }
    }
}
