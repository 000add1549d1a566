package io.millrace.perf.compare.contender;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The limit: messages copied into a mapped file, each behind a word that holds its length and is stored last with release
 * semantics. No checksum, no header, no bounds, no second appender.
 */
final class MemoryCopy implements Contender {
    private static final int FRAME_HEADER_LENGTH = 8;
    private static final int PAGE_LENGTH = 4096;

    private final MappedByteBuffer[] files;

    MemoryCopy(final OpenOptions options, final boolean isFilled, final boolean isTouched) {
        files = new MappedByteBuffer[options.partitions()];
        try {
            for (int i = 0; i < files.length; i++) {
                files[i] = map(options, i, isFilled, isTouched);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static MappedByteBuffer map(
            final OpenOptions options, final int index, final boolean isFilled, final boolean isTouched)
            throws IOException {
        final int length = Math.toIntExact(options.capacity() + PAGE_LENGTH & -PAGE_LENGTH);
        try (FileChannel channel = FileChannel.open(
                options.directory().resolve("partition-" + index),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            if (isFilled) {
                fill(channel, length);
            }
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
            if (isTouched) {
                for (int offset = 0; offset < length; offset += PAGE_LENGTH) {
                    mapped.put(offset, (byte) 0);
                }
            }
            return mapped;
        }
    }

    private static void fill(final FileChannel channel, final int length) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(1024 * 1024);
        for (long at = 0; at < length; at += zeros.position()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), length - at));
            channel.write(zeros, at);
        }
    }

    @Override
    public MessageAppender appender(final int partition) {
        return new Appender(files[partition]);
    }

    @Override
    public MessageReader reader(final int partition) {
        return new Reader(files[partition]);
    }

    @Override
    public void close() {
        for (final MappedByteBuffer file : files) {
            IoUtil.unmap(file);
        }
    }

    private static int frameLength(final int length) {
        return FRAME_HEADER_LENGTH + length + 7 & -8;
    }

    private static final class Appender implements MessageAppender {
        private final MappedByteBuffer file;
        private final UnsafeBuffer buffer;
        private int offset;
        private int forcedOffset;

        private Appender(final MappedByteBuffer file) {
            this.file = file;
            this.buffer = new UnsafeBuffer(file);
        }

        @Override
        public void append(final DirectBuffer message, final int length) {
            final int start = offset;
            buffer.putBytes(start + FRAME_HEADER_LENGTH, message, 0, length);
            buffer.putIntRelease(start, length);
            offset = start + frameLength(length);
        }

        @Override
        public void awaitDurable() {
            file.force(forcedOffset, offset - forcedOffset);
            forcedOffset = offset & -PAGE_LENGTH;
        }
    }

    private static final class Reader implements MessageReader {
        private final UnsafeBuffer buffer;
        private int offset;

        private Reader(final MappedByteBuffer file) {
            this.buffer = new UnsafeBuffer(file);
        }

        @Override
        public int poll(final MessageHandler handler, final int limit) {
            int at = offset;
            int count = 0;
            while (count < limit) {
                final int length = buffer.getIntAcquire(at);
                if (length <= 0) {
                    break;
                }
                handler.onMessage(buffer, at + FRAME_HEADER_LENGTH, length);
                at += frameLength(length);
                count++;
            }
            offset = at;
            return count;
        }
    }
}
