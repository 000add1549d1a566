package io.millrace.perf.compare.scale;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What the calling thread has used of processors: the same whoever else uses them, but for what is in their caches. */
public final class ThreadTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ThreadTime() {}

    /**
     * Reads the clock of the thread, with what the system did for it.
     *
     * @return ns.
     */
    public static long ns() {
        return THREADS.getCurrentThreadCpuTime();
    }
}
