package io.millrace.perf.log;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** A store in a temporary directory with one segment, and beside it a plain mapped file of the same length. */
final class BenchmarkStore implements AutoCloseable {
    static final int SEGMENT_LENGTH = 256 * 1024 * 1024;
    private static final int PAGE_LENGTH = 4096;

    private final Path directory;
    private final LogStore store;
    private final MappedByteBuffer plainFile;

    private BenchmarkStore(final Path directory, final LogStore store, final MappedByteBuffer plainFile) {
        this.directory = directory;
        this.store = store;
        this.plainFile = plainFile;
    }

    static BenchmarkStore create(final String clock) {
        try {
            final Path directory = Files.createTempDirectory("millrace-perf");
            final long startNs = System.currentTimeMillis() * 1_000_000;
            final EpochNanoClock chosen = clock.equals("fixed") ? () -> startNs : new OffsetEpochNanoClock();
            final LogStore store =
                    LogStore.launch(new LogContext().directory(directory).clock(chosen));
            return new BenchmarkStore(directory, store, mapPlainFile(directory.resolve("plain")));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Prepared as a segment is: filled by system calls, every page touched. */
    private static MappedByteBuffer mapPlainFile(final Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
            for (long at = 0; at < SEGMENT_LENGTH; at += zeros.capacity()) {
                zeros.clear();
                channel.write(zeros, at);
            }
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, SEGMENT_LENGTH);
            for (int offset = 0; offset < SEGMENT_LENGTH; offset += PAGE_LENGTH) {
                mapped.put(offset, (byte) 0);
            }
            return mapped;
        }
    }

    LogPartition partition() {
        return store.createTopic(TopicSpec.named("t").segmentLength(SEGMENT_LENGTH))
                .partition(0);
    }

    UnsafeBuffer plainBuffer() {
        return new UnsafeBuffer(plainFile);
    }

    @Override
    public void close() {
        store.close();
        IoUtil.unmap(plainFile);
        try (Stream<Path> paths = Files.walk(directory)) {
            final List<Path> deepestFirst =
                    paths.sorted(Comparator.reverseOrder()).toList();
            for (final Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
