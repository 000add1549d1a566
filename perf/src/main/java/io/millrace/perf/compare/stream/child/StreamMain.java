package io.millrace.perf.compare.stream.child;

import io.millrace.perf.compare.child.ParentWatch;
import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.compare.stream.StreamContender;
import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamTask;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.streams.WorkloadLoops;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** A process that runs one workload, compares what came out with what the plain loop finds, writes its figures, and ends. */
public final class StreamMain {
    private StreamMain() {}

    /**
     * Runs a workload.
     *
     * @param args class of the contender, workload, trades to warm up with, trades to measure, directory for files, file for the
     *             figures.
     */
    public static void main(final String[] args) {
        ParentWatch.start();
        LoggerFactory.getLogger(StreamMain.class); // starts the logging library, which is nobody's to be timed
        try {
            final StreamContender contender = (StreamContender)
                    Class.forName(args[0]).getDeclaredConstructor().newInstance();
            final StreamTask task = new StreamTask(
                    StreamWorkload.valueOf(args[1]),
                    Integer.parseInt(args[2]),
                    Integer.parseInt(args[3]),
                    Path.of(args[4]));
            run(contender, task).write(Path.of(args[5]), contender.version());
        } catch (final Exception | Error ex) {
            ex.printStackTrace();
            // What is left running when something failed must not keep the process.
            Runtime.getRuntime().halt(1);
        }
        // Nor what a peer leaves running when it is done.
        Runtime.getRuntime().halt(0);
    }

    /**
     * Runs a workload in this process.
     *
     * @param contender to run it.
     * @param task      what to do.
     * @return the figures.
     * @throws Exception when it fails, or a result was lost, doubled or altered.
     */
    public static StreamOutcome run(final StreamContender contender, final StreamTask task) throws Exception {
        final StreamOutcome outcome = contender.run(task);
        verify(outcome, WorkloadLoops.expected(task.workload(), task.total()));
        return outcome;
    }

    private static void verify(final StreamOutcome outcome, final ResultSum expected) {
        if (outcome.results() != expected.count() || outcome.checksum() != expected.checksum()) {
            throw new WrongResultsException(String.format(
                    "wrong results: count=%d checksum=%x, where the loop finds count=%d checksum=%x",
                    outcome.results(), outcome.checksum(), expected.count(), expected.checksum()));
        }
    }
}
