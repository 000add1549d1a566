package io.millrace.perf.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process beside the one that measures, such as a broker: it is there before that, outlives it, and ends when it is told to. */
final class CompanionProcess {
    private static final List<String> FLAGS = List.of("-Xms1g", "-Xmx1g");

    private final Process process;

    private CompanionProcess(final Process process) {
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param kind     whose companion it is.
     * @param javaHome of the JDK for it.
     * @param directory for its files.
     * @return the process; null where the contender needs none.
     */
    static CompanionProcess start(final StreamKind kind, final Path javaHome, final Path directory) throws IOException {
        if (kind.companion().isEmpty()) {
            return null;
        }
        final List<String> command = JavaCommand.of(javaHome, FLAGS, kind.peer(), kind.companion());
        command.add(directory.toString());
        return new CompanionProcess(OutcomeProcess.start(command, directory.resolve("companion-output")));
    }

    /** Ends it, where there is one. */
    static void end(final CompanionProcess companion) throws InterruptedException {
        if (companion != null) {
            OutcomeProcess.end(companion.process);
        }
    }
}
