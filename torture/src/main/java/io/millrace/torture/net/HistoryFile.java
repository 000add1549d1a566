package io.millrace.torture.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** A file of entries of one length, little-endian. What {@link #flush()} has written outlives the process in whatever way it ends. One thread. */
final class HistoryFile implements AutoCloseable {
    private final FileChannel file;
    private final ByteBuffer buffer;

    /**
     * Goes on where the file stands.
     *
     * @param file        closed with this one.
     * @param entryLength in bytes.
     * @param capacity    entries that are gathered before they are written at the latest.
     */
    HistoryFile(final FileChannel file, final int entryLength, final int capacity) {
        this.file = file;
        this.buffer = ByteBuffer.allocateDirect(entryLength * capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the next entry is to be put, all of it. */
    ByteBuffer next() {
        if (!buffer.hasRemaining()) {
            flush();
        }
        return buffer;
    }

    void flush() {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        flush();
        file.close();
    }
}
