package io.millrace.torture.agent;

import io.millrace.log.storage.ArchivedClasses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A process with the agent. Its classes come from the class path of the test; the agent's jar is a manifest and nothing else. */
final class AgentLife implements AutoCloseable {
    private static final String WARM_UP_NUMBERS = "1000";

    private final Process process;
    private final BufferedReader lines;
    private final Path errors;
    private final List<String> seen = new ArrayList<>();

    private AgentLife(final Process process, final Path errors) {
        this.process = process;
        this.errors = errors;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The classes of a job that runs to its end. */
    static ArchivedClasses classes(final Path shared) throws IOException, InterruptedException {
        return ArchivedClasses.of(
                shared, AgentJob.class, shared.resolve("warm-up").toString(), WARM_UP_NUMBERS, "END");
    }

    /** Starts the job with the agent's options. */
    static AgentLife start(
            final ArchivedClasses classes, final Path directory, final String options, final String... arguments)
            throws IOException {
        final Path jar = directory.resolve("agent.jar");
        if (!Files.exists(jar)) {
            writeJar(jar);
        }
        final Path errors = directory.resolve("errors.txt");
        final List<String> command = classes.command();
        command.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
        command.add("-javaagent:" + jar + "=" + options);
        command.add(AgentJob.class.getName());
        command.addAll(List.of(arguments));
        return new AgentLife(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    private static void writeJar(final Path jar) throws IOException {
        final Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", TortureAgent.class.getName());
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    /** Reads up to one of some lines; false when the process ends before. */
    boolean await(final String... anyOf) {
        final List<String> wanted = List.of(anyOf);
        try {
            String next = lines.readLine();
            while (next != null) {
                seen.add(next);
                if (wanted.contains(next)) {
                    return true;
                }
                next = lines.readLine();
            }
            return false;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end of the process. */
    int awaitEnd() throws InterruptedException {
        await();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end: " + this);
        }
        return process.exitValue();
    }

    /** All lines that were read so far. */
    List<String> seen() {
        return seen;
    }

    /** What it wrote to standard error. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** Kills it with SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        try {
            return "AgentLife{seen=" + seen + ", errors=" + errors() + '}';
        } catch (final IOException e) {
            return "AgentLife{seen=" + seen + '}';
        }
    }
}
