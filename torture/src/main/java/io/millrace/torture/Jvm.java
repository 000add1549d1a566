package io.millrace.torture;

import io.millrace.torture.agent.TortureAgent;
import io.millrace.torture.job.Life;
import io.millrace.torture.job.LifeOptions;
import io.millrace.torture.job.TopologyName;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** How a tortured process is started: with the classes of this one, and so that it is up soon. */
final class Jvm {
    private static final String EXPORT = "java.base/jdk.internal.misc=ALL-UNNAMED";

    private static final int WARM_UP_TIMEOUT_S = 60;
    private static final int WARM_UP_INPUTS = 3_000;

    private final String classPath;
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
        classPath = classPathOfJars(directory);
        writeAgent();
    }

    /**
     * One with an archive of its classes.
     *
     * @param directory for the files that are needed, as long as it is used.
     */
    static Jvm prepare(final Path directory) throws IOException, InterruptedException {
        final Jvm jvm = new Jvm(directory);
        jvm.archiveClasses(directory);
        return jvm;
    }

    // Classes of directories cannot be archived, and where they are tested they come from directories.
    private static String classPathOfJars(final Path directory) throws IOException {
        final List<String> entries = new ArrayList<>();
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(entry))) {
                final Path jar = directory.resolve("classes-" + entries.size() + ".jar");
                writeJar(jar, Path.of(entry));
                entries.add(jar.toString());
            } else {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void writeJar(final Path jar, final Path classes) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> paths = Files.walk(classes)) {
            for (final Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                final String name = classes.relativize(path).toString().replace(File.separatorChar, '/');
                out.putNextEntry(new JarEntry(name));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
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

    /**
     * Keeps the classes of a life in a form that later ones load faster: half of a short life is loading them. If it cannot
     * be made shorter, it is as long as it is.
     *
     * @param directory for a store that lasts as long as this call.
     */
    private void archiveClasses(final Path directory) throws IOException, InterruptedException {
        final Path home = directory.resolve("warm-up");
        final List<String> command = new ArrayList<>(base());
        command.add("-XX:ArchiveClassesAtExit=" + archive);
        command.add("-Xlog:disable");
        command.add("-cp");
        command.add(classPath);
        command.add(Life.class.getName());
        command.addAll(LifeOptions.whole(home, TopologyName.STAGES, false, 0, 2, WARM_UP_INPUTS)
                .arguments());
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(WARM_UP_TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        Directories.delete(home);
        hasArchive = Files.exists(archive);
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
