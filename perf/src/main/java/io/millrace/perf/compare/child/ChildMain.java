package io.millrace.perf.compare.child;

import io.millrace.perf.compare.contender.ContenderKind;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** A process that measures one thing of one contender, writes its figures into a file, and ends. */
public final class ChildMain {
    private ChildMain() {}

    /**
     * Runs a measurement.
     *
     * @param args measurement, contender, scale, directory for files, directory for memory, file for the figures.
     */
    public static void main(final String[] args) {
        ParentWatch.start();
        LoggerFactory.getLogger(ChildMain.class); // starts the logging library, which is nobody's to be timed
        try {
            final ChildContext context = new ChildContext(
                    ContenderKind.of(args[1]), Scale.valueOf(args[2]), Path.of(args[3]), Path.of(args[4]));
            measure(args[0], context).write(Path.of(args[5]));
        } catch (final Exception | Error ex) {
            ex.printStackTrace();
            // What is left running when something failed must not keep the process.
            Runtime.getRuntime().halt(1);
        }
        System.exit(0);
    }

    /**
     * Runs a measurement in this process.
     *
     * @param name    of the measurement.
     * @param context of it.
     * @return its figures.
     * @throws Exception when it fails, or a message was lost, doubled, moved or altered.
     */
    public static Result measure(final String name, final ChildContext context) throws Exception {
        final Result result = new Result();
        switch (name) {
            case "append" -> new AppendMeasure(context, result, AppendMeasure.LENGTHS).run();
            case "append-128" -> new AppendMeasure(context, result, 128).run();
            case "two-appenders" -> new TwoAppendersMeasure(context, result).run();
            case "batch" -> new BatchMeasure(context, result).run();
            case "hop" -> new HopMeasure(context, result).run();
            case "power" -> new PowerMeasure(context, result).run();
            case "reopen-fill" -> new ReopenMeasure(context, result).fill();
            case "reopen-killed" -> new ReopenMeasure(context, result).open("reopen.killed");
            case "reopen-closed" -> new ReopenMeasure(context, result).open("reopen.closed");
            case "footprint-create" -> new FootprintMeasure(context, result).create();
            case "footprint-open" -> new FootprintMeasure(context, result).open();
            case "publish" -> new PublishMeasure(context, result).run();
            case "round" -> new RoundMeasure(context, result).run();
            case "serve-publish" -> new ServeMeasure(context, false).run();
            case "serve-round" -> new ServeMeasure(context, true).run();
            default -> throw new IllegalArgumentException("no such measurement: " + name);
        }
        return result;
    }
}
