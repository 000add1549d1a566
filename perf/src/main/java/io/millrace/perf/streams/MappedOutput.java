package io.millrace.perf.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copies messages into a mapped file behind a word each that holds their length and is stored last, with release semantics. The
 * file was written by system calls and each page touched before, as the log's segments are.
 */
final class MappedOutput implements MessageOutput {
    private static final int WORD_LENGTH = 8;
    private static final int PAGE_LENGTH = 4096;

    private final MappedByteBuffer file;
    private final UnsafeBuffer buffer;
    private int offset;

    private MappedOutput(final Path path, final int capacity) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
            for (long at = 0; at < capacity; at += zeros.position()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), capacity - at));
                channel.write(zeros, at);
            }
            file = channel.map(FileChannel.MapMode.READ_WRITE, 0, capacity);
        }
        for (int i = 0; i < capacity; i += PAGE_LENGTH) {
            file.put(i, (byte) 0);
        }
        buffer = new UnsafeBuffer(file);
    }

    /** Makes a new file in a directory, which goes away with the mapping. */
    static MappedOutput create(final Path directory, final int capacity) {
        try {
            final Path path = Files.createTempFile(directory, "results", "");
            final MappedOutput output = new MappedOutput(path, capacity);
            Files.delete(path);
            return output;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void append(final long instrumentId, final long eventTimeNs, final DirectBuffer message, final int length) {
        final int start = offset;
        buffer.putBytes(start + WORD_LENGTH, message, 0, length);
        buffer.putIntRelease(start, length);
        offset = start + WORD_LENGTH + (length + 7 & -8);
    }

    /** Begins again at the beginning of the file. */
    void rewind() {
        offset = 0;
    }

    /** Hands out all messages, each in a buffer of its own length. */
    void forEach(final Consumer<DirectBuffer> consumer) {
        int at = 0;
        while (at < offset) {
            final int length = buffer.getInt(at);
            consumer.accept(new UnsafeBuffer(buffer, at + WORD_LENGTH, length));
            at += WORD_LENGTH + (length + 7 & -8);
        }
    }

    @Override
    public void close() {
        IoUtil.unmap(file);
    }
}
