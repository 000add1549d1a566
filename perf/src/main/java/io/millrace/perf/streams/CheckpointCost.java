package io.millrace.perf.streams;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What an event costs without checkpoints and with them, by the clock, on a processor, and on all processors together, which
 * counts the threads of the store and the collector too. All in ns an event.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class CheckpointCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    public double withoutNs;
    public double withNs;
    public double withoutCpuNs;
    public double withCpuNs;
    public double withoutAllCpuNs;
    public double withAllCpuNs;

    /** Number of checkpoints begun in all shots that count. */
    public double checkpoints;

    private double shots;
    private boolean isWithFirst;

    /** Creates counters that stand at 0. */
    public CheckpointCost() {}

    /** Counters are summed over iterations, so each adds its part of the mean. */
    @Setup
    public void count(final BenchmarkParams params) {
        shots = params.getMeasurement().getCount();
    }

    /** Does a shot of so many events in both ways; the way that comes first changes from shot to shot. */
    void run(final int events, final Runnable without, final CheckpointedRun with) {
        final long begun = with.begun();
        if (isWithFirst) {
            runWith(events, with);
            runWithout(events, without);
        } else {
            runWithout(events, without);
            runWith(events, with);
        }
        checkpoints = with.begun() - begun;
        isWithFirst = !isWithFirst;
    }

    private void runWithout(final int events, final Runnable without) {
        final double[] cost = cost(without, events);
        withoutNs = cost[0];
        withoutCpuNs = cost[1];
        withoutAllCpuNs = cost[2];
    }

    private void runWith(final int events, final CheckpointedRun with) {
        final double[] cost = cost(with::run, events);
        withNs = cost[0];
        withCpuNs = cost[1];
        withAllCpuNs = cost[2];
    }

    private double[] cost(final Runnable work, final int events) {
        final long startAllNs = SYSTEM.getProcessCpuTime();
        final long startCpuNs = THREADS.getCurrentThreadCpuTime();
        final long startNs = System.nanoTime();
        work.run();
        final double share = 1 / shots / events;
        final double elapsed = (System.nanoTime() - startNs) * share;
        final double cpu = (THREADS.getCurrentThreadCpuTime() - startCpuNs) * share;
        return new double[] {elapsed, cpu, (SYSTEM.getProcessCpuTime() - startAllNs) * share};
    }
}
