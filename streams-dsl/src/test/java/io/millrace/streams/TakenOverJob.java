package io.millrace.streams;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;

/** The process that {@link TakeOverKillSystemTest} kills: takes over from a job, and runs the next version to its end. */
final class TakenOverJob {
    static final int SEGMENT_LENGTH = 1 << 20;
    static final String STARTED = "started";
    static final String TAKEN_OVER = "taken over";
    static final String DONE = "done";

    /** So many words are there before the next version takes over, and so many there are in the end. */
    static final int BEFORE = 120_000;

    static final int BEHIND = 160_000;

    private static final int WORDS = 500;
    private static final int SPINS = 200;
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private TakenOverJob() {}

    public static void main(final String[] arguments) throws Exception {
        try (LogStore store = LogStore.launch(context(Path.of(arguments[0])))) {
            System.out.println(STARTED);
            final TakeOver takeOver = new TakeOver(
                    store,
                    new TakeOver.Version(topology("v1", SPINS), frequent()),
                    new TakeOver.Version(topology("v2", SPINS), frequent().threads(2)));
            takeOver.prepare(DEADLINE);
            try (Job job = takeOver.start(DEADLINE)) {
                System.out.println(TAKEN_OVER);
                append(store, BEFORE, BEHIND);
                append(store, BEHIND, RecordKind.WATERMARK, Long.MAX_VALUE, "");
                if (job.awaitCompletion(DEADLINE)) {
                    System.out.println(DONE);
                }
            }
        }
    }

    /** Appends words, each once however often it is asked to. */
    static void append(final LogStore store, final int from, final int to) {
        for (int i = from; i < to; i++) {
            append(store, i, RecordKind.DATA, i, word(i));
        }
    }

    static String word(final int number) {
        return "w" + number * 31L % WORDS;
    }

    private static void append(
            final LogStore store, final long sequence, final byte kind, final long timeNs, final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        try (ProducerAppender appender = store.topic("in").partition(0).producer(store.producerId("test"))) {
            long outcome;
            do {
                outcome = appender.append(sequence, kind, timeNs, null, 0, 0, value, 0, value.capacity());
            } while (outcome == Outcome.BACK_PRESSURED);
            if (outcome < 0 && outcome != Outcome.DUPLICATE) {
                throw new IllegalStateException(Outcome.name(outcome));
            }
        }
    }

    private static JobContext frequent() {
        return new JobContext().checkpointInterval(Duration.ofMillis(50));
    }

    static LogContext context(final Path directory) {
        return new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH);
    }

    /** Counts words over all, and says which version has counted. */
    static Topology topology(final String version, final int spins) {
        final Topology topology = Topology.named(version);
        topology.stream("in", Codecs.string())
                .peek(word -> spin(spins))
                .keyBy("by-word", Codecs.string(), word -> word)
                .count("counted")
                .toChanges()
                .map(change -> version + " " + change.key() + " " + change.value(), Codecs.string())
                .to("out");
        return topology;
    }

    private static void spin(final int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }
}
