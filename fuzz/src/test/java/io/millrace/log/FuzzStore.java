package io.millrace.log;

import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/** A small store on disk, or rather in memory where the machine has such a place, to be damaged and opened again. */
final class FuzzStore {
    static final int SEGMENT_LENGTH = 64 * 1024;
    static final String TOPIC = "t";

    private static final Path ROOT = newRoot();
    private static final int POLL_LIMIT = 10;

    /** The files of a store with two segments, by their path in the directory of the store. */
    static final Map<String, byte[]> TEMPLATE = template();

    final Path directory = ROOT.resolve("store");

    private static Path newRoot() {
        final Path memory = Path.of("/dev/shm");
        try {
            final Path root = Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "millrace-fuzz-")
                    : Files.createTempDirectory("millrace-fuzz-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
            return root;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    FuzzStore() {
        delete(directory);
    }

    /** Writes the template, with some files changed; null for a file that is not there. */
    FuzzStore(final Map<String, byte[]> changed) {
        this();
        final Map<String, byte[]> files = new TreeMap<>(TEMPLATE);
        files.putAll(changed);
        try {
            for (final Map.Entry<String, byte[]> file : files.entrySet()) {
                if (file.getValue() != null) {
                    final Path path = directory.resolve(file.getKey());
                    Files.createDirectories(path.getParent());
                    Files.write(path, file.getValue());
                }
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    LogContext context() {
        return new LogContext()
                .directory(directory)
                .segmentLength(SEGMENT_LENGTH)
                .invoked(true);
    }

    /**
     * Does with a store what a user may do: look, read, append, come back. Nothing but a {@link MillraceException} may come
     * of it, and what was read or appended once is read again.
     */
    void useAsAnyoneMight() {
        lookOnly();
        final List<String> before;
        try (LogStore store = LogStore.launch(context())) {
            before = use(store);
        } catch (final MillraceException ex) {
            return;
        }
        try (LogStore store = LogStore.launch(context())) {
            final List<String> again = readAll(store);
            if (!again.equals(before)) {
                throw new AssertionError("read before the store was opened again: " + before + " and after: " + again);
            }
        }
    }

    /** As a process does that does not own the store; other than the owner it finds the damage while it reads. */
    private void lookOnly() {
        try (LogStore store = LogStore.openReadOnly(context())) {
            for (final LogTopic topic : store.topics()) {
                for (int i = 0; i < topic.partitionCount(); i++) {
                    inspect(topic.partition(i));
                    orElseDamaged(topic.partition(i)::tailPosition);
                    read(topic.partition(i));
                    seek(topic.partition(i));
                }
            }
        } catch (final MillraceException ex) {
            return;
        }
    }

    private static void orElseDamaged(final Runnable use) {
        try {
            use.run();
        } catch (final MillraceException ex) {
            return;
        }
    }

    private List<String> use(final LogStore store) {
        for (final LogTopic topic : store.topics()) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                final LogPartition partition = topic.partition(i);
                inspect(partition);
                seek(partition);
                append(store, partition);
            }
        }
        return readAll(store);
    }

    private static void inspect(final LogPartition partition) {
        orElseDamaged(() -> {
            for (final long base : partition.segmentPositions()) {
                partition.inspect(base, true, record -> true);
            }
        });
    }

    private static void seek(final LogPartition partition) {
        try (LogReader reader = partition.reader()) {
            for (long position = 0; position < 3L * SEGMENT_LENGTH; position += 20_011) {
                final long to = position;
                orElseDamaged(() -> reader.seek(to));
                orElseDamaged(() -> reader.poll(record -> {}, POLL_LIMIT));
            }
            for (long timeNs = 0; timeNs < 40; timeNs += 11) {
                final long to = timeNs;
                orElseDamaged(() -> reader.seekToLogTime(to));
                orElseDamaged(reader::isAtEnd);
            }
            orElseDamaged(reader::seekToEnd);
        }
    }

    private static void append(final LogStore store, final LogPartition partition) {
        final LogAppender appender = partition.appender();
        for (int i = 0; i < 3; i++) {
            final UnsafeBuffer value = new UnsafeBuffer(new byte[100 * i]);
            long result = Outcome.BACK_PRESSURED;
            for (int attempt = 0; attempt < 10 && result == Outcome.BACK_PRESSURED; attempt++) {
                result = appender.append(RecordKind.DATA, i, null, 0, 0, value, 0, value.capacity());
                store.invokeConductor(System.nanoTime());
            }
            if (result < 0) {
                throw new AssertionError("not appended: outcome=" + result + " " + partition);
            }
        }
    }

    /** What can be read, as text; damage ends a partition. */
    static List<String> readAll(final LogStore store) {
        final List<String> texts = new ArrayList<>();
        for (final LogTopic topic : store.topics()) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                texts.addAll(read(topic.partition(i)));
            }
        }
        return texts;
    }

    static List<String> read(final LogPartition partition) {
        final List<String> texts = new ArrayList<>();
        try (LogReader reader = partition.reader()) {
            while (reader.poll(record -> texts.add(text(record)), POLL_LIMIT) > 0) {
                if (texts.size() > SEGMENT_LENGTH) {
                    throw new AssertionError("more records than a store of this size can hold: " + reader);
                }
            }
        } catch (final MillraceException ex) {
            texts.add(ex.code().toString());
        }
        return texts;
    }

    /** Touches every byte, as somebody who reads the record does. */
    private static String text(final RecordFlyweight record) {
        long sum = 0;
        for (int i = 0; i < record.keyLength() + record.valueLength(); i++) {
            sum = 31 * sum + record.buffer().getByte(record.keyOffset() + i);
        }
        return record.position() + ":" + record.length() + ":" + record.isChecksumValid() + ":" + sum;
    }

    private static Map<String, byte[]> template() {
        final FuzzStore store = new FuzzStore();
        try (LogStore log = LogStore.launch(store.context().clock(new CountingClock()))) {
            final LogPartition partition =
                    log.createTopic(TopicSpec.named(TOPIC)).partition(0);
            final LogAppender appender = partition.appender();
            final UnsafeBuffer large = new UnsafeBuffer(new byte[12_000]);
            for (int i = 0; i < 7; i++) {
                final int length = i < 3 ? 8 + i : large.capacity();
                appender.append(RecordKind.DATA, i, large, 0, i, large, 0, length);
                log.invokeConductor(System.nanoTime());
            }
            try (ProducerAppender producer = partition.producer(log.producerId("a producer"))) {
                for (int i = 0; i < 3; i++) {
                    producer.append(i, RecordKind.DATA, i, large, 0, 3, large, 0, 20);
                }
            }
        }
        return store.files();
    }

    /** All files with their bytes. */
    Map<String, byte[]> files() {
        final Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (final Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(path).toString(), Files.readAllBytes(path));
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return files;
    }

    static void delete(final Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            final List<Path> deepestFirst =
                    paths.sorted(Comparator.reverseOrder()).toList();
            deepestFirst.stream().map(Path::toFile).forEach(File::delete);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
