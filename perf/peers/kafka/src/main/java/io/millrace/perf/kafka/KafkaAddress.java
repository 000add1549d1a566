package io.millrace.perf.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Where a broker in another process is, as a file tells.
 *
 * @param address host and port, as {@code bootstrap.servers} wants them.
 * @param pid     number of its process.
 */
public record KafkaAddress(String address, long pid) {
    private static final String FILE = "broker.address";
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /**
     * Tells everybody that the broker takes clients.
     *
     * @param directory that the file goes to.
     * @throws IOException when it cannot be written.
     */
    public void write(final Path directory) throws IOException {
        final Path temporary = directory.resolve(FILE + ".tmp");
        Files.write(temporary, List.of(address, Long.toString(pid)));
        Files.move(temporary, directory.resolve(FILE));
    }

    /**
     * Waits until the broker takes clients.
     *
     * @param directory that the file comes to.
     * @return what is in it.
     * @throws IOException when it cannot be read.
     */
    public static KafkaAddress await(final Path directory) throws IOException {
        final Path file = directory.resolve(FILE);
        final long startNs = System.nanoTime();
        while (!Files.exists(file)) {
            if (System.nanoTime() - startNs > TIMEOUT_NS) {
                throw new IllegalStateException("the broker did not start within 120 s");
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        final List<String> lines = Files.readAllLines(file);
        return new KafkaAddress(lines.get(0), Long.parseLong(lines.get(1)));
    }

    /**
     * Time that the broker's process has spent on processors.
     *
     * @return ns, in steps of some ms; 0 where the system does not tell.
     */
    public long cpuNs() {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElse(0L);
    }
}
