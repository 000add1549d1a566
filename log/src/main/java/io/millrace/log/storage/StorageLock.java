package io.millrace.log.storage;

import java.io.IOException;

/** The right of this process to write below a directory, held until closed. */
public interface StorageLock extends AutoCloseable {
    @Override
    void close() throws IOException;
}
