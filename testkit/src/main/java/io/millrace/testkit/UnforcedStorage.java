package io.millrace.testkit;

import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.MappedFile;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import io.millrace.log.storage.StorageLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk without the wait for it: nothing is forced. What a test's log holds has to survive the end of the job, for which the
 * page cache is enough, and never a loss of power; a test with many stores takes a tenth of the time.
 */
final class UnforcedStorage implements Storage {
    private final Storage disk = new FileStorage();

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
    public StorageFile create(final Path file) throws IOException {
        return new UnforcedFile(disk.create(file));
    }

    @Override
    public StorageFile open(final Path file) throws IOException {
        return new UnforcedFile(disk.open(file));
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
        return new UnforcedMapping(disk.map(file, length, readOnly));
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
    public void forceDirectory(final Path directory) {}

    @Override
    public StorageLock tryLock(final Path lockFile) throws IOException {
        return disk.tryLock(lockFile);
    }

    @Override
    public byte[] bootId() {
        return disk.bootId();
    }

    private record UnforcedFile(StorageFile file) implements StorageFile {
        @Override
        public void write(final ByteBuffer source, final long position) throws IOException {
            file.write(source, position);
        }

        @Override
        public void force() {}

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private record UnforcedMapping(MappedFile file) implements MappedFile {
        @Override
        public ByteBuffer buffer() {
            return file.buffer();
        }

        @Override
        public void force(final int offset, final int length) {}

        @Override
        public void close() {
            file.close();
        }
    }
}
