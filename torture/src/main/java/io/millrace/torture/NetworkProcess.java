package io.millrace.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process of a network run, seen from outside. */
final class NetworkProcess implements AutoCloseable {
    private static final int KILL_TIMEOUT_S = 30;
    private static final int SHOWN_LENGTH = 500;
    private static final int LOOK_MS = 20;

    private final String name;
    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private volatile String lastWord = "";
    private volatile boolean isUp;

    private NetworkProcess(final String name, final Process process, final Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
    }

    /**
     * Starts a process.
     *
     * @param name      for messages, and of the file for its standard error.
     * @param command   line.
     * @param directory for that file.
     */
    static NetworkProcess start(final String name, final List<String> command, final Path directory)
            throws IOException {
        final Path errors = directory.resolve(name + ".err");
        final NetworkProcess process = new NetworkProcess(
                name, new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
        final Thread reader = new Thread(process::read, "torture-output");
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                if (line.startsWith("ENDED ")) {
                    lastWord = line;
                }
                isUp |= line.startsWith("UP");
                lines.add(line);
                line = reader.readLine();
            }
        } catch (final IOException e) {
            // The end of the process is the end of what it says.
        }
    }

    /** Waits for a line that begins so; throws when it does not come. */
    String await(final String beginning, final int seconds) throws InterruptedException, FindingException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - deadlineNs < 0) {
            final String line = lines.poll(50, TimeUnit.MILLISECONDS);
            if (line != null && line.startsWith(beginning)) {
                return line;
            }
            if (line == null && !process.isAlive() && lines.isEmpty()) {
                break;
            }
        }
        throw new FindingException(describe() + " has not said " + beginning + " within " + seconds + " s");
    }

    /** Waits until it has said that it is up, now or earlier; false when it has ended instead. */
    boolean awaitUp(final int seconds) throws InterruptedException, FindingException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!isUp && process.isAlive()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new FindingException(describe() + " is not up within " + seconds + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        return process.isAlive();
    }

    /** Tells it something. */
    void order(final String line) throws IOException {
        final OutputStream out = process.getOutputStream();
        out.write((line + '\n').getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it has ended, and gives its status; throws when it does not end. */
    int awaitEnd(final int seconds) throws InterruptedException, FindingException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new FindingException(describe() + " does not end within " + seconds + " s");
        }
        return process.exitValue();
    }

    void kill() throws InterruptedException, FindingException {
        process.destroyForcibly();
        awaitEnd(KILL_TIMEOUT_S);
    }

    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(final String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Its name, whether it lives, and what it said at its end. */
    String describe() {
        return name
                + (process.isAlive() ? " (alive)" : " (status " + process.exitValue() + ")")
                + (lastWord.isEmpty() ? "" : ", last word: " + lastWord)
                + firstError();
    }

    private String firstError() {
        try {
            final List<String> all = Files.readAllLines(errors, StandardCharsets.UTF_8);
            final String line = all.stream()
                    .filter(each -> each.contains("Exception") || each.contains("Error"))
                    .findFirst()
                    .orElse("");
            return line.isEmpty() ? "" : ", " + line.substring(0, Math.min(SHOWN_LENGTH, line.length()));
        } catch (final IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
