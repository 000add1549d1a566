package io.millrace.torture.job;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that is tortured: opens the store, runs a job over it and appends input, until it is killed or the job has come to
 * its end. It says on standard output how far it is, a line each, and goes away when its standard input ends.
 */
public final class Life {
    /** Said once the store is open. */
    public static final String OPEN = "OPEN";

    /** Said once the job runs; behind it, how many records its tasks had read when they began. */
    public static final String RUNNING = "RUNNING";

    /** Said when the feed finds the disk full. */
    public static final String FULL = "FULL";

    /** Said when all input that this life may append is in the log. */
    public static final String FED = "FED";

    /** Said when the job is complete and all is closed. */
    public static final String DONE = "DONE";

    /** Said when all is closed, although the input has not ended. */
    public static final String CLOSED = "CLOSED";

    private static final Duration AT_MOST = Duration.ofMinutes(2);
    private static final int ORPHANED = 3;

    // So short that rolls and truncations happen all the time.
    private static final int SEGMENT_LENGTH = 64 * 1024;

    private static final int THREADS = 2;
    private static final String JOB = "torture";
    private static final String CALM = "calm";

    private Life() {}

    /**
     * Lives.
     *
     * @param arguments made by {@link LifeOptions#arguments()}.
     * @throws InterruptedException never, as nobody interrupts.
     */
    public static void main(final String[] arguments) throws InterruptedException {
        final LifeOptions options = LifeOptions.parse(arguments);
        endWithParent();
        final FillingStorage storage = new FillingStorage();
        String last;
        try (LogStore store = LogStore.launch(context(options, storage))) {
            say(OPEN);
            for (final String input : options.topology().inputs()) {
                store.createTopic(TopicSpec.named(input).partitions(options.partitions()));
            }
            try (Feed feed = new Feed(store, options);
                    Job job = start(store, options)) {
                say(RUNNING + " " + job.counters().recordsIn());
                fillDisk(storage, options);
                last = live(feed, job, options);
            }
        }
        say(last);
    }

    private static LogContext context(final LifeOptions options, final FillingStorage storage) {
        final LogContext context = new LogContext()
                .directory(options.store())
                .segmentLength(SEGMENT_LENGTH)
                .cutIntervalNs(TimeUnit.MILLISECONDS.toNanos(options.checkpointMs()))
                .storage(storage);
        return options.clockSeed() == 0 ? context : context.clock(new JumpingClock(options.clockSeed()));
    }

    private static Job start(final LogStore store, final LifeOptions options) {
        final boolean isCalm = options.isCalm();
        return Job.start(
                store,
                Topologies.of(options.topology(), isCalm ? CALM : JOB, isCalm ? CALM + "-" : ""),
                new JobContext()
                        .threads(THREADS)
                        .checkpointInterval(isCalm ? Duration.ZERO : Duration.ofMillis(options.checkpointMs())));
    }

    private static String live(final Feed feed, final Job job, final LifeOptions options) throws InterruptedException {
        if (options.closeAfterMs() > 0) {
            feed.run();
            say(FED);
            final boolean isDone = job.awaitCompletion(Duration.ofMillis(options.closeAfterMs()));
            return isDone ? DONE : CLOSED;
        }
        feed.run();
        say(FED);
        if (!job.awaitCompletion(AT_MOST)) {
            throw new IllegalStateException("the job is not complete after " + AT_MOST + ": " + job.counters());
        }
        return DONE;
    }

    private static void fillDisk(final FillingStorage storage, final LifeOptions options) {
        if (options.fullAfterMs() > 0) {
            daemon("full-disk", () -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(options.fullAfterMs()));
                storage.full(true);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(options.fullForMs()));
                storage.full(false);
            });
        }
    }

    // Whoever started this process holds the other end of its standard input, and lets go of it however it ends.
    private static void endWithParent() {
        daemon("parent", () -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is ever said there.
                }
            } catch (final IOException e) {
                // As good as the end.
            }
            Runtime.getRuntime().halt(ORPHANED);
        });
    }

    private static void daemon(final String name, final Runnable work) {
        final Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    static void say(final String line) {
        System.out.println(line);
        System.out.flush();
    }
}
