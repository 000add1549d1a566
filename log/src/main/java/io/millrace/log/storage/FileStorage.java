package io.millrace.log.storage;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.agrona.BitUtil;
import org.agrona.IoUtil;

/** The real disk. Files are open to this user only where the file system knows POSIX permissions. */
public final class FileStorage implements Storage {
    private static final boolean IS_POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final FileAttribute<?>[] DIRECTORY_ATTRIBUTES = attributes("rwx------");
    private static final FileAttribute<?>[] FILE_ATTRIBUTES = attributes("rw-------");
    private static final Set<OpenOption> CREATE_OPTIONS = Set.of(CREATE, TRUNCATE_EXISTING, WRITE);

    private static final Path BOOT_ID_FILE = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int BOOT_ID_LENGTH = 16;
    private static final int PAGE_LENGTH = 4096;

    /** Bytes of a force for which it is worth a call to the system. */
    private static final int MIN_DROPPED_LENGTH = 16 * PAGE_LENGTH;

    /**
     * Lock files held by this process. POSIX takes all locks of a process on a file away when the process closes
     * any descriptor of it, so a second opener here must be turned away before it opens the file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Creates the real disk. */
    public FileStorage() {}

    @Override
    public boolean exists(final Path path) {
        return Files.exists(path);
    }

    @Override
    public void createDirectories(final Path directory) throws IOException {
        try {
            Files.createDirectories(directory, DIRECTORY_ATTRIBUTES);
        } catch (final IOException ex) {
            throw translate(ex, directory);
        }
    }

    @Override
    public List<String> list(final Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public StorageFile create(final Path file) throws IOException {
        try {
            return new ChannelFile(file, FileChannel.open(file, CREATE_OPTIONS, FILE_ATTRIBUTES));
        } catch (final IOException ex) {
            throw translate(ex, file);
        }
    }

    @Override
    public StorageFile open(final Path file) throws IOException {
        try {
            return new ChannelFile(file, FileChannel.open(file, WRITE));
        } catch (final IOException ex) {
            throw translate(ex, file);
        }
    }

    @Override
    public byte[] read(final Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    @Override
    public long length(final Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public MappedFile map(final Path file, final int length, final boolean readOnly) throws IOException {
        try (FileChannel channel = readOnly ? FileChannel.open(file, READ) : FileChannel.open(file, READ, WRITE)) {
            final FileChannel.MapMode mode = readOnly ? FileChannel.MapMode.READ_ONLY : FileChannel.MapMode.READ_WRITE;
            return new Mapping(channel.map(mode, 0, length));
        }
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException ex) {
            throw translate(ex, to);
        }
    }

    @Override
    public void delete(final Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void forceDirectory(final Path directory) throws IOException {
        if (IS_POSIX) {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public byte[] bootId() {
        final byte[] id = new byte[BOOT_ID_LENGTH];
        try {
            final UUID uuid = UUID.fromString(Files.readString(BOOT_ID_FILE).trim());
            ByteBuffer.wrap(id).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        } catch (final IOException | IllegalArgumentException ex) {
            // Another system than Linux, or one that hides it: unknown.
            Arrays.fill(id, (byte) 0);
        }
        return id;
    }

    @Override
    public StorageLock tryLock(final Path lockFile) throws IOException {
        final Path key = lockFile.toAbsolutePath()
                .getParent()
                .toRealPath()
                .resolve(lockFile.getFileName().toString());
        if (!HELD.add(key)) {
            return null;
        }
        StorageLock lock = null;
        try {
            lock = lockChannel(key);
        } finally {
            if (lock == null) {
                HELD.remove(key);
            }
        }
        return lock;
    }

    private static StorageLock lockChannel(final Path file) throws IOException {
        final FileChannel channel = FileChannel.open(file, Set.of(CREATE, READ, WRITE), FILE_ATTRIBUTES);
        try {
            final FileLock lock = channel.tryLock();
            if (lock != null) {
                return new ChannelLock(file, channel);
            }
        } catch (final OverlappingFileLockException ex) {
            // Held by a copy of this class under another class loader: closing the channel would drop its lock.
            return null;
        } catch (final IOException ex) {
            channel.close();
            throw ex;
        }
        channel.close();
        return null;
    }

    private static FileAttribute<?>[] attributes(final String permissions) {
        return IS_POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static IOException translate(final IOException ex, final Path path) {
        return isNoSpace(ex) ? new NoSpaceException("no space left for " + path, ex) : ex;
    }

    private static boolean isNoSpace(final IOException ex) {
        final String message = String.valueOf(ex.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }

    /** A file written through a channel. */
    private static final class ChannelFile implements StorageFile {
        private final Path path;
        private final FileChannel channel;

        ChannelFile(final Path path, final FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public void write(final ByteBuffer source, final long position) throws IOException {
            try {
                long at = position;
                while (source.hasRemaining()) {
                    at += channel.write(source, at);
                }
            } catch (final IOException ex) {
                throw isNoSpace(ex) || isDeviceFull() ? new NoSpaceException("no space left for " + path, ex) : ex;
            }
        }

        /** The system's message is in the user's language, so ask the device too. */
        private boolean isDeviceFull() {
            try {
                return Files.getFileStore(path).getUsableSpace() == 0;
            } catch (final IOException ignored) {
                return false;
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(true);
            } catch (final IOException ex) {
                throw translate(ex, path);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** A mapping made by the JDK. */
    private static final class Mapping implements MappedFile {
        private MappedByteBuffer buffer;

        Mapping(final MappedByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void force(final int offset, final int length) throws IOException {
            try {
                dropPages(offset, length);
                buffer.force(offset, length);
            } catch (final java.io.UncheckedIOException ex) {
                throw ex.getCause();
            }
        }

        /** But for the last one, to which somebody appends most likely. */
        private void dropPages(final int offset, final int length) {
            final int begin = BitUtil.align(offset, PAGE_LENGTH);
            final int end = (offset + length) & -PAGE_LENGTH;
            if (end - begin >= MIN_DROPPED_LENGTH) {
                PageTable.drop(buffer, begin, end - begin);
            }
        }

        @Override
        public void close() {
            final MappedByteBuffer mapped = buffer;
            buffer = null;
            if (mapped != null) {
                IoUtil.unmap(mapped);
            }
        }
    }

    /** A lock on a channel that stays open with it. */
    private static final class ChannelLock implements StorageLock {
        private final Path file;
        private FileChannel channel;

        ChannelLock(final Path file, final FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
                channel = null;
                HELD.remove(file);
            }
        }
    }
}
