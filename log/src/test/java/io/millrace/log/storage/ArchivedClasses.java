package io.millrace.log.storage;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The classes of a test, in the form in which the JVM maps them: half of a short life is loading them. A test that starts many
 * processes makes this once, by running the program to its end, and gives its flags to each. A process in which the
 * archive is of no use runs without it.
 */
public final class ArchivedClasses {
    private static final int TIMEOUT_S = 60;

    private final String classPath;
    private final Path archive;

    private ArchivedClasses(final String classPath, final Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /**
     * Runs a program and keeps the classes that it has loaded.
     *
     * @param directory for the files that are needed, as long as processes are started.
     * @param mainClass of the program, which ends by itself.
     * @param arguments of the program.
     * @return how to start processes with these classes.
     */
    public static ArchivedClasses of(final Path directory, final Class<?> mainClass, final String... arguments)
            throws IOException, InterruptedException {
        final ArchivedClasses classes = new ArchivedClasses(jars(directory), directory.resolve("classes.jsa"));
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ArchiveClassesAtExit=" + classes.archive,
                "-Xlog:disable",
                "-cp",
                classes.classPath,
                mainClass.getName()));
        command.addAll(List.of(arguments));
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return classes;
    }

    /** The beginning of a command line, up to the main class, of a process that is small and up soon. */
    public List<String> command() {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(flags());
        return command;
    }

    /** The flags of a process, among them its class path: all but the main class. */
    public List<String> flags() {
        final List<String> flags = new ArrayList<>();
        if (Files.exists(archive)) {
            flags.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
        }
        flags.addAll(List.of("-cp", classPath));
        return flags;
    }

    /** The class path of the tests, with jars in place of its directories: classes of directories cannot be archived. */
    private static String jars(final Path directory) throws IOException {
        final List<String> entries = new ArrayList<>();
        final String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (final String entry : path.split(File.pathSeparator)) {
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
                out.putNextEntry(
                        new JarEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
    }
}
