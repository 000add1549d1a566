package io.millrace.log;

import io.millrace.log.storage.AtomicFiles;
import io.millrace.log.storage.NoSpaceException;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two files that hold the durable cuts of a store, written in turn and in place: a crash in the middle of a write leaves
 * one that is not whole, and the other with the cut before. One thread.
 *
 * <p>In place, since it is done per acknowledgement of derived records: one write and one force, and no name in a directory
 * changes. A new file is made once per store, and its name forced with it.
 */
final class CutFiles implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CutFiles.class);
    private static final int FILE_COUNT = 2;

    private final Storage storage;
    private final Path directory;
    private final StorageFile[] files = new StorageFile[FILE_COUNT];

    /** Once per run: the one before may have been killed, or its disk may have been full, before the name was forced. */
    private final boolean[] isNameForced = new boolean[FILE_COUNT];

    private int damagedCount;
    private byte[] newestBytes;

    CutFiles(final Storage storage, final Path directory) {
        this.storage = storage;
        this.directory = directory;
    }

    /**
     * Reads the newest cut that is whole.
     *
     * @return the cut, or null when there is none.
     */
    CutManifest load() throws IOException {
        CutManifest newest = null;
        damagedCount = 0;
        newestBytes = null;
        for (int i = 0; i < FILE_COUNT; i++) {
            final Path file = path(i);
            if (storage.exists(file)) {
                final byte[] bytes = storage.read(file);
                final CutManifest manifest = CutManifest.decode(file, bytes);
                if (manifest == null) {
                    damagedCount++;
                    LOGGER.warn("a durable cut is not whole, as a crash leaves it: file={}", file);
                } else if (newest == null || manifest.generation() > newest.generation()) {
                    newest = manifest;
                    newestBytes = bytes;
                }
            }
        }
        return newest;
    }

    /** Counts the files that {@link #load()} found and could not use. */
    int damagedCount() {
        return damagedCount;
    }

    /**
     * Makes sure that the cut that was loaded is on disk. The process that wrote it may have been killed before it had forced
     * it, or its force may have failed, and then the only cut on disk is the one that is overwritten next. Writing the same
     * bytes again takes nothing away, whether they were on disk or not.
     *
     * @param generation of the cut that was loaded.
     * @throws IOException when a step fails; not to be tried again.
     */
    void confirm(final long generation) throws IOException {
        if (newestBytes != null) {
            write(generation, ByteBuffer.wrap(newestBytes));
            newestBytes = null;
        }
    }

    /**
     * Leaves word that a force has failed. Only runs of the store on this boot of the machine need it, so it is not forced
     * itself.
     */
    void leaveFailure() {
        try {
            storage.create(failureFile()).close();
        } catch (final IOException ex) {
            LOGGER.error("cannot leave word of a failed force: file={} cause={}", failureFile(), ex.toString());
        }
    }

    /** Tells whether a force has failed in an earlier run. */
    boolean hasFailure() {
        return storage.exists(failureFile());
    }

    /** Writes both cuts into new files: of the old ones the system may believe to be on disk what is not. */
    void renew() throws IOException {
        for (int i = 0; i < FILE_COUNT; i++) {
            if (storage.exists(path(i))) {
                AtomicFiles.write(storage, path(i), storage.read(path(i)));
            }
        }
    }

    /** Forgets a failed force, when all that it may have lost is on disk. */
    void clearFailure() throws IOException {
        storage.delete(failureFile());
        storage.forceDirectory(directory);
    }

    private Path failureFile() {
        return directory.resolve("force.failed");
    }

    /**
     * Writes a cut over the one before the last and forces it.
     *
     * @param generation of the cut.
     * @param bytes      of the cut.
     * @throws IOException when a step fails; not to be tried again.
     */
    void write(final long generation, final ByteBuffer bytes) throws IOException {
        final int index = (int) (generation & (FILE_COUNT - 1));
        final Path file = path(index);
        try {
            if (files[index] == null) {
                files[index] = storage.exists(file) ? storage.open(file) : storage.create(file);
            }
            files[index].write(bytes, 0);
            force(index);
        } catch (final NoSpaceException ex) {
            throw ex;
        } catch (final IOException ex) {
            throw new IOException("file=" + file + " cause=" + ex.getMessage(), ex);
        }
    }

    private void force(final int index) throws IOException {
        try {
            files[index].force();
            if (!isNameForced[index]) {
                storage.forceDirectory(directory);
                isNameForced[index] = true;
            }
        } catch (final NoSpaceException ex) {
            // Nobody knows what a failed force has left behind, so this is no reason to try again.
            throw new IOException(ex.getMessage(), ex);
        }
    }

    private Path path(final int index) {
        return directory.resolve("cut." + index);
    }

    @Override
    public void close() throws IOException {
        for (int i = 0; i < FILE_COUNT; i++) {
            final StorageFile file = files[i];
            files[i] = null;
            if (file != null) {
                file.close();
            }
        }
    }
}
