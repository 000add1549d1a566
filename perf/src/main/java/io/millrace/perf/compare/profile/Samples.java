package io.millrace.perf.compare.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the samples of a recording lie that were taken below a job's duty cycle: what feeds it and what reads its results is not
 * counted. A sample counts for the method that ran, what was compiled into it under its own name.
 *
 * @param total number of samples below the duty cycle.
 * @param other number of all others.
 * @param top   methods by their number of samples, most first.
 */
public record Samples(long total, long other, Map<String, Long> top) {
    private static final String SAMPLE = "jdk.ExecutionSample";
    private static final String ROOT = "io.millrace.streams.";
    private static final String ROOT_METHOD = "doWork";

    /**
     * Reads a recording.
     *
     * @param recording file of a recording.
     * @param most      methods to tell.
     * @return the samples.
     * @throws IOException when it cannot be read.
     */
    public static Samples of(final Path recording, final int most) throws IOException {
        final Map<String, Long> counts = new TreeMap<>();
        long total = 0;
        long other = 0;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                final RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals(SAMPLE) && event.getStackTrace() != null) {
                    final List<RecordedFrame> frames = event.getStackTrace().getFrames();
                    if (frames.stream().anyMatch(Samples::isDutyCycle)) {
                        total++;
                        counts.merge(name(frames.get(0).getMethod()), 1L, Long::sum);
                    } else {
                        other++;
                    }
                }
            }
        }
        final Map<String, Long> top = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(most)
                .forEach(entry -> top.put(entry.getKey(), entry.getValue()));
        return new Samples(total, other, top);
    }

    private static boolean isDutyCycle(final RecordedFrame frame) {
        final RecordedMethod method = frame.getMethod();
        return method.getName().equals(ROOT_METHOD)
                && method.getType().getName().startsWith(ROOT);
    }

    private static String name(final RecordedMethod method) {
        return simpleName(method.getType().getName()) + "." + method.getName();
    }

    /** Without its package, and without the number that a copy of a class has behind its name. */
    static String simpleName(final String type) {
        final String named = type.replaceAll("[./+](0x)?[0-9a-f]+(/.*)?$", "");
        return named.substring(named.lastIndexOf('.') + 1);
    }
}
