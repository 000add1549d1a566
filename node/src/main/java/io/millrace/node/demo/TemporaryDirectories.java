package io.millrace.node.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Directories of runs that nobody wants to keep. Each holds a lock file for as long as its process lives, so that the next run
 * can tell those of killed processes, and remove them.
 *
 * <p>A directory is in use until its lock can be taken. The owner takes it before it writes {@link
 * DemoDirectory#PROPERTIES_FILE}; one without that file is just being made, and left alone. So is what belongs to another user,
 * and what is reached through a symbolic link.
 */
final class TemporaryDirectories {
    private static final String PREFIX = "millrace-demo-";
    private static final String LOCK_FILE = "demo.lock";

    /** Those of this process, by path: opening and closing the lock file of one of them would lose its lock. */
    private static final Map<Path, FileChannel> OWN = new ConcurrentHashMap<>();

    private TemporaryDirectories() {}

    /**
     * Makes a directory, and removes those that killed processes left beside it.
     *
     * @param parent of the directory.
     * @return the directory, locked.
     * @throws IOException when it cannot be made.
     */
    static Path create(final Path parent) throws IOException {
        final Path directory = Files.createTempDirectory(parent, PREFIX).toRealPath();
        final FileChannel channel =
                FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OWN.put(directory, channel);
        channel.lock();
        removeAbandoned(directory);
        return directory;
    }

    /**
     * Deletes a directory with all that is in it; does nothing when it is gone.
     *
     * @param directory of this process.
     * @throws IOException when a part of it cannot be deleted.
     */
    static void delete(final Path directory) throws IOException {
        final FileChannel channel = OWN.get(directory);
        if (channel == null) {
            return; // deleted before
        }
        try {
            deleteTree(directory);
        } catch (final NoSuchFileException ex) {
            return; // somebody else did
        } finally {
            channel.close();
            OWN.remove(directory);
        }
    }

    /** What cannot be removed stays: it is not worth a failure. */
    private static void removeAbandoned(final Path own) {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(own.getParent(), PREFIX + "*")) {
            final UserPrincipal user = Files.getOwner(own, LinkOption.NOFOLLOW_LINKS);
            for (final Path other : others) {
                removeIfAbandoned(other, user);
            }
        } catch (final IOException ex) {
            return; // the directory cannot be listed
        }
    }

    private static void removeIfAbandoned(final Path directory, final UserPrincipal user) {
        try {
            if (OWN.containsKey(directory)
                    || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(user)
                    || !Files.isRegularFile(
                            directory.resolve(DemoDirectory.PROPERTIES_FILE), LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(LOCK_FILE), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                    FileLock lock = channel.tryLock()) {
                if (lock != null) {
                    deleteTree(directory);
                }
            }
        } catch (final IOException | OverlappingFileLockException ex) {
            return; // another run removes it, or it is not ours to remove
        }
    }

    private static void deleteTree(final Path directory) throws IOException {
        Files.walkFileTree(directory, new Deletion());
    }

    /** Does not follow symbolic links, as a walk does unless told otherwise. */
    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(final Path directory, final IOException ex) throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
