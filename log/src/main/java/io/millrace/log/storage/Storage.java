package io.millrace.log.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The operations on files that the log is built from. The steps are as small as the crash points between them, so
 * that an implementation for tests can fail any of them, or decide which of them survive a loss of power.
 *
 * <p>Implementations may be called by several threads at once.
 */
public interface Storage {
    /**
     * Tells whether a file or directory exists.
     *
     * @param path to look for.
     * @return true when it exists.
     */
    boolean exists(Path path);

    /**
     * Creates a directory and those above it, open to this user only; does nothing when it exists.
     *
     * @param directory to create.
     * @throws IOException when it cannot be created.
     */
    void createDirectories(Path directory) throws IOException;

    /**
     * Lists a directory.
     *
     * @param directory to list.
     * @return names of its entries, sorted.
     * @throws IOException when it cannot be read.
     */
    List<String> list(Path directory) throws IOException;

    /**
     * Creates a file for writing, open to this user only, or empties the one that is there.
     *
     * @param file to create.
     * @return the open file.
     * @throws IOException when it cannot be created.
     */
    StorageFile create(Path file) throws IOException;

    /**
     * Opens a file that exists for writing, and leaves what is in it.
     *
     * @param file to open.
     * @return the open file.
     * @throws IOException when it cannot be opened, {@link java.nio.file.NoSuchFileException} when it is not there.
     */
    StorageFile open(Path file) throws IOException;

    /**
     * Reads a small file.
     *
     * @param file to read.
     * @return all its bytes.
     * @throws IOException when it cannot be read, {@link java.nio.file.NoSuchFileException} when it is not there.
     */
    byte[] read(Path file) throws IOException;

    /**
     * Tells a file's length.
     *
     * @param file to look at.
     * @return length in bytes.
     * @throws IOException when it cannot be read, {@link java.nio.file.NoSuchFileException} when it is not there.
     */
    long length(Path file) throws IOException;

    /**
     * Maps a whole file. Its blocks must exist: a store into a hole of a full disk ends the process.
     *
     * @param file     to map.
     * @param length   of the file in bytes, as the caller has checked.
     * @param readOnly true for a mapping that cannot be written to.
     * @return the mapping.
     * @throws IOException when it cannot be mapped.
     */
    MappedFile map(Path file, int length, boolean readOnly) throws IOException;

    /**
     * Gives a file another name in one step, taking the place of one that has it.
     *
     * @param from name now.
     * @param to   name afterwards, in the same file system.
     * @throws IOException when it cannot be renamed.
     */
    void rename(Path from, Path to) throws IOException;

    /**
     * Deletes a file or an empty directory; does nothing when it is not there.
     *
     * @param path to delete.
     * @throws IOException when it cannot be deleted.
     */
    void delete(Path path) throws IOException;

    /**
     * Makes the names in a directory survive a loss of power.
     *
     * @param directory to force.
     * @throws IOException when the device refuses.
     */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Takes the lock of a directory for this process. The lock goes away with the process.
     *
     * @param lockFile whose lock stands for the directory; not to be opened in any other way: on POSIX a process loses
     *                 its lock when it closes any descriptor of the file.
     * @return the lock, or null when another process, or someone else in this process, has it.
     * @throws IOException when the file cannot be used.
     */
    StorageLock tryLock(Path lockFile) throws IOException;

    /**
     * Names the run of the machine that this is: what was stored in mapped files and never forced is whole for as long as
     * it does not change.
     *
     * @return 16 bytes that differ from run to run; all 0 when it cannot be told, which is to be taken for another run each
     *         time.
     */
    byte[] bootId();
}
