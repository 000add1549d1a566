package io.millrace.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.streams.Codecs;
import io.millrace.streams.Job;
import io.millrace.streams.JobContext;
import io.millrace.streams.SourceStream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.transport.ClientContext;
import io.millrace.transport.Publisher;
import io.millrace.worker.JobWorkerContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** A job with an exchange over two partitions and a window behind it, run embedded or as a worker, and what comes out. */
final class CountingJob {
    static final String COUNTS = "counts";
    static final String SEVENS = "sevens";
    private static final int KEY_COUNT = 13;
    private static final long STEP_NS = 1_000_000;

    private CountingJob() {}

    static Topology topology(final Runnable perRecord) {
        final Topology topology = Topology.named("counting");
        final SourceStream<String> trades = topology.stream(NodeFixture.TOPIC, Codecs.string());
        trades.peek(text -> perRecord.run()).filter(text -> text.endsWith("7")).to(SEVENS);
        trades.keyBy("by-word", Codecs.string(), text -> text.substring(0, text.indexOf(' ')))
                .window("per-50ms", Windows.tumbling(Duration.ofMillis(50)))
                .count()
                .map(window -> window.key() + ' ' + window.startNs() + ' ' + window.value(), Codecs.string())
                .to(COUNTS);
        return topology;
    }

    static JobContext context(final String job) {
        return new JobContext()
                .jobName(job)
                .output(COUNTS, job + '.' + COUNTS)
                .output(SEVENS, job + '.' + SEVENS)
                .checkpointInterval(Duration.ofMillis(50));
    }

    static JobWorkerContext worker(
            final Consumer<ClientContext<?>> node, final Path directory, final String job, final Runnable perRecord) {
        return new JobWorkerContext()
                .node(node)
                .topology(topology(perRecord))
                .directory(directory)
                .job(context(job))
                .log(log -> log.segmentLength(NodeFixture.SEGMENT_LENGTH));
    }

    static void runEmbedded(final LogStore store, final String job) throws InterruptedException {
        try (Job embedded = Job.start(store, topology(() -> {}), context(job))) {
            if (!embedded.awaitCompletion(Duration.ofSeconds(30))) {
                throw new AssertionError("not complete: " + embedded.counters());
            }
        }
    }

    static String text(final int i) {
        return "w" + i % KEY_COUNT + ' ' + i;
    }

    static void publish(final Publisher publisher, final int from, final int to) {
        final int[] next = {from};
        NodeFixture.await("published", () -> {
            while (next[0] < to && offer(publisher, next[0]) >= 0) {
                next[0]++;
            }
            publisher.poll();
            return next[0] == to && publisher.isFullyAcknowledged();
        });
    }

    private static long offer(final Publisher publisher, final int i) {
        final UnsafeBuffer value = new UnsafeBuffer(text(i).getBytes(US_ASCII));
        return publisher.offerTo(i % 2, i * STEP_NS, null, 0, 0, value, 0, value.capacity());
    }

    static void end(final Publisher publisher) {
        final int[] next = {0};
        NodeFixture.await("ended", () -> {
            while (next[0] < publisher.partitionCount() && publisher.watermark(next[0], Long.MAX_VALUE) >= 0) {
                next[0]++;
            }
            publisher.poll();
            return next[0] == publisher.partitionCount() && publisher.isFullyAcknowledged();
        });
    }

    /** The values of each key, in their order; of a stage behind an exchange nothing else is the same in every run. */
    static Map<String, List<String>> counts(final LogStore store, final String job) {
        final Map<String, List<String>> byKey = new TreeMap<>();
        records(store.topic(job + '.' + COUNTS))
                .forEach(partition -> partition.forEach(
                        text -> byKey.computeIfAbsent(text.substring(0, text.indexOf(' ')), key -> new ArrayList<>())
                                .add(text)));
        return byKey;
    }

    /** What each partition holds, in its order: of a stage that reads a source all of it is the same in every run. */
    static List<List<String>> sevens(final LogStore store, final String job) {
        return records(store.topic(job + '.' + SEVENS));
    }

    static List<List<String>> records(final LogTopic topic) {
        final List<List<String>> partitions = new ArrayList<>();
        for (int i = 0; i < topic.partitionCount(); i++) {
            final List<String> texts = new ArrayList<>();
            try (LogReader reader = topic.partition(i).reader()) {
                while (reader.poll(record -> add(texts, record), 100) > 0) {
                    continue;
                }
            }
            partitions.add(texts);
        }
        return partitions;
    }

    private static void add(final List<String> texts, final RecordFlyweight record) {
        if (record.kind() == RecordKind.DATA) {
            texts.add(record.buffer().getStringWithoutLengthAscii(record.valueOffset(), record.valueLength())
                    + " key="
                    + record.buffer().getStringWithoutLengthAscii(record.keyOffset(), record.keyLength())
                    + " time=" + record.eventTimeNs());
        } else {
            texts.add("kind=" + record.kind() + " time=" + record.eventTimeNs());
        }
    }
}
