package io.millrace.perf.streams;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.streams.Codecs;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The longest pause in the output of a job while one of two replicas is killed under load: the one that leads, in the middle of
 * a record, at a random instant, by an Error that it throws or by its thread that hangs for good. Beside it the longest pause of
 * the same job over as much time in which nobody is killed, and for how long
 * the reader that measures, and the input, were off their core.
 *
 * <p>Expected: a kill adds no pause, since the other replica is at work already; asked are at most 10 ms. What is seen beyond the
 * pause of a job at rest is the scheduler, which has two cores for four threads.
 *
 * <p>Arguments: number of kills (80), records per second (150,000), seed (0).
 */
public final class ReplicaPause {
    private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long WARM_UP_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(100);
    private static final int KEYS = 10_000;
    private static final int WARM_UP_KILLS = 6;
    private static final long ASKED_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long NS_PER_US = 1_000;

    private final int kills;
    private final long rate;
    private final SplittableRandom random;
    private final List<Pause> resting = new ArrayList<>();
    private final List<Pause> failed = new ArrayList<>();
    private final List<Pause> hanging = new ArrayList<>();

    private ReplicaPause(final int kills, final long rate, final long seed) {
        this.kills = kills;
        this.rate = rate;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Measures and prints.
     *
     * @param arguments see above.
     * @throws Exception when a job fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 80;
        final long rate = arguments.length > 1 ? Long.parseLong(arguments[1]) : 150_000;
        final long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 0;
        final Path shared = Path.of("/dev/shm");
        final Path home = Files.isDirectory(shared)
                ? Files.createTempDirectory(shared, "millrace-replicas")
                : Files.createTempDirectory("millrace-replicas");
        try {
            new ReplicaPause(kills, rate, seed).run(home);
        } finally {
            delete(home);
        }
    }

    private void run(final Path home) throws Exception {
        for (int kill = -WARM_UP_KILLS; kill < kills; kill++) {
            final Path directory = home.resolve("store" + kill);
            try (LogStore store = LogStore.launch(new LogContext().directory(directory))) {
                store.createTopic(TopicSpec.named("in"));
                store.createTopic(TopicSpec.named("out"));
                kill(store, kill);
            }
            delete(directory);
        }
        System.out.printf("%d kills at %,d records/s; longest pause of the output in us%n", kills, rate);
        print("nobody killed", resting);
        print("the leader throws", failed);
        print("the leader hangs", hanging);
    }

    // By turns at the first and at the last step of the chain, by an Error and by hanging.
    private void kill(final LogStore store, final int number) throws Exception {
        final boolean hangs = (number & 1) == 0;
        final LeaderKill first = new LeaderKill(hangs);
        final LeaderKill second = new LeaderKill(hangs);
        final PacedInput input = new PacedInput(store, rate, KEYS);
        final JobContext context = new JobContext().replicas(2).threads(2).checkpointInterval(CHECKPOINT_INTERVAL);
        try (Job job = Job.start(store, topology(first, second), context)) {
            input.start();
            try {
                measure(store, input, number, hangs, (number & 2) == 0 ? first : second);
            } finally {
                // Before the job is closed, which waits for its threads.
                first.release();
                second.release();
                input.stop();
            }
            if (job.failure() != null) {
                throw new IllegalStateException("kill " + number + " has ended the job", job.failure());
            }
        }
    }

    private void measure(
            final LogStore store,
            final PacedInput input,
            final int number,
            final boolean hangs,
            final LeaderKill kill) {
        try (PauseMeter meter = new PauseMeter(store.topic("out").partition(0), input)) {
            LockSupport.parkNanos(WARM_UP_NS + random.nextLong(WINDOW_NS));
            final Pause rest = meter.over(WINDOW_NS, () -> {});
            final Pause pause = meter.over(WINDOW_NS, kill::order);
            if (!kill.isDone()) {
                throw new IllegalStateException("nobody was killed: " + number);
            }
            if (number >= 0) {
                resting.add(rest);
                (hangs ? hanging : failed).add(pause);
            }
        }
    }

    private static Topology topology(final LeaderKill first, final LeaderKill second) {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.int64())
                .map(first::pass, Codecs.int64())
                .keyBy("by-key", Codecs.int64(), number -> number % KEYS)
                .count("counts")
                .toChanges()
                .map(change -> change.value(), Codecs.int64())
                .map(second::passNext, Codecs.int64())
                .to("out");
        return topology;
    }

    private static void print(final String what, final List<Pause> pauses) {
        final long[] longest = sorted(pauses, Pause::outputNs);
        System.out.printf(
                "%-18s n=%3d p50 %,8d p90 %,8d p99 %,8d max %,8d   reader, input off their core: p99 %,7d %,7d%n",
                what,
                longest.length,
                percentile(longest, 0.5) / NS_PER_US,
                percentile(longest, 0.9) / NS_PER_US,
                percentile(longest, 0.99) / NS_PER_US,
                percentile(longest, 1) / NS_PER_US,
                percentile(sorted(pauses, Pause::readerNs), 0.99) / NS_PER_US,
                percentile(sorted(pauses, Pause::inputNs), 0.99) / NS_PER_US);
        System.out.println("  longer than asked: "
                + pauses.stream().filter(Pause::isLong).map(Pause::toString).toList());
    }

    private static long[] sorted(final List<Pause> pauses, final ToLongFunction<Pause> part) {
        return pauses.stream().mapToLong(part).sorted().toArray();
    }

    private static long percentile(final long[] sorted, final double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    private static void delete(final Path home) throws IOException {
        try (Stream<Path> paths = Files.walk(home)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /**
     * What was longest in a window.
     *
     * @param outputNs between two polls that found something, and to the end of the window.
     * @param readerNs between two polls.
     * @param inputNs  between two rounds of the input.
     */
    record Pause(long outputNs, long readerNs, long inputNs) {
        boolean isLong() {
            return outputNs > ASKED_NS;
        }

        @Override
        public String toString() {
            return outputNs / NS_PER_US + " (reader " + readerNs / NS_PER_US + ", input " + inputNs / NS_PER_US + ")";
        }
    }
}
