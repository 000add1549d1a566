package io.millrace.torture;

import io.millrace.torture.agent.TortureAgent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** How a tortured process is started: with the classes of this one, and so that it is up soon. */
final class Jvm {
    private static final String EXPORT = "java.base/jdk.internal.misc=ALL-UNNAMED";

    private final String classPath = System.getProperty("java.class.path");
    private final Path agent;
    private final Path archive;
    private boolean hasArchive;

    /**
     * Prepares.
     *
     * @param directory for the files that are needed.
     */
    Jvm(final Path directory) throws IOException {
        agent = directory.resolve("agent.jar");
        archive = directory.resolve("classes.jsa");
        writeAgent();
    }

    // The class path has the agent's classes already, so its jar only has to name one.
    private void writeAgent() throws IOException {
        final Manifest manifest = new Manifest();
        final Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", TortureAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        try (OutputStream file = Files.newOutputStream(agent)) {
            new JarOutputStream(file, manifest).close();
        }
    }

    /**
     * The beginning of a command line, up to the main class.
     *
     * @param agentOptions what the agent is to do; empty for no agent.
     */
    List<String> command(final String agentOptions) {
        final List<String> command = new ArrayList<>(base());
        if (hasArchive) {
            command.add("-XX:SharedArchiveFile=" + archive);
            command.add("-Xlog:cds=off");
            command.add("-Xlog:cds+dynamic=off");
        }
        if (!agentOptions.isEmpty()) {
            command.add("-javaagent:" + agent + "=" + agentOptions);
        }
        command.add("-cp");
        command.add(classPath);
        return command;
    }

    /** Begins a command line of a process whose classes, at its end, are kept in a form that later ones load faster. */
    List<String> archivingCommand() {
        final List<String> command = new ArrayList<>(base());
        command.add("-XX:ArchiveClassesAtExit=" + archive);
        command.add("-Xlog:disable");
        command.add("-cp");
        command.add(classPath);
        return command;
    }

    /** Uses the archive from now on, if there is one. */
    void useArchive() {
        hasArchive = Files.exists(archive);
    }

    /** Whether the classes are all in one file: those of directories cannot be archived. */
    boolean canArchive() {
        return Files.isRegularFile(Path.of(classPath));
    }

    private static List<String> base() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--add-exports",
                EXPORT);
    }
}
