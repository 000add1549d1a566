package io.millrace.streams;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import java.nio.file.Path;
import java.time.Duration;

/** The process that {@link JobKillSystemTest} kills: runs a job with frequent checkpoints to its end. */
final class KilledJob {
    static final int SEGMENT_LENGTH = 1 << 20;
    static final String STARTED = "started at ";
    static final String DONE = "done";

    private static final int SPINS = 200;

    private KilledJob() {}

    public static void main(final String[] arguments) throws InterruptedException {
        try (LogStore store = LogStore.launch(context(Path.of(arguments[0])));
                Job job = Job.start(
                        store,
                        topology(SPINS),
                        new JobContext().threads(2).checkpointInterval(Duration.ofMillis(100)))) {
            System.out.println(STARTED + job.counters().recordsIn());
            if (job.awaitCompletion(Duration.ofMinutes(2))) {
                System.out.println(DONE);
            }
        }
    }

    static LogContext context(final Path directory) {
        return new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH);
    }

    /** Counts words in windows, and the windows of a word over all; a little slower than it has to be. */
    static Topology topology(final int spins) {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .peek(word -> spin(spins))
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(window -> window.key() + " " + window.startNs() + " " + window.value(), Codecs.string())
                .keyBy("by-word-again", Codecs.string(), text -> text.substring(0, text.indexOf(' ')))
                .count("windows")
                .toChanges()
                .map(change -> change.key() + " " + change.value(), Codecs.string())
                .to("out");
        return topology;
    }

    private static void spin(final int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }
}
