package io.millrace.log.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file opened for writing by system call, as opposed to a mapping. One thread. */
public interface StorageFile extends AutoCloseable {
    /**
     * Writes all remaining bytes of a buffer.
     *
     * @param source   bytes to write.
     * @param position in the file.
     * @throws NoSpaceException when the device or quota is full.
     * @throws IOException      when the write fails otherwise.
     */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Makes everything written to the file, and its length, survive a loss of power.
     *
     * @throws IOException when the device refuses; what was written may be lost then, so do not try again.
     */
    void force() throws IOException;

    @Override
    void close() throws IOException;
}
