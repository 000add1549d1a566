package io.millrace.perf.compare.scale.child;

import io.millrace.log.LogAppender;
import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.perf.compare.child.VerificationException;
import io.millrace.perf.compare.scale.ScaleMeasure;
import io.millrace.perf.compare.scale.ScaleOutcome;
import io.millrace.perf.compare.scale.ScaleTask;
import io.millrace.perf.compare.scale.ThreadTime;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Topics with one partition and one record each, to which nothing comes any more, beside one that is appended to. One process makes them;
 * another one opens them all, and tells what they hold and what they cost.
 */
public final class IdleTopics implements ScaleMeasure {
    private static final int SEGMENT_LENGTH = 64 * 1024;
    private static final int ROUNDS = 10;
    private static final String BUSY = "busy";

    private final Numbered numbered = new Numbered();

    /** Creates one; nothing is open until it runs. */
    public IdleTopics() {}

    @Override
    public ScaleOutcome run(final ScaleTask task) {
        final Map<String, Double> figures = new TreeMap<>();
        if (task.part().equals("create")) {
            create(task, figures);
            return new ScaleOutcome(figures, task.size(), Numbered.checksum(task.size()));
        }
        return measure(task, figures);
    }

    private static LogContext context(final ScaleTask task) {
        return new LogContext().directory(task.directory().resolve("store"));
    }

    private void create(final ScaleTask task, final Map<String, Double> figures) {
        try (LogStore store = LogStore.launch(context(task))) {
            store.createTopic(TopicSpec.named(BUSY));
            final long startNs = System.nanoTime();
            for (long topic = task.before(); topic < task.size(); topic++) {
                final LogAppender appender = store.createTopic(
                                TopicSpec.named("idle" + topic).segmentLength(SEGMENT_LENGTH))
                        .partition(0)
                        .appender();
                numbered.append(appender, topic, topic + 1);
            }
            figures.put("create", (double) (System.nanoTime() - startNs) / (task.size() - task.before()));
        }
    }

    private ScaleOutcome measure(final ScaleTask task, final Map<String, Double> figures) {
        final long before = usedHeap();
        final long startNs = System.nanoTime();
        try (LogStore store = LogStore.launch(context(task))) {
            figures.put("open", (double) (System.nanoTime() - startNs));
            figures.put("heap", (double) Math.max(0, usedHeap() - before) / task.size());
            figures.put("idle", idleNsPerSecond(task.scale().idleMs()));
            figures.put(
                    "append",
                    append(store.topic(BUSY).partition(0), task.scale().appends()));
            return readAll(store, figures);
        }
    }

    /** Time that all threads spend on processors in a second in which there is nothing to do. */
    private static double idleNsPerSecond(final int idleMs) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(idleMs)); // what opening left to do
        final long startNs = System.nanoTime();
        final long startCpuNs = cpuNs();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(idleMs));
        return (cpuNs() - startCpuNs) * 1e9 / (System.nanoTime() - startNs);
    }

    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private double append(final LogPartition partition, final int records) {
        final Samples samples = new Samples();
        final long position = partition.tailPosition();
        final LogAppender appender = partition.appender();
        for (int round = 0; round < ROUNDS; round++) {
            final long startNs = ThreadTime.ns();
            numbered.append(appender, (long) round * records, (round + 1L) * records);
            samples.add(ThreadTime.ns() - startNs, records);
        }
        try (LogReader reader = partition.reader()) {
            reader.seek(position);
            final ReadAll all = new ReadAll(1);
            all.run(reader, (long) ROUNDS * records);
            if (all.count() != (long) ROUNDS * records || all.checksum() != Numbered.checksum(all.count())) {
                throw new VerificationException("appended " + ROUNDS * records + ", read " + all.count());
            }
        }
        return samples.median();
    }

    private static ScaleOutcome readAll(final LogStore store, final Map<String, Double> figures) {
        long count = 0;
        long checksum = 0;
        for (final LogTopic topic : store.topics()) {
            if (!topic.name().equals(BUSY)) {
                try (LogReader reader = topic.partition(0).reader()) {
                    final ReadAll all = new ReadAll(1);
                    all.run(reader, 1);
                    count += all.count();
                    checksum += all.checksum();
                }
            }
        }
        return new ScaleOutcome(figures, count, checksum);
    }

    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
