package io.millrace.perf.log;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A store in a temporary directory, and beside it two plain mapped files as long as its segments: a <i>warm</i> one that was
 * prepared as a segment is, and a <i>cold</i> one that was only given its length.
 *
 * <p>What is measured in one invocation fits into one segment, and the next is prepared before it begins. So appends find
 * their segment prepared in time, and the conductor fills checksums beside them, as it does in a store whose retention keeps
 * pace; what preparation costs when it does not is another question.
 */
final class BenchmarkStore implements AutoCloseable {
    static final int SEGMENT_LENGTH = 256 * 1024 * 1024;
    private static final int PAGE_LENGTH = 4096;

    private final Path directory;
    private final LogStore store;
    private final MappedByteBuffer warmFile;
    private final MappedByteBuffer coldFile;

    private BenchmarkStore(final Path directory, final LogStore store) throws IOException {
        this.directory = directory;
        this.store = store;
        this.warmFile = mapWarmFile(directory.resolve("warm"));
        this.coldFile = mapColdFile(directory.resolve("cold"));
    }

    static BenchmarkStore create(final String clock) {
        try {
            final Path directory = Files.createTempDirectory("millrace-perf");
            final LogContext context = new LogContext().directory(directory);
            if (clock.equals("each")) {
                context.clock(new OffsetEpochNanoClock());
            } else if (clock.equals("fixed")) {
                final long startNs = System.currentTimeMillis() * 1_000_000;
                context.clock(() -> startNs);
            }
            return new BenchmarkStore(directory, LogStore.launch(context));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Prepared as a segment is: filled by system calls, every page touched. */
    private static MappedByteBuffer mapWarmFile(final Path file) throws IOException {
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

    private static MappedByteBuffer mapColdFile(final Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, SEGMENT_LENGTH);
        }
    }

    /** A partition whose first segment is empty but for one record, and whose second is prepared. */
    LogPartition partition() {
        return partition(1, 0);
    }

    /** One of several partitions, as {@link #partition()}. */
    LogPartition partition(final int count, final int index) {
        final LogPartition partition = store.createTopic(
                        TopicSpec.named("t").partitions(count).segmentLength(SEGMENT_LENGTH))
                .partition(index);
        // The conductor prepares the next segment when there is something in the first.
        partition.appender().append(RecordKind.TICK, 0, null, 0, 0, null, 0, 0);
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (partition.isPreparing()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("no second segment within 30 s: " + partition);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return partition;
    }

    /** A partition that was asked for before. */
    LogPartition existing(final int index) {
        return store.topic("t").partition(index);
    }

    UnsafeBuffer warmBuffer() {
        return new UnsafeBuffer(warmFile);
    }

    UnsafeBuffer coldBuffer() {
        return new UnsafeBuffer(coldFile);
    }

    @Override
    public void close() {
        store.close();
        IoUtil.unmap(warmFile);
        IoUtil.unmap(coldFile);
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
