package io.millrace.log;

import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.LoggerFactory;

/** What the tests of the log say often. */
final class Records {
    static final int SEGMENT_LENGTH = 64 * 1024;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

    private Records() {}

    static LogContext context(final Path directory) {
        return new LogContext().directory(directory).segmentLength(SEGMENT_LENGTH);
    }

    /** Appends a text without a key, waiting while the next segment is prepared. */
    static long append(final LogAppender appender, final String text) {
        final UnsafeBuffer value = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        return untilAccepted(() -> appender.append(RecordKind.DATA, 7, null, 0, 0, value, 0, value.capacity()));
    }

    /** Repeats an append while it is back-pressured. */
    static long untilAccepted(final LongSupplier append) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        long result = append.getAsLong();
        while (result == Outcome.BACK_PRESSURED) {
            if (System.nanoTime() - deadlineNs > 0) {
                fail("still back-pressured after 20 s");
            }
            Thread.onSpinWait();
            result = append.getAsLong();
        }
        return result;
    }

    static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                fail("not within 20 s: " + what);
            }
            LockSupport.parkNanos(50_000);
        }
    }

    static String text(final RecordFlyweight record) {
        return record.buffer().getStringWithoutLengthAscii(record.valueOffset(), record.valueLength());
    }

    /** Reads a partition from its first record to its end. */
    static List<String> texts(final LogPartition partition) {
        final List<String> texts = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(record -> texts.add(text(record)), 100) > 0) {
                continue;
            }
        }
        return texts;
    }

    /** Opens a store and keeps what it says meanwhile. */
    static LogStore listening(final List<String> lines, final Supplier<LogStore> launch) {
        return listening(LogStore.class, lines, launch);
    }

    /** Keeps what a class says while something is done. */
    static <T> T listening(final Class<?> speaker, final List<String> lines, final Supplier<T> launch) {
        final Logger logger = (Logger) LoggerFactory.getLogger(speaker);
        final ListAppender<ILoggingEvent> listener = new ListAppender<>();
        listener.start();
        logger.addAppender(listener);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        try {
            return launch.get();
        } finally {
            listener.list.forEach(event -> lines.add(event.getFormattedMessage()));
            logger.detachAppender(listener);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
    }

    /** Takes the durable cuts of a store away, so that all of it is walked when it is opened next. */
    static void deleteCuts(final Path directory) {
        try {
            Files.deleteIfExists(directory.resolve("cut.0"));
            Files.deleteIfExists(directory.resolve("cut.1"));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Copies the directory of a live store. A file that is renamed or deleted meanwhile, as a segment under preparation
     * is, is left out.
     */
    static void copy(final Path from, final Path to) {
        try {
            Files.walkFileTree(from, new Copy(from, to));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Removes the snapshots of producers, so that opening walks all there is, as after a kill of a process that wrote none. */
    static void deleteSnapshots(final Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.toList()) {
                if (file.toString().endsWith(".producers")) {
                    Files.delete(file);
                }
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static final class Copy extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        Copy(final Path from, final Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(final Path path, final BasicFileAttributes attributes)
                throws IOException {
            Files.createDirectories(target(path));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(final Path path, final BasicFileAttributes attributes) throws IOException {
            try {
                Files.copy(path, target(path));
            } catch (final NoSuchFileException ex) {
                Files.deleteIfExists(target(path));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(final Path path, final IOException ex) throws IOException {
            if (ex instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw ex;
        }

        private Path target(final Path path) {
            return to.resolve(from.relativize(path).toString());
        }
    }
}
