package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobCounters;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.TopicReader;
import io.millrace.streams.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A store in a directory of a test, used as a program of a user uses one: through the doors alone. */
final class GuideStore implements AutoCloseable {
    static final long SECOND_NS = 1_000_000_000L;
    static final long MINUTE_NS = 60 * SECOND_NS;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final LogStore store;

    GuideStore(final Path directory) {
        store = LogStore.launch(new LogContext().directory(directory).segmentLength(1 << 18));
    }

    LogStore store() {
        return store;
    }

    GuideStore givenTopic(final String topic, final int partitions) {
        store.createTopic(TopicSpec.named(topic).partitions(partitions));
        return this;
    }

    <V> TopicAppender<V> appender(final String topic, final Codec<V> codec) {
        return TopicAppender.open(store, topic, codec);
    }

    JobCounters run(final Topology topology) throws InterruptedException {
        return run(topology, new JobContext());
    }

    JobCounters run(final Topology topology, final JobContext context) throws InterruptedException {
        try (Job job = Job.start(store, topology, context)) {
            assertThat(job.awaitCompletion(TIMEOUT)).as("job is complete").isTrue();
            return job.counters();
        }
    }

    void awaitValues(final String topic, final int count) {
        final long deadlineNs = System.nanoTime() + TIMEOUT.toNanos();
        while (values(topic).size() < count) {
            assertThat(System.nanoTime()).as("values of %s in time", topic).isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
    }

    List<String> values(final String topic) {
        return values(topic, Codecs.string());
    }

    <V> List<V> values(final String topic, final Codec<V> codec) {
        final List<V> values = new ArrayList<>();
        try (TopicReader<V> reader = TopicReader.open(store, topic, codec)) {
            reader.readAll(record -> values.add(record.value()));
        }
        return values;
    }

    @Override
    public void close() {
        store.close();
    }
}
