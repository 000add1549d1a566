package io.millrace.perf.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The beginning of the command line of a process that measures: program, flags, class path and main class. */
final class JavaCommand {
    /** What {@code ./millrace} starts jobs with, and the guide's page on deployment advises. */
    static final String JOB_FLAG = "-XX:InlineSmallCode=25000";

    private JavaCommand() {}

    /**
     * Of a process with our classes, in the JDK that we run in.
     *
     * @param mainClass whose arguments the caller adds.
     */
    static List<String> of(final List<String> flags, final Class<?> mainClass) {
        return line(ownHome(), flags, "", mainClass.getName());
    }

    /**
     * Of a process with a peer's classes behind ours.
     *
     * @param javaHome  of the JDK for it.
     * @param peer      as {@link PeerClassPath#of(String)} has it; empty for our classes alone.
     * @param mainClass whose arguments the caller adds.
     */
    static List<String> of(final Path javaHome, final List<String> flags, final String peer, final String mainClass)
            throws IOException {
        return line(javaHome, flags, PeerClassPath.of(peer), mainClass);
    }

    private static List<String> line(
            final Path javaHome, final List<String> flags, final String peerClassPath, final String mainClass) {
        final List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path") + peerClassPath, mainClass));
        return command;
    }

    /** Home of the JDK that we run in. */
    static Path ownHome() {
        return Path.of(System.getProperty("java.home"));
    }
}
