package io.millrace.examples.run;

import io.millrace.examples.data.DataFile;
import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobCounters;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.TopicReader;
import io.millrace.streams.TopicRecord;
import io.millrace.streams.Topology;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** One run of an example: a store in a temporary directory that is deleted at the end, also when that comes early. Used by one thread. */
public final class ExampleRun implements AutoCloseable {
    private static final int SEGMENT_LENGTH = 4 * 1024 * 1024;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Path data;
    private final int partitions;
    private final PrintWriter out;
    private final TemporaryDirectory directory;
    private final LogStore store;
    private final List<TopicAppender<?>> open = new ArrayList<>();

    /**
     * Opens the store of a run.
     *
     * @param data       file or directory of the reader's own; null to use what is bundled.
     * @param partitions of each topic that the example feeds, from 1.
     * @param out        takes the lines that the example prints.
     * @throws IOException if there is no place for temporary files.
     */
    public ExampleRun(final Path data, final int partitions, final PrintWriter out) throws IOException {
        this.data = data;
        this.partitions = partitions;
        this.out = out;
        directory = TemporaryDirectory.create();
        store = launch(directory);
    }

    private static LogStore launch(final TemporaryDirectory directory) throws IOException {
        try {
            return LogStore.launch(new LogContext()
                    .directory(directory.path().resolve("store"))
                    .segmentLength(SEGMENT_LENGTH));
        } catch (final RuntimeException ex) {
            directory.close();
            throw ex;
        }
    }

    /**
     * The store of this run.
     *
     * @return the store, open until the run is closed.
     */
    public LogStore store() {
        return store;
    }

    /**
     * The files to read: the reader's own, or else those bundled.
     *
     * @param bundled names of the slices that the example comes with.
     * @return at least one file.
     */
    public List<DataFile> files(final String... bundled) {
        return data == null ? Arrays.stream(bundled).map(DataFile::bundled).toList() : DataFile.at(data);
    }

    /**
     * Tells whether the example reads what it comes with.
     *
     * @return false where the reader gave data.
     */
    public boolean isBundled() {
        return data == null;
    }

    /**
     * Makes a topic to feed.
     *
     * @param topic its name.
     * @param codec of its values.
     * @param <V>   type of its values.
     * @return appends to it; {@link #finish} ends it.
     */
    public <V> TopicAppender<V> source(final String topic, final Codec<V> codec) {
        store.createTopic(TopicSpec.named(topic).partitions(partitions));
        final TopicAppender<V> appender = TopicAppender.open(store, topic, codec);
        open.add(appender);
        return appender;
    }

    /**
     * Ends the topics that were fed and runs a job over them to its end.
     *
     * @param topology to run.
     * @return what the job counted.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public JobCounters finish(final Topology topology) throws InterruptedException {
        open.forEach(TopicAppender::end);
        open.clear();
        return complete(topology, new JobContext());
    }

    /**
     * Runs a job to its end: that of its topics, or one that the context sets.
     *
     * @param topology to run.
     * @param context  how to run it.
     * @return what the job counted.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public JobCounters complete(final Topology topology, final JobContext context) throws InterruptedException {
        try (Job job = Job.start(store, topology, context)) {
            if (!job.awaitCompletion(LONGEST)) {
                throw new IllegalStateException(job + " was not complete after " + LONGEST.toMinutes() + " minutes");
            }
            return job.counters();
        }
    }

    /**
     * Reads what a job has written to a topic.
     *
     * @param topic its name.
     * @param codec of its values.
     * @param <V>   type of its values.
     * @return the values by event time; those of one time and partition in their order.
     */
    public <V> List<V> results(final String topic, final Codec<V> codec) {
        record Timed<T>(long timeNs, T value) {}

        final List<Timed<V>> results = new ArrayList<>();
        try (TopicReader<V> reader = TopicReader.open(store, topic, codec)) {
            reader.readAll(
                    (final TopicRecord<V> result) -> results.add(new Timed<>(result.eventTimeNs(), result.value())));
        }
        results.sort(Comparator.comparingLong(Timed::timeNs));
        return results.stream().map(Timed::value).toList();
    }

    /**
     * Prints a line.
     *
     * @param format    of {@link String#format}.
     * @param arguments for it.
     */
    public void print(final String format, final Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (directory) {
            store.close();
        }
    }
}
