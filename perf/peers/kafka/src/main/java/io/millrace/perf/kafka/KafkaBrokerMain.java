package io.millrace.perf.kafka;

import io.millrace.perf.compare.child.ParentWatch;
import java.nio.file.Path;

/** A broker in a process of its own, which ends when the one that has started it does. */
public final class KafkaBrokerMain {
    private KafkaBrokerMain() {}

    /**
     * Starts a broker and says where.
     *
     * @param args directory for its files, which the file with its address goes to as well.
     */
    public static void main(final String[] args) {
        ParentWatch.start();
        try {
            final Path directory = Path.of(args[0]);
            final KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"));
            new KafkaAddress(broker.address(), ProcessHandle.current().pid()).write(directory);
        } catch (final Exception | Error ex) {
            ex.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }
}
