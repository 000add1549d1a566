package io.millrace.log;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a real process that runs one of the test classes. */
final class ChildJvm {
    private ChildJvm() {}

    /** The child gets no flag but those given: it opens what it needs by itself. */
    static ProcessBuilder of(final Class<?> mainClass, final String... arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.add("-XX:+UseSerialGC");
        // Most children live for less than a second.
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(mainClass.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    static Process start(final File errors, final Class<?> mainClass, final String... arguments) throws IOException {
        return of(mainClass, arguments).redirectError(errors).start();
    }
}
