package io.millrace.streams;

import io.millrace.log.LogStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** The process that {@link AsyncKillSystemTest} kills: asks an outside that writes down whom it was asked for and what it gave. */
final class AsyncKilledJob {
    static final String STARTED = "started at ";
    static final String DONE = "done";
    static final String ORDERED = "ordered";
    static final String UNORDERED = "unordered";
    static final String CALLED = "called ";
    static final String GAVE = "gave ";

    private AsyncKilledJob() {}

    public static void main(final String[] arguments) throws Exception {
        final int replicas = Integer.parseInt(arguments[1]);
        final JobContext context =
                new JobContext().replicas(replicas).threads(2).checkpointInterval(Duration.ofMillis(50));
        try (Service service = new Service(Path.of(arguments[2]), arguments[3], Long.parseLong(arguments[4]));
                LogStore store = LogStore.launch(KilledJob.context(Path.of(arguments[0])));
                Job job = Job.start(store, topology(service::ask), context)) {
            System.out.println(STARTED + job.counters().recordsIn());
            if (job.awaitCompletion(Duration.ofMinutes(1))) {
                System.out.println(DONE);
            }
        }
    }

    /** Asks for each value twice: once with results in the order of the inputs, and once in that of the replies. */
    static Topology topology(final BiFunction<String, String, CompletionStage<String>> service) {
        final Async async = Async.atMost(8)
                .timeout(Duration.ofMillis(40))
                .attempts(1_000, Duration.ofMillis(1), Duration.ofMillis(5));
        final Topology topology = Topology.named("job");
        final Stream<String> in = topology.stream("in", Codecs.string());
        in.mapAsync(ORDERED, value -> service.apply(ORDERED, value), async, Codecs.string())
                .to("out." + ORDERED);
        in.mapAsync(UNORDERED, value -> service.apply(UNORDERED, value), async.unordered(), Codecs.string())
                .to("out." + UNORDERED);
        return topology;
    }

    /**
     * Answers after a while, each time something else; refuses now and then, and sometimes never answers. What it has written down
     * is there for whoever looks when the process is dead: an answer is noted before anybody hears of it.
     */
    static final class Service implements AutoCloseable {
        private static final int LONGEST_US = 15_000;

        private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
        private final FileChannel notes;
        private final String name;
        private final SplittableRandom random;
        private int count;

        Service(final Path notes, final String name, final long seed) throws IOException {
            this.notes = FileChannel.open(notes, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
            this.name = name;
            this.random = new SplittableRandom(seed);
        }

        synchronized CompletionStage<String> ask(final String step, final String value) {
            note(CALLED + step + " " + value);
            final String reply = value + ":" + name + "." + ++count;
            final int fate = random.nextInt(100);
            final CompletableFuture<String> answer = new CompletableFuture<>();
            if (fate > 0) {
                threads.schedule(
                        () -> answer(answer, step, fate < 10 ? null : reply),
                        random.nextInt(LONGEST_US),
                        TimeUnit.MICROSECONDS);
            }
            return answer;
        }

        private void answer(final CompletableFuture<String> answer, final String step, final String reply) {
            if (reply == null) {
                answer.completeExceptionally(new IOException("refused"));
            } else {
                note(GAVE + step + " " + reply);
                answer.complete(reply);
            }
        }

        private synchronized void note(final String line) {
            final ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            try {
                while (bytes.hasRemaining()) {
                    notes.write(bytes);
                }
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            threads.shutdownNow();
            notes.close();
        }
    }
}
