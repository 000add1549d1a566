package io.millrace.log.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Replaces small files as a whole. The bytes are written to a temporary name, forced, renamed, and the directory is
 * forced: a crash at any step leaves either the old file or the new one, and at most a temporary file that
 * {@link #isTemporary(String)} recognises.
 */
public final class AtomicFiles {
    /** Ending of names that a crash may leave behind and that mean nothing. */
    public static final String TEMPORARY_SUFFIX = ".tmp";

    private AtomicFiles() {}

    /**
     * Writes or replaces a file.
     *
     * @param storage to write with.
     * @param file    to write.
     * @param bytes   its whole content.
     * @throws IOException when a step fails; the old file is intact then.
     */
    public static void write(final Storage storage, final Path file, final byte[] bytes) throws IOException {
        final Path temporary = temporary(file);
        try (StorageFile out = storage.create(temporary)) {
            out.write(ByteBuffer.wrap(bytes), 0);
            out.force();
        }
        storage.rename(temporary, file);
        storage.forceDirectory(file.toAbsolutePath().getParent());
    }

    /**
     * Names the temporary file that stands in for a file while it is written.
     *
     * @param file its name when complete.
     * @return its name until then.
     */
    public static Path temporary(final Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
    }

    /**
     * Tells whether a name is that of an unfinished file.
     *
     * @param name without directory.
     * @return true when it may be deleted at start.
     */
    public static boolean isTemporary(final String name) {
        return name.endsWith(TEMPORARY_SUFFIX);
    }
}
