package io.millrace.perf.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Five numbers at a time from one thread to another through a mapped file whose pages were touched before; a word behind them, stored
 * last with release semantics, says that they are there. It holds as many as it was made for, and none a second time.
 */
final class MappedPipe implements AutoCloseable {
    private static final int LENGTH = 48;
    private static final int WORD_OFFSET = 40;
    private static final int PAGE_LENGTH = 4096;

    private final MappedByteBuffer file;
    private final UnsafeBuffer buffer;
    private int writeOffset;
    private int readOffset;

    private MappedPipe(final MappedByteBuffer file) {
        this.file = file;
        this.buffer = new UnsafeBuffer(file);
    }

    static MappedPipe create(final Path directory, final int count) {
        try {
            final Path path = Files.createTempFile(directory, "pipe", "");
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                final long length = (long) count * LENGTH;
                final ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
                for (long at = 0; at < length; at += zeros.position()) {
                    zeros.clear().limit((int) Math.min(zeros.capacity(), length - at));
                    channel.write(zeros, at);
                }
                final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
                for (int i = 0; i < mapped.capacity(); i += PAGE_LENGTH) {
                    mapped.put(i, (byte) 0);
                }
                return new MappedPipe(mapped);
            } finally {
                Files.delete(path);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** By the thread that writes. */
    void write(final long first, final long second, final long third, final long fourth, final long fifth) {
        final int at = writeOffset;
        buffer.putLong(at, first);
        buffer.putLong(at + 8, second);
        buffer.putLong(at + 16, third);
        buffer.putLong(at + 24, fourth);
        buffer.putLong(at + 32, fifth);
        buffer.putIntRelease(at + WORD_OFFSET, 1);
        writeOffset = at + LENGTH;
    }

    /** By the thread that reads: hands out what is there. */
    void read(final Handler handler) {
        int at = readOffset;
        while (at < buffer.capacity() && buffer.getIntAcquire(at + WORD_OFFSET) != 0) {
            handler.onNumbers(
                    buffer.getLong(at),
                    buffer.getLong(at + 8),
                    buffer.getLong(at + 16),
                    buffer.getLong(at + 24),
                    buffer.getLong(at + 32));
            at += LENGTH;
        }
        readOffset = at;
    }

    @Override
    public void close() {
        IoUtil.unmap(file);
    }

    /** Takes numbers. */
    @FunctionalInterface
    interface Handler {
        void onNumbers(long first, long second, long third, long fourth, long fifth);
    }
}
