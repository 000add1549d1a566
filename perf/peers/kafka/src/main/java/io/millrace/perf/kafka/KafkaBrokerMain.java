package io.millrace.perf.kafka;

import io.millrace.perf.compare.child.ParentWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A broker in a process of its own, which ends when the one that has started it does. */
public final class KafkaBrokerMain {
    private KafkaBrokerMain() {}

    /**
     * Starts a broker and says where.
     *
     * @param args directory for its files; file for its address, which is there when clients may connect.
     */
    public static void main(final String[] args) {
        ParentWatch.start();
        try {
            final KafkaBroker broker = KafkaBroker.start(Path.of(args[0]));
            tell(Path.of(args[1]), broker.address());
        } catch (final Exception | Error ex) {
            ex.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    /** The address and the number of this process, a line each. */
    static void tell(final Path file, final String address) throws IOException {
        final Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(
                temporary,
                List.of(address, Long.toString(ProcessHandle.current().pid())));
        Files.move(temporary, file);
    }
}
