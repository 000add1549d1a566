package io.millrace.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's third background thread, there once a topic is compacted: goes from partition to partition and compacts
 * those that are worth it. What it reads and writes may take long, so no other work waits for it.
 */
final class LogCompactor implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogCompactor.class);
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(10);

    private final LogClock clock;
    private final boolean isInvoked;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final ReentrantLock pass = new ReentrantLock(true);
    private final Thread thread;
    private volatile boolean isStopped;

    LogCompactor(final LogClock clock, final boolean isInvoked, final String threadName) {
        this.clock = clock;
        this.isInvoked = isInvoked;
        this.thread = new Thread(this, threadName);
        thread.setDaemon(true);
    }

    /** Takes the partitions of a topic if it is compacted and they are not here yet. By one thread at a time. */
    void add(final LogTopic topic) {
        if (topic.spec().isCompacted() && entries.stream().noneMatch(entry -> entry.partition.owner() == topic)) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                entries.add(new Entry(topic.partition(i)));
            }
            if (!isInvoked && thread.getState() == Thread.State.NEW) {
                thread.start();
            }
        }
    }

    @Override
    public void run() {
        while (!isStopped) {
            doWork(System.nanoTime());
            LockSupport.parkNanos(INTERVAL_NS);
        }
    }

    /** Looks at each partition once; returns the number of segments that were written anew. */
    int doWork(final long nowNs) {
        int count = 0;
        for (final Entry entry : entries) {
            if (!isStopped && nowNs - entry.nextNs >= 0) {
                count += compact(entry, nowNs);
            }
        }
        return count;
    }

    /** Forgets the partitions of a topic that appends are refused to; waits for the pass that it is in. */
    void remove(final LogTopic topic) {
        entries.removeIf(entry -> entry.partition.owner() == topic);
        pass.lock();
        pass.unlock();
    }

    private int compact(final Entry entry, final long nowNs) {
        pass.lock();
        try {
            // Where a deleted topic was there may be another one by now.
            return entry.partition.isClosed() ? 0 : compactOpen(entry, nowNs);
        } finally {
            pass.unlock();
        }
    }

    private int compactOpen(final Entry entry, final long nowNs) {
        try {
            final int count =
                    entry.compaction.compact(clock.nanoTime(), () -> !isStopped && !entry.partition.isRefusing());
            entry.isFailing = false;
            return count;
        } catch (final Exception | Error ex) {
            entry.nextNs = nowNs + RETRY_NS;
            if (!entry.isFailing) {
                LOGGER.warn(
                        "cannot compact, trying again every 10 s, the records stay as they are: {} cause={}",
                        entry.partition,
                        ex.toString());
            }
            entry.isFailing = true;
            return 0;
        }
    }

    /** Ends the thread and waits for the segment that it is writing. */
    void stop() {
        isStopped = true;
        LockSupport.unpark(thread);
        LogConductor.join(thread);
    }

    /** One partition and how it went. */
    private static final class Entry {
        private final LogPartition partition;
        private final PartitionCompaction compaction;
        private long nextNs = Long.MIN_VALUE / 2;
        private boolean isFailing;

        Entry(final LogPartition partition) {
            this.partition = partition;
            this.compaction = partition.compaction();
        }
    }
}
