package io.millrace.perf.compare.latency;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * How long results of one rate took.
 *
 * @param latencyCase   that was run.
 * @param isComplete    whether all results have come.
 * @param results       number of those that came.
 * @param checksum      over them.
 * @param beginMs       when the first came that counts, by the clock on the wall.
 * @param endMs         when the last came.
 * @param cpuNsPerEvent time that all threads of the process spent on processors in between, for each result.
 * @param first         latencies of the first half, in ns.
 * @param second        those of the second half.
 */
public record LatencyOutcome(
        LatencyCase latencyCase,
        boolean isComplete,
        long results,
        long checksum,
        long beginMs,
        long endMs,
        double cpuNsPerEvent,
        Histogram first,
        Histogram second) {
    private static final long MIN_GROWTH_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final double GROWTH = 1.4;
    private static final int MEDIAN = 50;
    private static final int FAST = 10;

    /**
     * Tells whether the contender keeps up with the rate: all results come, and they do not come later and later. Who was held up for a
     * while and has caught up has told some soon afterwards; behind what grows even the fastest ones are slow.
     *
     * @return false when what is waiting grows.
     */
    public boolean isHeld() {
        final long secondNs = second.getValueAtPercentile(FAST);
        return isComplete && (secondNs < MIN_GROWTH_NS || secondNs < GROWTH * first.getValueAtPercentile(MEDIAN));
    }

    /**
     * All latencies.
     *
     * @return a new histogram, in ns.
     */
    public Histogram histogram() {
        final Histogram sum = first.copy();
        sum.add(second);
        return sum;
    }

    /**
     * Writes it.
     *
     * @param properties to write to, under the name of the case.
     */
    public void put(final Properties properties) {
        final String name = latencyCase.id();
        properties.setProperty(name + ".complete", Boolean.toString(isComplete));
        properties.setProperty(name + ".results", Long.toString(results));
        properties.setProperty(name + ".checksum", Long.toString(checksum));
        properties.setProperty(name + ".beginMs", Long.toString(beginMs));
        properties.setProperty(name + ".endMs", Long.toString(endMs));
        properties.setProperty(name + ".cpu", Double.toString(cpuNsPerEvent));
        properties.setProperty(name + ".first", encode(first));
        properties.setProperty(name + ".second", encode(second));
    }

    /**
     * Reads what {@link #put} wrote.
     *
     * @param properties  to read.
     * @param latencyCase to look for.
     * @return the outcome; null where there is none of the case.
     */
    public static LatencyOutcome of(final Properties properties, final LatencyCase latencyCase) {
        final String name = latencyCase.id();
        return properties.getProperty(name + ".complete") == null
                ? null
                : new LatencyOutcome(
                        latencyCase,
                        Boolean.parseBoolean(properties.getProperty(name + ".complete")),
                        Long.parseLong(properties.getProperty(name + ".results")),
                        Long.parseLong(properties.getProperty(name + ".checksum")),
                        Long.parseLong(properties.getProperty(name + ".beginMs")),
                        Long.parseLong(properties.getProperty(name + ".endMs")),
                        Double.parseDouble(properties.getProperty(name + ".cpu")),
                        decode(properties.getProperty(name + ".first")),
                        decode(properties.getProperty(name + ".second")));
    }

    private static String encode(final Histogram histogram) {
        final ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        final int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(length)
                        .put(buffer.array(), 0, length)
                        .array());
    }

    private static Histogram decode(final String text) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        } catch (final DataFormatException ex) {
            throw new IllegalArgumentException("no histogram", ex);
        }
    }
}
