package io.millrace.log.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk that fails at one call, counted from the first, or from that call on. A write that fails has written some of
 * its bytes, a force that fails has forced nothing, and everything else that fails has not been done. One thread.
 */
public final class FailingStorage implements Storage {
    private final Storage disk;
    private long failingCall;
    private final boolean failsForEver;
    private final boolean isFull;
    private long callCount;
    private int failureCount;
    private int forcesAfterFailedForce;
    private boolean hasForceFailed;
    private String failedCall = "none";

    /**
     * Creates a disk that will fail.
     *
     * @param disk         that does what does not fail.
     * @param failingCall  number of the call that fails, from 1.
     * @param failsForEver true when all later calls fail too.
     * @param isFull       true when the error is {@link NoSpaceException}; calls that need no space then succeed.
     */
    public FailingStorage(
            final Storage disk, final long failingCall, final boolean failsForEver, final boolean isFull) {
        this.disk = disk;
        this.failingCall = failingCall;
        this.failsForEver = failsForEver;
        this.isFull = isFull;
    }

    /**
     * Chooses another call to fail at.
     *
     * @param newFailingCall number of the call, counted from the first.
     */
    public void failFrom(final long newFailingCall) {
        failingCall = newFailingCall;
    }

    /**
     * Counts the calls that could have failed.
     *
     * @return number of calls up to now.
     */
    public long callCount() {
        return callCount;
    }

    /**
     * Counts the failures.
     *
     * @return number of calls that failed.
     */
    public int failureCount() {
        return failureCount;
    }

    /**
     * Counts what a store must not do after it could not force records or a cut: force any again, which may then succeed
     * without having written. Begins anew: the store is closed.
     *
     * @return number of such forces after the first that failed.
     */
    public int forcesAfterFailedForce() {
        final int count = forcesAfterFailedForce;
        forcesAfterFailedForce = 0;
        hasForceFailed = false;
        return count;
    }

    private boolean isFailing(final String call, final boolean needsSpace) {
        callCount++;
        final boolean fails =
                (failsForEver ? callCount >= failingCall : callCount == failingCall) && (needsSpace || !isFull);
        if (fails) {
            failureCount++;
            failedCall = failureCount == 1 ? call : failedCall;
        }
        return fails;
    }

    private void before(final String call, final Path path, final boolean needsSpace) throws IOException {
        if (isFailing(call + ' ' + path, needsSpace)) {
            throw failure(path);
        }
    }

    private IOException failure(final Path path) {
        return isFull ? new NoSpaceException("no space left for " + path, null) : new IOException("Input/output error");
    }

    private void beforeForce(final String call, final Path path) throws IOException {
        final String name = path.getFileName().toString();
        final boolean isLasting = name.endsWith(".seg") || name.startsWith("cut.");
        if (hasForceFailed && isLasting) {
            forcesAfterFailedForce++;
        }
        if (isFailing(call + ' ' + path, true)) {
            hasForceFailed |= isLasting;
            throw failure(path);
        }
    }

    @Override
    public boolean exists(final Path path) {
        return disk.exists(path);
    }

    @Override
    public void createDirectories(final Path directory) throws IOException {
        before("create directory", directory, true);
        disk.createDirectories(directory);
    }

    @Override
    public List<String> list(final Path directory) throws IOException {
        before("list", directory, false);
        return disk.list(directory);
    }

    @Override
    public StorageFile create(final Path file) throws IOException {
        before("create", file, true);
        return new Written(file, disk.create(file));
    }

    @Override
    public StorageFile open(final Path file) throws IOException {
        before("open", file, false);
        return new Written(file, disk.open(file));
    }

    @Override
    public byte[] read(final Path file) throws IOException {
        before("read", file, false);
        return disk.read(file);
    }

    @Override
    public long length(final Path file) throws IOException {
        before("length", file, false);
        return disk.length(file);
    }

    @Override
    public MappedFile map(final Path file, final int length, final boolean readOnly) throws IOException {
        before("map", file, false);
        return new Mapped(file, disk.map(file, length, readOnly));
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        before("rename", from, true);
        disk.rename(from, to);
    }

    @Override
    public void delete(final Path path) throws IOException {
        before("delete", path, false);
        disk.delete(path);
    }

    @Override
    public void forceDirectory(final Path directory) throws IOException {
        before("force directory", directory, true);
        disk.forceDirectory(directory);
    }

    @Override
    public StorageLock tryLock(final Path lockFile) throws IOException {
        before("lock", lockFile, true);
        return disk.tryLock(lockFile);
    }

    @Override
    public byte[] bootId() {
        return disk.bootId();
    }

    @Override
    public String toString() {
        return "FailingStorage{failingCall=" + failingCall + ", failsForEver=" + failsForEver + ", isFull=" + isFull
                + ", failed first at=" + failedCall + '}';
    }

    private final class Written implements StorageFile {
        private final Path path;
        private final StorageFile file;

        Written(final Path path, final StorageFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(final ByteBuffer source, final long position) throws IOException {
            if (isFailing("write " + path, true)) {
                file.write(source.slice(source.position(), source.remaining() / 2), position);
                throw failure(path);
            }
            file.write(source, position);
        }

        @Override
        public void force() throws IOException {
            beforeForce("force", path);
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private final class Mapped implements MappedFile {
        private final Path path;
        private final MappedFile file;

        Mapped(final Path path, final MappedFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public ByteBuffer buffer() {
            return file.buffer();
        }

        @Override
        public void force(final int offset, final int length) throws IOException {
            beforeForce("force", path);
            file.force(offset, length);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
