package io.millrace.perf.streams;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What the same work on two partitions costs when one thread does it all, and when two threads do a half each, in turns from
 * shot to shot: so both are measured in one process and under the same load of the machine.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class CoresCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Elapsed ns an event with one thread; 0 in a shot of two. */
    public double oneThreadNs;

    /** Elapsed ns an event with two threads; 0 in a shot of one. */
    public double twoThreadsNs;

    /** Ns on a processor an event with one thread. */
    public double oneThreadCpuNs;

    /** Ns on a processor an event with two threads, over both. */
    public double twoThreadsCpuNs;

    private SecondThread second;
    private double shots;
    private boolean isTwo;

    /** Creates counters that stand at 0. */
    public CoresCost() {}

    /** Counters are summed over iterations, of which every other is of the same kind. */
    @Setup
    public void start(final BenchmarkParams params) {
        shots = params.getMeasurement().getCount() / 2.0;
        second = SecondThread.start();
    }

    @TearDown
    public void stop() {
        second.close();
    }

    /** Does a shot of so many events in the way whose turn it is. */
    void run(final int events, final Runnable all, final Runnable first, final Runnable other) {
        if (isTwo) {
            second.wake();
        }
        final long startNs = System.nanoTime();
        final long startCpuNs = THREADS.getCurrentThreadCpuTime();
        if (isTwo) {
            second.runBoth(first, other);
        } else {
            all.run();
        }
        final double share = 1 / shots / events;
        final double elapsed = (System.nanoTime() - startNs) * share;
        final double cpu = (THREADS.getCurrentThreadCpuTime() - startCpuNs) * share;
        oneThreadNs = isTwo ? 0 : elapsed;
        twoThreadsNs = isTwo ? elapsed : 0;
        oneThreadCpuNs = isTwo ? 0 : cpu;
        twoThreadsCpuNs = isTwo ? cpu + second.cpuNs() * share : 0;
        isTwo = !isTwo;
    }
}
