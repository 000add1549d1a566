package io.millrace.log.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A disk in memory that can tell what a machine would find on it after a loss of power at any moment. Mapped files are
 * direct buffers, so the log runs on it as on a real disk.
 *
 * <p>The rules are those that POSIX gives, not those of a friendly file system. Of a file, what was forced is on disk;
 * of what was not, each sector of {@value #SECTOR_LENGTH} bytes may be old, new, or as {@link #mark()} saw it in between,
 * or torn within, and the length may be the old one, the new one or between the two. A name is on disk when its directory
 * was forced, and not because the file was; operations on names that were not forced may survive one without another.
 *
 * <p>Any thread may use it; {@link #crashPoint()} and what comes from it is for tests whose threads stand still.
 */
public final class CrashImageStorage implements Storage {
    /** Bytes that a disk writes as a whole, if it does not tear even those. */
    public static final int SECTOR_LENGTH = 512;

    /** Bytes of a page, which a force of a mapping writes as a whole. */
    static final int PAGE_LENGTH = 4096;

    private final ImageBuffers buffers;
    private final CrashChoice origin;
    private final long boot;
    private final Set<Path> locks = new HashSet<>();
    private final List<ImageFile> files = new ArrayList<>();
    private Map<Path, ImageDirectory> directories = new HashMap<>();
    private Runnable observer = () -> {};
    private long serial;

    /** Creates an empty disk with a root directory. */
    public CrashImageStorage() {
        this(new ImageBuffers());
    }

    private CrashImageStorage(final ImageBuffers buffers) {
        this(buffers, null, 1, 0);
        directories.put(Path.of("/"), new ImageDirectory());
    }

    /**
     * Creates another empty disk, which uses the memory that this one and its images gave back.
     *
     * @return a new disk.
     */
    public CrashImageStorage another() {
        return new CrashImageStorage(buffers);
    }

    /** Creates the disk that a crash leaves; its changes of names come after those that are still pending. */
    CrashImageStorage(final ImageBuffers buffers, final CrashChoice origin, final long boot, final long firstSerial) {
        this.serial = firstSerial;
        this.buffers = buffers;
        this.origin = origin;
        this.boot = boot;
    }

    ImageBuffers buffers() {
        return buffers;
    }

    long boot() {
        return boot;
    }

    long nextSerial() {
        return serial;
    }

    ImageDirectory root() {
        return directories.get(Path.of("/"));
    }

    Map<Path, ImageDirectory> directories() {
        return directories;
    }

    void directories(final Map<Path, ImageDirectory> newDirectories) {
        directories = newDirectories;
    }

    ImageFile newFile(final ImageFile of, final CrashChoice choice) {
        final ImageFile file = new ImageFile(buffers, files.size(), of, choice);
        files.add(file);
        return file;
    }

    /**
     * Sets who is told of each change of the disk that is made by a call, after it, and before each force too. This is
     * where crashes are tried in the middle of what the log does.
     *
     * @param newObserver called on the thread that makes the change.
     */
    public synchronized void observer(final Runnable newObserver) {
        observer = newObserver;
    }

    /** Remembers the bytes of all sectors that have changed since the last call: a crash may leave them so. */
    public synchronized void mark() {
        files.forEach(ImageFile::mark);
    }

    /**
     * Looks at the disk as it is now.
     *
     * @return the moment, from which crashes can be tried.
     */
    public synchronized CrashPoint crashPoint() {
        files.forEach(ImageFile::findDirtySectors);
        return new CrashPoint(this);
    }

    /** Makes an image whole, so that the disk that it is of may be written to again. */
    public synchronized void detach() {
        files.forEach(ImageFile::detach);
    }

    /** Gives the memory of all files back. Nothing may use them any more. */
    public synchronized void close() {
        files.forEach(ImageFile::close);
        files.clear();
        directories.clear();
    }

    @Override
    public synchronized boolean exists(final Path path) {
        return directories.containsKey(path) || find(path) != null;
    }

    @Override
    public synchronized void createDirectories(final Path directory) throws IOException {
        if (!directories.containsKey(directory)) {
            final Path parent = directory.getParent();
            createDirectories(parent);
            final ImageDirectory created = new ImageDirectory();
            directories.get(parent).change(serial++, null, name(directory), created);
            directories.put(directory, created);
            observer.run();
        }
    }

    @Override
    public synchronized List<String> list(final Path directory) throws IOException {
        return new ArrayList<>(directory(directory).names().keySet());
    }

    @Override
    public synchronized StorageFile create(final Path path) throws IOException {
        ImageFile file = find(path);
        if (file == null) {
            file = new ImageFile(buffers, files.size());
            files.add(file);
            directory(path.getParent()).change(serial++, null, name(path), file);
        } else {
            file.truncate();
        }
        observer.run();
        return new WrittenFile(file);
    }

    @Override
    public synchronized StorageFile open(final Path path) throws IOException {
        return new WrittenFile(file(path));
    }

    @Override
    public synchronized byte[] read(final Path file) throws IOException {
        return file(file).read();
    }

    @Override
    public synchronized long length(final Path file) throws IOException {
        return file(file).length();
    }

    @Override
    public synchronized MappedFile map(final Path path, final int length, final boolean readOnly) throws IOException {
        final ImageFile file = file(path);
        if (readOnly && length > file.length()) {
            throw new IOException("cannot map more than there is: file=" + path + " length=" + length);
        }
        final ByteBuffer buffer = file.map(length);
        return new Mapping(file, readOnly ? buffer.asReadOnlyBuffer() : buffer);
    }

    @Override
    public synchronized void rename(final Path from, final Path to) throws IOException {
        if (!from.getParent().equals(to.getParent())) {
            throw new UnsupportedOperationException("renames within one directory only: from=" + from + " to=" + to);
        }
        directory(from.getParent()).change(serial++, name(from), name(to), file(from));
        observer.run();
    }

    @Override
    public synchronized void delete(final Path path) throws IOException {
        final ImageDirectory directory = directories.get(path);
        if (directory != null && !directory.names().isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        final ImageNode node = directory == null ? find(path) : directory;
        if (node != null) {
            directories.get(path.getParent()).change(serial++, name(path), null, node);
            directories.remove(path);
            observer.run();
        }
    }

    @Override
    public synchronized void forceDirectory(final Path directory) throws IOException {
        observer.run();
        directory(directory).force();
        observer.run();
    }

    @Override
    public synchronized StorageLock tryLock(final Path lockFile) throws IOException {
        if (!locks.add(lockFile)) {
            return null;
        }
        if (find(lockFile) == null) {
            create(lockFile);
        }
        return () -> {
            synchronized (this) {
                locks.remove(lockFile);
            }
        };
    }

    @Override
    public byte[] bootId() {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(boot).array();
    }

    private ImageDirectory directory(final Path path) throws IOException {
        final ImageDirectory directory = directories.get(path);
        if (directory == null) {
            throw find(path) == null
                    ? new NoSuchFileException(path.toString())
                    : new NotDirectoryException(path.toString());
        }
        return directory;
    }

    private ImageFile file(final Path path) throws IOException {
        final ImageFile file = find(path);
        if (file == null) {
            throw directories.containsKey(path)
                    ? new FileNotFoundException(path + " (Is a directory)")
                    : new NoSuchFileException(path.toString());
        }
        return file;
    }

    /** Finds a file, not a directory; null when there is none. */
    private ImageFile find(final Path path) {
        final ImageDirectory parent = directories.get(path.getParent());
        return parent != null && parent.names().get(name(path)) instanceof ImageFile file ? file : null;
    }

    private static String name(final Path path) {
        return path.getFileName().toString();
    }

    @Override
    public String toString() {
        return "CrashImageStorage{boot=" + boot + ", origin=" + origin + ", files=" + files.size() + '}';
    }

    /** A file opened for system calls. */
    private final class WrittenFile implements StorageFile {
        private final ImageFile file;

        WrittenFile(final ImageFile file) {
            this.file = file;
        }

        @Override
        public void write(final ByteBuffer source, final long position) {
            synchronized (CrashImageStorage.this) {
                file.write(source, Math.toIntExact(position));
                observer.run();
            }
        }

        @Override
        public void force() {
            synchronized (CrashImageStorage.this) {
                observer.run();
                file.force();
                observer.run();
            }
        }

        @Override
        public void close() {}
    }

    /** A mapping, which stays readable after it was closed. */
    private final class Mapping implements MappedFile {
        private final ImageFile file;
        private final ByteBuffer buffer;

        Mapping(final ImageFile file, final ByteBuffer buffer) {
            this.file = file;
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void force(final int offset, final int length) {
            synchronized (CrashImageStorage.this) {
                observer.run();
                file.force(offset, length);
                observer.run();
            }
        }

        @Override
        public void close() {}
    }
}
