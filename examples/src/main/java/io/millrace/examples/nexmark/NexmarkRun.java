package io.millrace.examples.nexmark;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A store with the events of a file, and jobs over them. Used by one thread. */
final class NexmarkRun implements AutoCloseable {
    static final int SEGMENT_LENGTH = 4 * 1024 * 1024;

    /** What the format allows: a job that expects as much suits any file. */
    static final Duration USUAL_DISORDER = Duration.ofSeconds(8);

    private static final Duration LOOK = Duration.ofMillis(200);

    private final LogStore store;
    private final int partitions;
    private final Duration mostDisorder;
    private Duration disorder;
    private long events;

    /**
     * Opens the store.
     *
     * @param directory     of the store; made where there is none.
     * @param segmentLength of its topics, in bytes.
     * @param partitions    of the events.
     * @param mostDisorder  by how much an event may be earlier than one before it; null for as much as there is.
     */
    NexmarkRun(final Path directory, final int segmentLength, final int partitions, final Duration mostDisorder) {
        this.partitions = partitions;
        this.mostDisorder = mostDisorder;
        this.disorder = mostDisorder == null ? USUAL_DISORDER : mostDisorder;
        store = LogStore.launch(new LogContext().directory(directory).segmentLength(segmentLength));
    }

    /**
     * Reads a file into the log, or what is not there of it.
     *
     * @param file   to read.
     * @param onRead called after each event.
     * @return how many events it has.
     */
    long feed(final EventFile file, final Runnable onRead) {
        try (EventFeed feed = new EventFeed(store, partitions, mostDisorder)) {
            file.forEach(event -> {
                feed.take(event);
                onRead.run();
            });
            events = feed.end();
            final Duration seen = Duration.ofMillis(feed.disorderMs());
            disorder = seen.compareTo(disorder) > 0 ? seen : disorder;
        }
        return events;
    }

    /**
     * Runs queries as one job, to the end of the events. One that was cut short goes on where it was; one that was complete is so again.
     *
     * @param queries  one, or all.
     * @param progress told how many events the job has read.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    void run(final List<Query> queries, final Progress progress) throws InterruptedException {
        final JobContext context = new JobContext()
                .threads(Math.min(partitions, Runtime.getRuntime().availableProcessors()));
        progress.begin(jobOf(queries), events, " events", 1);
        try (Job job = Job.start(store, topology(queries, disorder), context)) {
            while (!job.awaitCompletion(LOOK)) {
                progress.at(job.counters().recordsIn());
            }
        }
    }

    /**
     * Runs a query as a job under another name, without checkpoints. Its rows go to a topic of that name.
     *
     * @param query   to run.
     * @param name    of the job.
     * @param threads of it.
     * @param onStart called right before it starts.
     * @param onEnd   called when all rows are in the log.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    void runAs(final Query query, final String name, final int threads, final Runnable onStart, final Runnable onEnd)
            throws InterruptedException {
        final Topology topology = topology(List.of(query), disorder);
        final JobContext context = new JobContext()
                .threads(threads)
                .checkpointInterval(Duration.ZERO)
                .jobName(name)
                .output(query.name(), name);
        onStart.run();
        try (Job job = Job.start(store, topology, context)) {
            while (!job.awaitCompletion(LOOK)) {
                // The events have an end, so the job has one.
            }
            onEnd.run();
        }
    }

    /** Writes the rows of a query that ran under another name. */
    long writeAs(final Query query, final String name, final Writer out) throws IOException {
        return Results.write(store, name, query, out);
    }

    /**
     * Builds the job of some queries.
     *
     * @param queries  one, or all.
     * @param disorder by how much an event may be earlier than one before it.
     * @return the topology.
     */
    static Topology topology(final List<Query> queries, final Duration disorder) {
        final Topology topology = Topology.named(jobOf(queries));
        final Events events = new Events(topology, disorder);
        for (final Query query : queries) {
            query.rows().apply(events).to(topicOf(queries, query));
        }
        return topology;
    }

    private static String jobOf(final List<Query> queries) {
        return "nexmark-" + (queries.size() == 1 ? queries.get(0).name() : "all");
    }

    private static String topicOf(final List<Query> queries, final Query query) {
        return queries.size() == 1 ? query.name() : "all-" + query.name();
    }

    /**
     * Writes the rows of a query.
     *
     * @param queries that ran together.
     * @param query   one of them.
     * @param out     takes the lines.
     * @return how many there are.
     * @throws IOException if they cannot be written.
     */
    long write(final List<Query> queries, final Query query, final Writer out) throws IOException {
        return Results.write(store, topicOf(queries, query), query, out);
    }

    @Override
    public void close() {
        store.close();
    }
}
