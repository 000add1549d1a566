package io.millrace.perf.streams;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/** What an event costs while nobody asks and while somebody does, on the task's processor and by the clock, in ns an event. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class QueryCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    public double withoutNs;
    public double withNs;
    public double withoutCpuNs;
    public double withCpuNs;

    /** Number of queries answered in all shots that count. */
    public double queries;

    private double shots;
    private int shot;

    /** Creates counters that stand at 0. */
    public QueryCost() {}

    /** Counters are summed over iterations, so each adds its part of the mean. */
    @Setup
    public void count(final BenchmarkParams params) {
        shots = params.getMeasurement().getCount();
    }

    /** Does a shot of so many events in both ways; which comes first, and which job is asked, changes from shot to shot. */
    void run(final int events, final QueriedRun one, final QueriedRun other) {
        final QueriedRun with = (shot & 2) == 0 ? one : other;
        final QueriedRun without = with == one ? other : one;
        final int before = with.queries();
        if ((shot & 1) == 0) {
            runWithout(events, without);
            runWith(events, with);
        } else {
            runWith(events, with);
            runWithout(events, without);
        }
        queries = with.queries() - before;
        shot++;
    }

    private void runWithout(final int events, final QueriedRun without) {
        final double[] cost = cost(without::runWithout, events);
        withoutNs = cost[0];
        withoutCpuNs = cost[1];
    }

    private void runWith(final int events, final QueriedRun with) {
        final double[] cost = cost(with::runWith, events);
        withNs = cost[0];
        withCpuNs = cost[1];
        with.finishQueries();
    }

    private double[] cost(final Runnable work, final int events) {
        final long startCpuNs = THREADS.getCurrentThreadCpuTime();
        final long startNs = System.nanoTime();
        work.run();
        final double share = 1 / shots / events;
        final double elapsed = (System.nanoTime() - startNs) * share;
        return new double[] {elapsed, (THREADS.getCurrentThreadCpuTime() - startCpuNs) * share};
    }
}
