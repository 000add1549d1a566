package io.millrace.perf.compare.nexmark;

import io.millrace.perf.compare.child.ParentWatch;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** A process that runs one query, writes its figures, and ends. Whoever started it compares the rows of all. */
public final class NexmarkMain {
    private NexmarkMain() {}

    /**
     * Runs a query.
     *
     * @param args class of the contender, query, cores, file of events, directory for files, file for the figures.
     */
    public static void main(final String[] args) {
        ParentWatch.start();
        LoggerFactory.getLogger(NexmarkMain.class); // starts the logging library, which is nobody's to be timed
        try {
            final NexmarkContender contender = (NexmarkContender)
                    Class.forName(args[0]).getDeclaredConstructor().newInstance();
            final NexmarkTask task =
                    new NexmarkTask(args[1], Integer.parseInt(args[2]), Path.of(args[3]), Path.of(args[4]));
            contender.run(task).write(Path.of(args[5]), contender.version());
        } catch (final Exception | Error ex) {
            ex.printStackTrace();
            // What is left running when something failed must not keep the process.
            Runtime.getRuntime().halt(1);
        }
        // Nor what a peer leaves running when it is done.
        Runtime.getRuntime().halt(0);
    }
}
