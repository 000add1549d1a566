package io.millrace.log.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file mapped into memory as a whole. */
public interface MappedFile extends AutoCloseable {
    /**
     * The mapped bytes. Not to be touched after {@link #close()}, which the process would not survive.
     *
     * @return direct buffer over the whole file.
     */
    ByteBuffer buffer();

    /**
     * Makes a range of the file survive a loss of power.
     *
     * @param offset in the file.
     * @param length in bytes.
     * @throws IOException when the device refuses; what was written may be lost then, so do not try again.
     */
    void force(int offset, int length) throws IOException;

    /** Takes the mapping away. The caller makes sure that nobody uses it any more. */
    @Override
    void close();
}
