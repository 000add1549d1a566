package io.millrace.log;

import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's thread for what waits for the disk and is to be done soon: it gives new segments their names, and removes old ones. A directory
 * is forced each time, which takes from 1 ms to as long as the disk needs for what was written before, and a deletion as long as the disk wants to be told
 * of each block; neither the conductor nor the appenders of other partitions are to wait for that. One thing is done after the other; whoever has much to
 * do hands it over in pieces.
 *
 * <p>Any thread may hand things over; in a store without threads, where they are done at once, the one that invokes the conductor.
 */
final class LogHousekeeper implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogHousekeeper.class);
    private static final Runnable END = () -> {};

    private final BlockingDeque<Runnable> tasks = new LinkedBlockingDeque<>();
    private final boolean isInvoked;
    private final Thread thread;

    LogHousekeeper(final boolean isInvoked, final String threadName) {
        this.isInvoked = isInvoked;
        thread = new Thread(this, threadName);
        thread.setDaemon(true);
    }

    /** Whether each thing is done by the one who hands it over, before that returns. */
    boolean isInvoked() {
        return isInvoked;
    }

    void start() {
        thread.start();
    }

    /** Hands over what somebody waits for: it comes next. */
    void executeNext(final Runnable task) {
        if (isInvoked) {
            task.run();
        } else {
            tasks.addFirst(task);
        }
    }

    /** Hands over what can be done later, and is not done any more once the store is closed. */
    void execute(final Runnable task) {
        if (isInvoked) {
            task.run();
        } else {
            tasks.addLast(task);
        }
    }

    @Override
    public void run() {
        try {
            for (Runnable task = tasks.take(); task != END; task = tasks.take()) {
                run(task);
            }
        } catch (final InterruptedException ex) {
            LOGGER.error("the housekeeper was interrupted: no segment gets its name any more", ex);
        }
    }

    private static void run(final Runnable task) {
        try {
            task.run();
        } catch (final Exception | Error ex) {
            // One partition's trouble must not stop the others.
            LOGGER.error("the housekeeper failed", ex);
        }
    }

    /** Does what comes next, leaves the rest, and ends. After the conductor has ended; a second call does nothing. */
    void close() {
        if (thread.isAlive()) {
            // Behind the names that somebody may wait for, of which there is at most one for each partition.
            tasks.removeIf(task -> !(task instanceof DiskStep));
            tasks.addLast(END);
            LogConductor.join(thread);
        }
    }
}
