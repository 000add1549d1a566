package io.millrace.log;

import io.millrace.log.storage.FileStorage;
import io.millrace.log.storage.MappedFile;
import io.millrace.log.storage.NoSpaceException;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import io.millrace.log.storage.StorageLock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The real disk, with a switch for each way in which it can refuse. */
final class FaultyStorage implements Storage {
    /** What writes do. */
    enum Fault {
        NONE,
        NO_SPACE,
        INPUT_OUTPUT
    }

    private final Storage disk = new FileStorage();
    private volatile Fault fault = Fault.NONE;
    private volatile int writesBeforeFault;
    private volatile int faultCount;
    private volatile String unforceable;
    private volatile String heldDirectory;
    private volatile CountDownLatch gate;
    private final Semaphore held = new Semaphore(0);
    private volatile byte[] bootId = disk.bootId();
    private final List<Write> writes = new ArrayList<>();
    private final AtomicInteger forceCount = new AtomicInteger();
    private final AtomicInteger mapCount = new AtomicInteger();
    private final AtomicInteger unmapCount = new AtomicInteger();

    /** Tells what was written by system calls since the last call. */
    List<Write> takeWrites() {
        synchronized (writes) {
            final List<Write> taken = List.copyOf(writes);
            writes.clear();
            return taken;
        }
    }

    /** One write, wherever it went. */
    record Write(long position, int length) {}

    /** Lets some writes pass, then fails all until told otherwise. */
    void failWrites(final Fault newFault, final int afterWrites) {
        writesBeforeFault = afterWrites;
        fault = newFault;
    }

    /** Fails to force files whose path contains a text; null for none. */
    void failForces(final String partOfPath) {
        unforceable = partOfPath;
    }

    /** Keeps whoever forces a directory whose path contains a text until that may go on; null for none. */
    void holdDirectoryForces(final String partOfPath, final CountDownLatch newGate) {
        gate = newGate;
        heldDirectory = partOfPath;
    }

    /** Waits until somebody is kept in the force of a directory. */
    void awaitHeld() throws InterruptedException {
        if (!held.tryAcquire(10, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody has forced a directory: part=" + heldDirectory);
        }
    }

    /** Does as if the machine had been started again; unknown when all is 0. */
    void bootId(final byte[] newBootId) {
        bootId = newBootId;
    }

    /** Counts the forces of files that were asked for, whether they succeeded or not. */
    int forceCount() {
        return forceCount.get();
    }

    /** Counts the mappings that were made. */
    int mapCount() {
        return mapCount.get();
    }

    /** Counts the mappings that were taken away. */
    int unmapCount() {
        return unmapCount.get();
    }

    int faultCount() {
        return faultCount;
    }

    private synchronized void beforeWrite(final Path file) throws IOException {
        // They are written by the clock, so they would make the count of writes mean nothing.
        if (file.getFileName().toString().startsWith("cut.")) {
            return;
        }
        if (fault == Fault.NONE || writesBeforeFault-- > 0) {
            return;
        }
        faultCount++;
        if (fault == Fault.NO_SPACE) {
            throw new NoSpaceException("no space left for " + file, null);
        }
        throw new IOException("Input/output error");
    }

    private void beforeForce(final Path file) throws IOException {
        forceCount.incrementAndGet();
        final String part = unforceable;
        if (part != null && file.toString().contains(part)) {
            throw new IOException("Input/output error");
        }
    }

    @Override
    public StorageFile create(final Path path) throws IOException {
        return faulty(path, disk.create(path));
    }

    @Override
    public StorageFile open(final Path path) throws IOException {
        return faulty(path, disk.open(path));
    }

    private StorageFile faulty(final Path path, final StorageFile file) {
        return new StorageFile() {
            @Override
            public void write(final ByteBuffer source, final long position) throws IOException {
                beforeWrite(path);
                synchronized (writes) {
                    writes.add(new Write(position, source.remaining()));
                }
                file.write(source, position);
            }

            @Override
            public void force() throws IOException {
                beforeForce(path);
                file.force();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
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
        final MappedFile mapped = disk.map(file, length, readOnly);
        mapCount.incrementAndGet();
        return new MappedFile() {
            @Override
            public ByteBuffer buffer() {
                return mapped.buffer();
            }

            @Override
            public void force(final int offset, final int forcedLength) throws IOException {
                beforeForce(file);
                mapped.force(offset, forcedLength);
            }

            @Override
            public void close() {
                unmapCount.incrementAndGet();
                mapped.close();
            }
        };
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
        final String part = heldDirectory;
        if (part != null && directory.toString().contains(part)) {
            held.release();
            try {
                gate.await();
            } catch (final InterruptedException ex) {
                throw new InterruptedIOException();
            }
        }
        disk.forceDirectory(directory);
    }

    @Override
    public StorageLock tryLock(final Path lockFile) throws IOException {
        return disk.tryLock(lockFile);
    }

    @Override
    public byte[] bootId() {
        return bootId.clone();
    }
}
