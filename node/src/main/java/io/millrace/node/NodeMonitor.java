package io.millrace.node;

import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.node.counters.CounterType;
import io.millrace.node.counters.CountersView;
import io.millrace.node.counters.CountersWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.status.AtomicCounter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what the node counts into its counters file, on a thread of its own, ten times a second: a write into a mapped file can
 * wait for the disk, and the thread that serves clients must not.
 */
final class NodeMonitor implements Agent {
    /** Time between two samples. */
    static final int INTERVAL_MS = 100;

    private static final Logger LOGGER = LoggerFactory.getLogger(NodeMonitor.class);

    private final LogStore store;
    private final BooleanSupplier isFailed;
    private final CountersWriter writer;
    private final CountersView view;
    private final List<Sampled> sampled = new ArrayList<>();
    private final Map<Integer, TopicCounters> topicCounters = new HashMap<>();

    NodeMonitor(final LogStore store, final NodeCounters counters, final BooleanSupplier isFailed) {
        this.store = store;
        this.isFailed = isFailed;
        writer = createWriter(store.directory());
        view = writer.view();
        counters.forEach((type, label, value) -> {
            final AtomicCounter counter = writer.add(type, label);
            sampled.add(() -> counter.setRelease(value.getAsLong()));
        });
    }

    /** What was sampled last; any thread, until the monitor is closed. */
    CountersView view() {
        return view;
    }

    @Override
    public String roleName() {
        return "millrace-node-monitor";
    }

    @Override
    public int doWork() {
        for (final Sampled each : sampled) {
            each.sample();
        }
        sampleTopics();
        writer.sampled(System.currentTimeMillis(), isFailed.getAsBoolean());
        return 0;
    }

    @Override
    public void onClose() {
        writer.close();
    }

    private static CountersWriter createWriter(final Path directory) {
        final long pid = ProcessHandle.current().pid();
        final long startMs = System.currentTimeMillis();
        try {
            return CountersWriter.create(directory, pid, startMs);
        } catch (final IOException ex) {
            LOGGER.warn("no counters file, `millrace stat` will show nothing: directory={} cause={}", directory, ex);
            return CountersWriter.inMemory(pid, startMs);
        }
    }

    private void sampleTopics() {
        final Set<Integer> gone = new HashSet<>(topicCounters.keySet());
        for (final LogTopic topic : store.topics()) {
            gone.remove(topic.id());
            topicCounters
                    .computeIfAbsent(topic.id(), id -> new TopicCounters(writer, topic))
                    .sample(topic);
        }
        for (final Integer id : gone) {
            topicCounters.remove(id).close();
        }
    }

    /** Something that is read anew for each sample. */
    @FunctionalInterface
    private interface Sampled {
        void sample();
    }

    /** The counters of one topic; they may be missing where there are too many topics for the file. */
    private static final class TopicCounters {
        private final AtomicCounter partitions;
        private final AtomicCounter appended;
        private final AtomicCounter held;

        TopicCounters(final CountersWriter writer, final LogTopic topic) {
            partitions = writer.add(CounterType.TOPIC_PARTITIONS, topic.name());
            appended = writer.add(CounterType.TOPIC_APPENDED, topic.name());
            held = writer.add(CounterType.TOPIC_HELD, topic.name());
        }

        void sample(final LogTopic topic) {
            long appendedBytes = 0;
            long heldBytes = 0;
            for (int i = 0; i < topic.partitionCount(); i++) {
                final LogPartition partition = topic.partition(i);
                final long tail = partition.tailPosition();
                appendedBytes += tail;
                heldBytes += tail - partition.beginPosition();
            }
            set(partitions, topic.partitionCount());
            set(appended, appendedBytes);
            set(held, heldBytes);
        }

        void close() {
            for (final AtomicCounter counter : new AtomicCounter[] {partitions, appended, held}) {
                if (counter != null) {
                    counter.close();
                }
            }
        }

        private static void set(final AtomicCounter counter, final long value) {
            if (counter != null) {
                counter.setRelease(value);
            }
        }
    }
}
