package io.millrace.torture.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.streams.JobContext;
import io.millrace.streams.JobTasks;
import io.millrace.torture.check.CheckRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** A store in which a topology runs twice over the same input, by the thread of the test and by a clock of its own. */
final class TortureStore implements AutoCloseable {
    static final int SEGMENT_LENGTH = 1 << 16;

    private static final long START_NS = 1_800_000_000_000_000_000L;
    private static final long MAX_STEP_NS = 20_000_000;
    private static final long MAX_JUMP_NS = 400_000_000;
    private static final String PRODUCER = "feed";

    private final Path directory;
    private final TopologyName topology;
    private final int partitions;
    private final long seed;
    private final SplittableRandom random;
    private final Input input;
    private final LogStore store;
    private final List<ProducerAppender> feeds = new ArrayList<>();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Input.MAX_LENGTH]);
    private final UnsafeBuffer value = new UnsafeBuffer(new byte[Input.MAX_LENGTH]);
    private long nowNs = START_NS;
    private long fed;

    TortureStore(final Path directory, final TopologyName topology, final int partitions, final long seed) {
        this.directory = directory;
        this.topology = topology;
        this.partitions = partitions;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.input = Input.of(topology, seed, partitions);
        this.store = LogStore.launch(new LogContext()
                .directory(directory)
                .segmentLength(SEGMENT_LENGTH)
                .clock(() -> nowNs));
        for (final String topic : topology.inputs()) {
            store.createTopic(TopicSpec.named(topic).partitions(partitions));
            for (int i = 0; i < partitions; i++) {
                feeds.add(store.topic(topic).partition(i).producer(store.producerId(PRODUCER)));
            }
        }
    }

    LogStore store() {
        return store;
    }

    /** Feeds the input bit by bit while a job runs that is closed and opened again now and then, to the end. */
    void runWithRestarts(final long count) {
        JobTasks job = open("torture", "", Duration.ofMillis(50));
        while (fed < count) {
            for (long i = random.nextLong(60); i >= 0 && fed < count; i--) {
                feedNext();
            }
            nowNs +=
                    random.nextInt(30) == 0 ? random.nextLong(-MAX_JUMP_NS, MAX_JUMP_NS) : random.nextLong(MAX_STEP_NS);
            for (int i = random.nextInt(6); i > 0; i--) {
                job.tasks().get(random.nextInt(job.tasks().size())).doWork(1 + random.nextInt(100));
            }
            if (random.nextInt(3) == 0) {
                job.doWork();
            }
            if (random.nextInt(4) == 0) {
                beSilent(job);
            }
            if (random.nextInt(40) == 0) {
                job.close();
                job = open("torture", "", Duration.ofMillis(50));
            }
        }
        feeds.forEach(feed -> append(feed, RecordKind.WATERMARK, Long.MAX_VALUE, 0, 0));
        finish(job);
    }

    /** Lets a job come to the end of what there is, and the clock go on, so that ticks are due. */
    private void beSilent(final JobTasks job) {
        for (int i = random.nextInt(6); i >= 0; i--) {
            job.doWork();
            nowNs += random.nextLong(2 * MAX_STEP_NS);
        }
    }

    /** Runs the job once more under another name, without a break. */
    void runUndisturbed() {
        finish(open("calm", "calm-", Duration.ZERO));
    }

    private JobTasks open(final String job, final String prefix, final Duration checkpointInterval) {
        return JobTasks.open(
                store, Topologies.of(topology, job, prefix), new JobContext().checkpointInterval(checkpointInterval));
    }

    private static void finish(final JobTasks job) {
        while (!job.isComplete()) {
            job.doWork();
        }
        job.close();
    }

    private void feedNext() {
        input.moveTo(fed++);
        append(
                feeds.get(input.topic() * partitions + input.partition()),
                input.kind(),
                input.eventTimeNs(),
                input.writeKey(key),
                input.writeValue(value));
    }

    private void append(
            final ProducerAppender feed,
            final byte kind,
            final long eventTimeNs,
            final int keyLength,
            final int valueLength) {
        long outcome;
        do {
            outcome = feed.append(feed.lastSequence() + 1, kind, eventTimeNs, key, 0, keyLength, value, 0, valueLength);
        } while (outcome == Outcome.BACK_PRESSURED);
        assertThat(outcome).as("outcome of an append").isPositive();
    }

    /** A record that a test moves, changes or leaves out. */
    record Written(byte kind, long eventTimeNs, byte[] key, byte[] value) {}

    /** Copies an output, partition by partition, as a job would have written it that makes mistakes. */
    void copy(final String from, final String to, final UnaryOperator<List<Written>> mistake) {
        final int outputPartitions = store.topic(from).partitionCount();
        store.createTopic(TopicSpec.named(to).partitions(outputPartitions));
        for (int i = 0; i < outputPartitions; i++) {
            final List<Written> records = new ArrayList<>();
            try (LogReader reader = store.topic(from).partition(i).reader()) {
                while (reader.poll(record -> records.add(written(record)), Integer.MAX_VALUE) > 0) {
                    // Read on to the end.
                }
            }
            try (ProducerAppender copier = store.topic(to).partition(i).producer(store.producerId("copier"))) {
                for (final Written record : mistake.apply(records)) {
                    key.putBytes(0, record.key);
                    value.putBytes(0, record.value);
                    append(copier, record.kind, record.eventTimeNs, record.key.length, record.value.length);
                }
            }
        }
    }

    /** How many records of a topic are of a kind. */
    long count(final String topic, final Predicate<RecordFlyweight> isCounted) {
        final long[] count = new long[1];
        for (int i = 0; i < store.topic(topic).partitionCount(); i++) {
            try (LogReader reader = store.topic(topic).partition(i).reader()) {
                while (reader.poll(record -> count[0] += isCounted.test(record) ? 1 : 0, Integer.MAX_VALUE) > 0) {
                    // Read on to the end.
                }
            }
        }
        return count[0];
    }

    private static Written written(final RecordFlyweight record) {
        final byte[] keyBytes = new byte[record.keyLength()];
        record.buffer().getBytes(record.keyOffset(), keyBytes);
        final byte[] valueBytes = new byte[record.valueLength()];
        record.buffer().getBytes(record.valueOffset(), valueBytes);
        return new Written(record.kind(), record.eventTimeNs(), keyBytes, valueBytes);
    }

    /** What the checker is asked about this store, once it is closed. */
    CheckRequest request(final long count) {
        return request(count, "out", "calm-out");
    }

    /** The same, with other topics in the place of the first output. */
    CheckRequest request(final long count, final String tortured, final String calm) {
        return request(count, output -> output.equals("out") ? tortured : output, calm);
    }

    /** The same, with other topics in the place of all outputs. */
    CheckRequest request(final long count, final UnaryOperator<String> tortured) {
        return request(count, tortured, "calm-out");
    }

    private CheckRequest request(final long count, final UnaryOperator<String> tortured, final String calm) {
        return new CheckRequest(
                directory,
                topology.text(),
                seed,
                count,
                topology.inputs(),
                topics(tortured),
                topics(output -> output.equals("out") ? calm : "calm-" + output),
                Set.of());
    }

    private Map<String, String> topics(final UnaryOperator<String> names) {
        return topology.outputs().stream().collect(Collectors.toMap(output -> output, names));
    }

    /** The first segment of a partition. */
    Path segment(final String topic, final int partition) {
        return directory
                .resolve("topics")
                .resolve(topic)
                .resolve(Integer.toString(partition))
                .resolve("00000000000000000000.seg");
    }

    @Override
    public void close() {
        store.close();
    }
}
