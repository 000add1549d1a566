package io.millrace.node.demo;

import io.millrace.log.JdkAccess;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The demo: replays a file of trades into a node of its own, lets the job {@link CandleJob} make candles of them, shows them as
 * they come, and compares all of them with an independent recomputation.
 */
public final class Demo {
    static {
        JdkAccess.open();
    }

    private final DemoOptions options;
    private final PrintStream out;
    private final PrintStream err;

    private Demo(final DemoOptions options, final PrintStream out, final PrintStream err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the demo to its end.
     *
     * @param options chosen by the user.
     * @param out     for the live table and the summary.
     * @param err     for lines of the file that are not trades, and for differences.
     * @return how it ended.
     * @throws MillraceException with one line for the user: {@link ErrorCode#CONFIGURATION} when the file or the directory cannot
     *                           be used, another code when the run failed.
     */
    public static DemoResult run(final DemoOptions options, final PrintStream out, final PrintStream err) {
        return new Demo(options, out, err).run();
    }

    /**
     * Describes how the job would run, without running it.
     *
     * @param data file of trades, which has to be one although the plan does not depend on it; or null for none.
     * @return tasks, chains, exchanges and state, in lines of text.
     * @throws MillraceException with {@link ErrorCode#CONFIGURATION} when the file cannot be used.
     */
    public static String explain(final Path data) {
        if (data != null) {
            TradeFile.read(data);
        }
        return CandleJob.topology().plan(topic -> DemoRun.PARTITIONS).describe();
    }

    private DemoResult run() {
        final TradeFile file = options.data() == null ? TradeFile.bundled() : TradeFile.read(options.data());
        file.rejectionReport().forEach(err::println);
        if (file.trades().count() == 0) {
            throw new MillraceException(ErrorCode.CONFIGURATION, file.name() + " holds no trade below its header");
        }
        try (StopSignal signal = StopSignal.install();
                DemoDirectory directory = DemoDirectory.open(options.directory(), file)) {
            return run(file, directory, signal);
        }
    }

    private DemoResult run(final TradeFile file, final DemoDirectory directory, final StopSignal signal) {
        final DemoSummary summary;
        try (DemoRun run = new DemoRun(file, directory, options, signal)) {
            final Terminal terminal = Terminal.of(out);
            if (directory.isResumed()) {
                out.println("resuming the run in " + directory.path());
            }
            try (LiveView view = LiveView.on(terminal, title(file))) {
                run.show(view);
            }
            summary = run.isStopped() ? null : run.summary();
        }
        if (summary == null) {
            printStopped(directory);
            return DemoResult.STOPPED;
        }
        directory.finish();
        return conclude(file, summary);
    }

    private void printStopped(final DemoDirectory directory) {
        final String how = directory.isTemporary()
                ? "; run with --dir D to be able to resume"
                : "; run again with --dir " + directory.path() + " to resume";
        err.println("stopped" + how);
    }

    private DemoResult conclude(final TradeFile file, final DemoSummary summary) {
        out.println();
        summary.lines().forEach(out::println);
        out.flush();
        summary.skippedLines().forEach(err::println);
        if (!summary.check().isVerified()) {
            summary.differenceLines().forEach(err::println);
            return DemoResult.MISMATCH;
        }
        if (file.rejectedCount() > 0) {
            err.println(Progress.count(file.rejectedCount(), "line") + " of " + file.name() + " left out, see above");
            return DemoResult.BAD_LINES;
        }
        return DemoResult.VERIFIED;
    }

    private String title(final TradeFile file) {
        final List<String> symbols = file.trades().symbols();
        final int shown = Math.min(symbols.size(), 4);
        final String names = String.join(", ", symbols.subList(0, shown)).replace('|', '/');
        return "@|bold Millrace demo|@   " + Progress.count(file.trades().count(), "trade") + " of " + names
                + (shown < symbols.size() ? " and " + (symbols.size() - shown) + " more" : "") + ", "
                + (options.isMaxSpeed()
                        ? "as fast as possible"
                        : "speed x " + options.speed().stripTrailingZeros().toPlainString());
    }
}
