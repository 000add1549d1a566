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
    private int shot;

    /** Creates counters that stand at 0. */
    public CheckpointCost() {}

    /** Counters are summed over iterations, so each adds its part of the mean. */
    @Setup
    public void count(final BenchmarkParams params) {
        shots = params.getMeasurement().getCount();
    }

    /**
     * Does a shot of so many events in both ways. From shot to shot the way that comes first changes, and after each two the job
     * that takes checkpoints: two jobs of the same topology differ by some percent, since their memory lies elsewhere.
     */
    void run(final int events, final CheckpointedRun one, final CheckpointedRun other) {
        final CheckpointedRun with = (shot & 2) == 0 ? one : other;
        final CheckpointedRun without = with == one ? other : one;
        final long begun = with.begun();
        if ((shot & 1) == 0) {
            runWithout(events, without);
            runWith(events, with);
        } else {
            runWith(events, with);
            runWithout(events, without);
        }
        checkpoints = with.begun() - begun;
        shot++;
    }

    private void runWithout(final int events, final CheckpointedRun without) {
        final double[] cost = cost(without::runWithout, events);
        withoutNs = cost[0];
        withoutCpuNs = cost[1];
        withoutAllCpuNs = cost[2];
    }

    private void runWith(final int events, final CheckpointedRun with) {
        final double[] cost = cost(with::runWith, events);
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
