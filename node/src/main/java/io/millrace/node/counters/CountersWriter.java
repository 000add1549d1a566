package io.millrace.node.counters;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;

/**
 * The side of the counters file that the node writes. Where there is no file to be had, say on a disk that is full, the
 * counters live in memory and nobody else sees them. One thread.
 */
public final class CountersWriter implements AutoCloseable {
    private static final int BLOCK_LENGTH = 64 * 1024;

    private final UnsafeBuffer header;
    private final CountersManager manager;
    private boolean isClosed;

    private CountersWriter(final ByteBuffer whole) {
        header = new UnsafeBuffer(whole, 0, CountersDescriptor.METADATA_OFFSET);
        manager = new CountersManager(
                new UnsafeBuffer(whole, CountersDescriptor.METADATA_OFFSET, CountersDescriptor.METADATA_LENGTH),
                new UnsafeBuffer(whole, CountersDescriptor.VALUES_OFFSET, CountersDescriptor.VALUES_LENGTH),
                StandardCharsets.UTF_8);
    }

    /**
     * Makes the file anew. Readers of the one before keep that, and see it closed or silent.
     *
     * @param storeDirectory where the node's store lives
     * @param pid            of the node's process
     * @param startMs        when the node started, in milliseconds since the epoch
     * @return the writer
     * @throws IOException when there is no room for the file, or it cannot be made
     */
    public static CountersWriter create(final Path storeDirectory, final long pid, final long startMs)
            throws IOException {
        final Path file = CountersDescriptor.fileIn(storeDirectory);
        Files.deleteIfExists(file);
        createPrivate(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // A mapped file with holes would end the process where the disk is full.
            fill(channel);
            return new CountersWriter(channel.map(FileChannel.MapMode.READ_WRITE, 0, CountersDescriptor.FILE_LENGTH))
                    .begin(pid, startMs);
        }
    }

    /**
     * Makes counters that nobody else can read.
     *
     * @param pid     of the node's process
     * @param startMs when the node started, in milliseconds since the epoch
     * @return the writer
     */
    public static CountersWriter inMemory(final long pid, final long startMs) {
        return new CountersWriter(BufferUtil.allocateDirectAligned(CountersDescriptor.FILE_LENGTH, Long.BYTES))
                .begin(pid, startMs);
    }

    /**
     * Adds a counter.
     *
     * @param type  of the counter
     * @param label what it counts
     * @return the counter, or null when there is no room for one more
     */
    public AtomicCounter add(final CounterType type, final String label) {
        return manager.available() == 0 ? null : manager.newCounter(label, type.id());
    }

    /**
     * Says when all values were brought up to date.
     *
     * @param epochMs  milliseconds since the epoch
     * @param isFailed whether the node serves nobody any more
     */
    public void sampled(final long epochMs, final boolean isFailed) {
        header.putLongRelease(
                CountersDescriptor.STATE_OFFSET, isFailed ? CountersDescriptor.FAILED : CountersDescriptor.SERVING);
        header.putLongRelease(CountersDescriptor.SAMPLE_OFFSET, epochMs);
    }

    /**
     * Looks at the counters from within the process.
     *
     * @return a view
     */
    public CountersView view() {
        return new CountersView(header, manager);
    }

    /** Marks the file as closed; it stays, so that whoever looks at it sees that the node has ended. May be called twice. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            // Not unmapped: a view may be in use this moment, and the collector takes the mapping with the last of
            // them.
            header.putLongRelease(CountersDescriptor.STATE_OFFSET, CountersDescriptor.CLOSED);
        }
    }

    private CountersWriter begin(final long pid, final long startMs) {
        header.putInt(CountersDescriptor.VERSION_OFFSET, CountersDescriptor.VERSION, LITTLE_ENDIAN);
        header.putLong(CountersDescriptor.PID_OFFSET, pid, LITTLE_ENDIAN);
        header.putLong(CountersDescriptor.START_OFFSET, startMs, LITTLE_ENDIAN);
        header.putLong(CountersDescriptor.SAMPLE_OFFSET, startMs, LITTLE_ENDIAN);
        header.putLong(CountersDescriptor.STATE_OFFSET, CountersDescriptor.SERVING, LITTLE_ENDIAN);
        header.putLongRelease(CountersDescriptor.MAGIC_OFFSET, CountersDescriptor.MAGIC);
        return this;
    }

    private static void createPrivate(final Path file) throws IOException {
        if (Files.getFileStore(file.toAbsolutePath().getParent())
                .supportsFileAttributeView(PosixFileAttributeView.class)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
    }

    private static void fill(final FileChannel channel) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK_LENGTH);
        for (long position = 0; position < CountersDescriptor.FILE_LENGTH; ) {
            zeros.clear().limit((int) Math.min(BLOCK_LENGTH, CountersDescriptor.FILE_LENGTH - position));
            position += channel.write(zeros, position);
        }
    }
}
