package io.millrace.log.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A disk that says that files of one sort are forced and does not force them. Tests must notice what it loses. */
public final class ForgetfulStorage implements Storage {
    private final Storage disk;
    private final String partOfName;

    /**
     * Creates a disk that lies.
     *
     * @param disk       that does everything else.
     * @param partOfName of the files that are not forced.
     */
    public ForgetfulStorage(final Storage disk, final String partOfName) {
        this.disk = disk;
        this.partOfName = partOfName;
    }

    private boolean isForgotten(final Path path) {
        return path.getFileName().toString().contains(partOfName);
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
    public StorageFile create(final Path file) throws IOException {
        return isForgotten(file) ? new Written(disk.create(file)) : disk.create(file);
    }

    @Override
    public StorageFile open(final Path file) throws IOException {
        return isForgotten(file) ? new Written(disk.open(file)) : disk.open(file);
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
        final MappedFile mapped = disk.map(file, length, readOnly);
        return isForgotten(file) ? new Mapped(mapped) : mapped;
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

    private static final class Written implements StorageFile {
        private final StorageFile file;

        Written(final StorageFile file) {
            this.file = file;
        }

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

    private static final class Mapped implements MappedFile {
        private final MappedFile file;

        Mapped(final MappedFile file) {
            this.file = file;
        }

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
