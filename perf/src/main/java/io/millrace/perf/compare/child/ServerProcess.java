package io.millrace.perf.compare.child;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The serving side of a carrier in another process: the same JVM with the same flags and class path as this one. It ends when this
 * process does, because it reads our end of its standard input, and writes what it has to say where this process writes.
 */
final class ServerProcess implements AutoCloseable {
    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long END_TIMEOUT_S = 20;
    private static final long POLL_MS = 5;

    private final Process process;
    private final String address;

    private ServerProcess(final Process process, final String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts it and waits until it serves. */
    static ServerProcess start(final ChildContext context, final String step) throws IOException, InterruptedException {
        final Path addressFile = ServeMeasure.addressFile(context);
        Files.deleteIfExists(addressFile);
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ChildMain.class.getName()));
        command.addAll(List.of(step, context.kind().id(), context.scale().name()));
        command.addAll(List.of(
                context.directory().toString(),
                context.memoryDirectory().toString(),
                context.directory().resolve("served").toString()));
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        final long deadlineNs = System.nanoTime() + START_TIMEOUT_NS;
        while (!Files.exists(addressFile)) {
            if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException(
                        "the serving process of " + context.kind().id() + " did not start");
            }
            Thread.sleep(POLL_MS);
        }
        return new ServerProcess(process, Files.readString(addressFile));
    }

    String address() {
        return address;
    }

    /** Ends what waits for messages that can no longer come. */
    void checkAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the serving process has ended: exit code " + process.exitValue());
        }
    }

    /** Lets it close what it has open; it ends in any case. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(END_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
