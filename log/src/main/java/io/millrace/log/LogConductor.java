package io.millrace.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's background thread: prepares the next segment of each partition ahead of its appenders, and fills the
 * checksums of their records behind them, unless the topic's durability leaves that to the {@link LogForcer}.
 *
 * <p>Only partitions that are awake are looked at in each cycle. One falls asleep when nothing has happened in it for
 * about a second, and is woken by the next appender that enters a segment of it. An appender that stays where it is does
 * not wake it, so a few of those asleep are looked at in each cycle, all of them about once a second.
 *
 * <p>Segments are prepared in steps, see {@link SegmentPreparation}: each cycle does what the appenders of a partition have made necessary
 * since the one before. One partition at a time is prepared further than that, until it is done: by little while
 * anything is appended to the store, since the core is then needed by somebody else, and without a pause in silence.
 */
final class LogConductor implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogConductor.class);
    private static final long RETENTION_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int CYCLES_TO_SLEEP = 1000;

    /** While somebody appends: 64 KiB in 8 ms take 1 % of a core, or 3 where the system has no pages at hand. */
    private static final int CYCLES_OF_AHEAD = 8;

    /** About 10 ms, so that whoever appends more often is not met by the work that silence is used for. */
    private static final int CYCLES_TO_SILENCE = 10;

    /** Held in each duty cycle, and by whoever takes partitions away; fair, since cycles may follow each other without a pause. */
    private final ReentrantLock cycle = new ReentrantLock(true);

    private final SignalStack signals = new SignalStack();
    private final List<LogPartition> awake = new ArrayList<>();
    private volatile LogPartition[] partitions = {};
    private final LogClock clock;
    private final long claimTimeoutNs;
    private final LogHousekeeper housekeeper;
    private int sweepIndex;

    /** The partition that is prepared further than its appenders ask for; null for none. */
    private LogPartition ahead;

    /** Cycles up to the last one in which nothing was appended. */
    private int silentCycles;

    private int cyclesToAhead;

    private final Thread thread;
    private long retentionAtNs;
    private boolean isRetentionScheduled;
    private volatile boolean isRunning = true;

    LogConductor(final String name, final LogClock clock, final long claimTimeoutNs, final LogHousekeeper housekeeper) {
        this.clock = clock;
        this.claimTimeoutNs = claimTimeoutNs;
        this.housekeeper = housekeeper;
        thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Who does for the partitions what waits for the disk. */
    LogHousekeeper housekeeper() {
        return housekeeper;
    }

    /** Takes more partitions. By one thread at a time. */
    void add(final List<LogPartition> newPartitions) {
        final LogPartition[] current = partitions;
        final LogPartition[] all = Arrays.copyOf(current, current.length + newPartitions.size());
        for (int i = 0; i < newPartitions.size(); i++) {
            all[current.length + i] = newPartitions.get(i);
        }
        partitions = all;
    }

    /** Lets go of partitions and does something that it must not be in the way of. By one thread at a time. */
    void remove(final List<LogPartition> gone, final Runnable action) {
        cycle.lock();
        try {
            partitions = Arrays.stream(partitions)
                    .filter(partition -> !gone.contains(partition))
                    .toArray(LogPartition[]::new);
            awake.removeAll(gone);
            ahead = gone.contains(ahead) ? null : ahead;
            action.run();
        } finally {
            cycle.unlock();
        }
    }

    /** Says that an appender has entered a segment. Any thread; it is soon enough when the conductor looks by itself. */
    void onEntered(final PartitionSignal signal) {
        signals.push(signal);
    }

    @Override
    public void run() {
        while (isRunning) {
            if (doWork(System.nanoTime()) == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    /** One duty cycle; returns 0 when there was nothing to do. */
    int doWork(final long nowNs) {
        cycle.lock();
        try {
            return workCycle(nowNs);
        } finally {
            cycle.unlock();
        }
    }

    private int workCycle(final long nowNs) {
        clock.tick(nowNs);
        wakeSignalled();
        sweep();
        applyRetention(nowNs);
        int workCount = 0;
        boolean hasGrown = false;
        for (int i = awake.size() - 1; i >= 0; i--) {
            final LogPartition partition = awake.get(i);
            hasGrown |= partition.hasGrown();
            workCount += doWork(partition, nowNs);
            if (partition.countQuietCycle() >= CYCLES_TO_SLEEP) {
                partition.isAwake(false);
                // The order does not matter: the last one takes its place.
                final LogPartition last = awake.remove(awake.size() - 1);
                if (last != partition) {
                    awake.set(i, last);
                }
            }
        }
        silentCycles = hasGrown ? 0 : Math.min(silentCycles + 1, CYCLES_TO_SILENCE);
        return workCount;
    }

    /** Of all partitions that have any, also those that sleep: records get old without being looked at. */
    private void applyRetention(final long nowNs) {
        if (isRetentionScheduled && nowNs - retentionAtNs < 0) {
            return;
        }
        isRetentionScheduled = true;
        retentionAtNs = nowNs + RETENTION_INTERVAL_NS;
        for (final LogPartition partition : partitions) {
            partition.scheduleRetention();
        }
    }

    private int doWork(final LogPartition partition, final long nowNs) {
        try {
            final int urgentCount = partition.prepareNext(nowNs, aheadLength(partition));
            final int workCount = urgentCount
                    + partition.followTail(urgentCount > 0 && partition.isPreparing())
                    + partition.revokeLateClaim(nowNs, claimTimeoutNs);
            partition.isNewProblem(null);
            return workCount;
        } catch (final Exception | Error ex) {
            // One partition's trouble must not stop the others; it shows as back-pressure there.
            if (partition.isNewProblem(ex.toString())) {
                LOGGER.error("the conductor failed, trying again and again: {}", partition, ex);
            }
            return 0;
        }
    }

    /** Chooses the partition to be prepared further when there is none; one that cannot be prepared now is not waited for. */
    private int aheadLength(final LogPartition partition) {
        if (ahead == null || !ahead.isPreparing()) {
            ahead = partition.isPreparing() ? partition : null;
        }
        if (ahead != partition) {
            return 0;
        }
        if (silentCycles == CYCLES_TO_SILENCE) {
            return SegmentPreparation.MAX_STEP_LENGTH;
        }
        cyclesToAhead = cyclesToAhead == 0 ? CYCLES_OF_AHEAD - 1 : cyclesToAhead - 1;
        return cyclesToAhead == 0 ? SegmentPreparation.MIN_STEP_LENGTH : 0;
    }

    private void wakeSignalled() {
        PartitionSignal signal = signals.takeAll();
        while (signal != null) {
            final LogPartition partition = signal.partition();
            signal = signal.lower();
            wake(partition);
        }
    }

    /** Looks at some of all partitions, so that each has its turn before another would fall asleep. */
    private void sweep() {
        final LogPartition[] all = partitions;
        final int count = Math.min(all.length, 1 + all.length / CYCLES_TO_SLEEP);
        for (int i = 0; i < count; i++) {
            sweepIndex = sweepIndex + 1 < all.length ? sweepIndex + 1 : 0;
            if (!all[sweepIndex].isQuiet()) {
                wake(all[sweepIndex]);
            }
        }
    }

    private void wake(final LogPartition partition) {
        if (!partition.isAwake()) {
            partition.isAwake(true);
            awake.add(partition);
        }
    }

    /** Ends the thread and waits for the step that it is in, since a partition must not be closed under it. */
    void close() {
        isRunning = false;
        LockSupport.unpark(thread);
        join(thread);
    }

    /** Waits for the end of a thread that was told to end, also when the caller is interrupted. */
    static void join(final Thread thread) {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
