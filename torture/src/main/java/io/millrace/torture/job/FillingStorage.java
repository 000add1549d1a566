package io.millrace.torture.job;

import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.MappedFile;
import io.millrace.log.storage.NoSpaceException;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import io.millrace.log.storage.StorageLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The real disk, which can be told that it is full: then every write is refused for want of space. */
final class FillingStorage implements Storage {
    private final Storage disk = new FileStorage();
    private volatile boolean isFull;

    void full(final boolean newFull) {
        isFull = newFull;
    }

    private StorageFile limited(final Path path, final StorageFile file) {
        return new StorageFile() {
            @Override
            public void write(final ByteBuffer source, final long position) throws IOException {
                if (isFull) {
                    throw new NoSpaceException("no space left for " + path, null);
                }
                file.write(source, position);
            }

            @Override
            public void force() throws IOException {
                file.force();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public StorageFile create(final Path file) throws IOException {
        return limited(file, disk.create(file));
    }

    @Override
    public StorageFile open(final Path file) throws IOException {
        return limited(file, disk.open(file));
    }

    @Override
    public boolean exists(final Path path) {
        return disk.exists(path);
    }

    @Override
    public void createDirectories(final Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public List<String> list(final Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public byte[] read(final Path file) throws IOException {
        return disk.read(file);
    }

    @Override
    public long length(final Path file) throws IOException {
        return disk.length(file);
    }

    @Override
    public MappedFile map(final Path file, final int length, final boolean readOnly) throws IOException {
        return disk.map(file, length, readOnly);
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(final Path path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void forceDirectory(final Path directory) throws IOException {
        disk.forceDirectory(directory);
    }

    @Override
    public StorageLock tryLock(final Path lockFile) throws IOException {
        return disk.tryLock(lockFile);
    }

    @Override
    public byte[] bootId() {
        return disk.bootId();
    }
}
