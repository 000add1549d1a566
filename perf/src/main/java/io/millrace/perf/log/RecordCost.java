package io.millrace.perf.log;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What a record costs the thread that deals with it: time on a processor, which does not count what others on the machine
 * take, and bytes allocated, which does not count what setting a benchmark up takes.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class RecordCost {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    public double cpuNs;
    public double allocatedBytes;
    private long startCpuNs;
    private long startBytes;
    private double shots;

    /** Creates counters that stand at 0. */
    public RecordCost() {}

    /** Counters are summed over iterations and threads, so each adds its part of the mean. */
    @Setup
    public void count(final BenchmarkParams params) {
        shots = (double) params.getMeasurement().getCount() * params.getThreads();
    }

    /** Begins to count, in the thread that is measured. */
    public void begin() {
        startBytes = THREADS.getCurrentThreadAllocatedBytes();
        startCpuNs = THREADS.getCurrentThreadCpuTime();
    }

    /** Stops counting, when so many records were dealt with. */
    public void end(final int records) {
        cpuNs = (double) (THREADS.getCurrentThreadCpuTime() - startCpuNs) / records / shots;
        allocatedBytes = (double) (THREADS.getCurrentThreadAllocatedBytes() - startBytes) / records / shots;
    }
}
