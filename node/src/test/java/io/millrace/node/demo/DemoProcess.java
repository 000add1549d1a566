package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.storage.ArchivedClasses;
import io.millrace.node.cli.MillraceCommand;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;

/**
 * {@code millrace demo} in a JVM of its own, with the class path of the tests and no flag for the JVM but those that make it
 * start sooner.
 */
final class DemoProcess implements AutoCloseable {
    private static final long TIMEOUT_S = 60;
    private static final ArchivedClasses CLASSES = archiveClasses();

    private final Process process;
    private final Path out;
    private final Path err;

    private DemoProcess(final Process process, final Path out, final Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Those of a short run, for all tests of this process. */
    private static ArchivedClasses archiveClasses() {
        try {
            final Path directory = Files.createTempDirectory("tests-of-millrace-demo-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> IoUtil.delete(directory.toFile(), true)));
            return ArchivedClasses.of(directory, MillraceCommand.class, "demo", "--speed", "max", "--seconds", "0.2");
        } catch (final IOException | InterruptedException ex) {
            throw new AssertionError(ex);
        }
    }

    static DemoProcess start(final Path work, final Object... args) {
        return startWith(work, List.of(), args);
    }

    static DemoProcess startWith(final Path work, final List<String> jvmArgs, final Object... args) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1"); // it ends before the better compiler would pay
        command.addAll(jvmArgs);
        command.addAll(CLASSES.flags());
        command.addAll(List.of(MillraceCommand.class.getName(), "demo"));
        for (final Object arg : args) {
            command.add(arg.toString());
        }
        try {
            final Path out = Files.createTempFile(work, "demo-", ".out");
            final Path err = Files.createTempFile(work, "demo-", ".err");
            final ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
            return new DemoProcess(builder.start(), out, err);
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }

    /** Runs it to its end. */
    static DemoProcess run(final Path work, final Object... args) {
        return start(work, args).await();
    }

    /** Runs it to its end, with flags for its JVM. */
    static DemoProcess runWith(final Path work, final List<String> jvmArgs, final Object... args) {
        return startWith(work, jvmArgs, args).await();
    }

    DemoProcess await() {
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("demo did not end within " + TIMEOUT_S + " seconds" + report());
            }
        } catch (final InterruptedException ex) {
            throw new AssertionError(ex);
        }
        return this;
    }

    void assertExit(final int exitCode) {
        assertThat(process.exitValue()).as(this::report).isEqualTo(exitCode);
    }

    void assertErrorLine(final String... parts) {
        assertThat(err().lines()).as(this::report).hasSize(1);
        assertThat(err()).as(this::report).contains(parts);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        await();
    }

    String report() {
        return "\nstandard output:\n" + out() + "\nstandard error:\n" + err();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }
}
