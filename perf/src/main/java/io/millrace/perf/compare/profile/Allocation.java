package io.millrace.perf.compare.profile;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What a path allocates, as JMH's profiler of garbage collection counts it: all bytes of the process while a round is measured, what
 * fills the log before it among them, divided by the operations.
 *
 * @param bytes an operation.
 * @param time  an operation, in ns.
 */
public record Allocation(double bytes, double time) {
    private static final String BYTES = "gc.alloc.rate.norm";

    /**
     * Measures a path in a process of its own.
     *
     * @param path    to measure.
     * @param warmUps rounds before anything is counted.
     * @param rounds  that are counted.
     * @param output  file for what JMH has to say.
     * @return what was counted.
     * @throws RunnerException when it cannot be run.
     */
    public static Allocation of(final HotPath path, final int warmUps, final int rounds, final Path output)
            throws RunnerException {
        final ChainedOptionsBuilder options = new OptionsBuilder()
                .include(path.pattern())
                .forks(1)
                .warmupIterations(warmUps)
                .warmupTime(TimeValue.milliseconds(300))
                .measurementIterations(rounds)
                .measurementTime(TimeValue.milliseconds(300))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .output(output.toString());
        for (final Map.Entry<String, String> param : path.params().entrySet()) {
            options.param(param.getKey(), param.getValue());
        }
        final Collection<RunResult> results = new Runner(options.build()).run();
        final RunResult result = results.iterator().next();
        // Over the names, since the type of what JMH keeps under them is a raw one.
        for (final String figure : result.getSecondaryResults().keySet()) {
            if (figure.endsWith(BYTES)) {
                final double bytes = result.getSecondaryResults().get(figure).getScore();
                return new Allocation(bytes, result.getPrimaryResult().getScore());
            }
        }
        throw new IllegalStateException("JMH told no " + BYTES + " of " + path.id());
    }
}
