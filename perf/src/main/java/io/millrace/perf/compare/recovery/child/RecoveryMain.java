package io.millrace.perf.compare.recovery.child;

import io.millrace.perf.compare.child.ParentWatch;
import io.millrace.perf.compare.recovery.RecoveryContender;
import io.millrace.perf.compare.recovery.RecoveryMeter;
import io.millrace.perf.compare.stream.ResultSum;
import io.millrace.perf.streams.RecoveryTrades;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that fills a state until it is killed, or one that goes on with it and tells when the first new result came. */
public final class RecoveryMain {
    private RecoveryMain() {}

    /**
     * Runs a contender.
     *
     * @param args class of the contender, {@code fill} or {@code recover}, number of instruments, directory for files, and a file: it
     *             comes when the process may be killed, or when it is done, with the time of the first new result in ms, the number of
     *             its trade, and the version.
     */
    public static void main(final String[] args) {
        ParentWatch.start();
        try {
            final RecoveryContender contender = (RecoveryContender)
                    Class.forName(args[0]).getDeclaredConstructor().newInstance();
            final int keys = Integer.parseInt(args[2]);
            final Path directory = Path.of(args[3]);
            final Path file = Path.of(args[4]);
            if (args[1].equals("fill")) {
                contender.fill(directory, keys, () -> write(file, List.of()));
            } else {
                final RecoveryMeter meter = recover(contender, keys, directory);
                write(
                        file,
                        List.of(
                                Long.toString(meter.firstMs()),
                                Long.toString(meter.firstNumber()),
                                contender.version()));
            }
        } catch (final Exception | Error ex) {
            ex.printStackTrace();
            // What is left running when something failed must not keep the process.
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    /**
     * Goes on with what another left, in this process.
     *
     * @param contender to run.
     * @param keys      number of instruments.
     * @param directory with its files.
     * @return what came.
     * @throws Exception when it fails, or a result was lost, doubled or altered.
     */
    public static RecoveryMeter recover(final RecoveryContender contender, final int keys, final Path directory)
            throws Exception {
        final RecoveryMeter meter = new RecoveryMeter();
        contender.recover(directory, keys, meter);
        final ResultSum expected = RecoveryTrades.expected(keys, meter.firstNumber(), RecoveryMeter.COUNT);
        if (meter.sum().checksum() != expected.checksum()) {
            throw new IllegalStateException("wrong results behind the recovery, from trade " + meter.firstNumber());
        }
        return meter;
    }

    private static void write(final Path file, final List<String> lines) {
        try {
            final Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
            Files.write(temporary, lines);
            Files.move(temporary, file);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
