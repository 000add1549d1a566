package io.millrace.torture;

import io.millrace.torture.job.Life;
import io.millrace.torture.job.LifeOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that is tortured, seen from outside. */
final class LifeProcess implements AutoCloseable {
    /** Stands for the end of the output in the place of a line. */
    static final String END = "END OF OUTPUT";

    private static final int TIMEOUT_S = 30;
    private static final int SHOWN_LENGTH = 500;
    private static final int MANY_LENGTH = 4_000;
    private static final String REFUSED = "the disk refused to keep what was written";
    private static final String SIGKILL = "137";

    private final Process process;
    private final Path errors;
    private final boolean failsForce;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private LifeProcess(final Process process, final Path errors, final boolean failsForce) {
        this.process = process;
        this.failsForce = failsForce;
        this.errors = errors;
    }

    /**
     * Starts a process.
     *
     * @param jvm     how to start one.
     * @param agent   options of the agent; empty for none.
     * @param options of the life.
     * @param errors  file for what it writes to its standard error.
     */
    static LifeProcess start(final Jvm jvm, final String agent, final LifeOptions options, final Path errors)
            throws IOException {
        final List<String> command = new ArrayList<>(jvm.command(agent));
        command.add(Life.class.getName());
        command.addAll(options.arguments());
        final Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        final LifeProcess life = new LifeProcess(process, errors, agent.contains("fail-force="));
        final Thread reader = new Thread(life::read, "torture-output");
        reader.setDaemon(true);
        reader.start();
        return life;
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                lines.add(line);
                line = reader.readLine();
            }
        } catch (final IOException e) {
            // The end of the process is the end of what it says.
        } finally {
            lines.add(END);
        }
    }

    /**
     * Waits for the next line.
     *
     * @param deadlineNs by {@link System#nanoTime()}.
     * @return the line, {@link #END} behind the last one, null when the time is over.
     */
    String nextLine(final long deadlineNs) throws InterruptedException {
        return lines.poll(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    /** Kills it, and waits until it is gone. Gives false if it had ended by itself. */
    boolean kill() throws InterruptedException, FindingException {
        process.destroyForcibly();
        return SIGKILL.equals(String.valueOf(awaitEnd()));
    }

    /** Waits until it is gone, and gives its status. */
    int awaitEnd() throws InterruptedException, FindingException {
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
            throw new FindingException("the process does not end");
        }
        return process.exitValue();
    }

    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(final String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** All that it has written to its standard error. */
    String errors() throws IOException {
        return Files.readString(errors, StandardCharsets.UTF_8);
    }

    /** Whether it has ended as a store does that the disk refused to keep something for, and the disk was to do that. */
    boolean stoppedAtFailedForce() throws IOException {
        return failsForce && errors().contains(REFUSED);
    }

    /** Whether a task has stopped because the disk was full, as it should: whoever frees space starts the job again. */
    boolean stoppedAtFullDisk() throws IOException {
        return errors().lines().anyMatch(line -> line.contains("Exception") && line.contains("outcome=STORAGE_FULL"));
    }

    /** The beginning of its standard error, for messages. */
    String firstErrors() throws IOException {
        final String all = errors();
        return all.length() > MANY_LENGTH ? all.substring(0, MANY_LENGTH) + "…" : all;
    }

    /** The line of its standard error that says most, for messages. */
    String firstError() throws IOException {
        final List<String> all = errors().lines()
                .filter(line -> line.contains("Exception") || line.contains("Error") || line.contains("agent"))
                .toList();
        final String line = all.isEmpty() ? errors().lines().findFirst().orElse("it said nothing") : all.get(0);
        return line.length() > SHOWN_LENGTH ? line.substring(0, SHOWN_LENGTH) + "…" : line;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.getOutputStream().close();
    }
}
