package io.millrace.node;

import io.aeron.CncFileDescriptor;
import io.aeron.CommonContext;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.DataInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the directories of embedded media drivers: unique per process and node, in shared memory where there is such a
 * thing. A process that was killed could not delete its own; the next one does.
 */
final class DriverDirectories {
    private static final Logger LOGGER = LoggerFactory.getLogger(DriverDirectories.class);
    private static final String PREFIX = "millrace-" + System.getProperty("user.name", "unknown") + '-';
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d+)-(\\d+)");
    private static final String DRIVER = "driver";
    private static final File SHARED_MEMORY = new File("/dev/shm");
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final long DRIVER_TIMEOUT_MS = 3_000;

    private DriverDirectories() {}

    /** A name that nobody uses. */
    static String next() {
        return nextIn(parent());
    }

    /** A name in a directory that nobody uses; what dead processes left there is deleted. */
    static String nextIn(final File parent) {
        deleteAbandoned(parent);
        while (true) {
            final Path directory =
                    parent.toPath().resolve(PREFIX + ProcessHandle.current().pid() + '-' + NEXT.getAndIncrement());
            try {
                createPrivate(directory);
                return directory.resolve(DRIVER).toString();
            } catch (final FileAlreadyExistsException ex) {
                LOGGER.debug("name of a directory is taken: {}", directory);
            } catch (final IOException ex) {
                throw new MillraceException(
                        ErrorCode.TRANSPORT, "cannot create a directory for the media driver: " + directory, ex);
            }
        }
    }

    /** Deletes what {@link #next()} made, once its driver has ended. */
    static void release(final String driverDirectory) {
        delete(Path.of(driverDirectory).getParent());
    }

    /** The driver's files are readable by all, and hold the records: nobody else gets to them through this directory. */
    private static void createPrivate(final Path directory) throws IOException {
        if (Files.getFileStore(directory.getParent()).supportsFileAttributeView(PosixFileAttributeView.class)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(directory);
        }
    }

    private static File parent() {
        return SHARED_MEMORY.isDirectory() && SHARED_MEMORY.canWrite()
                ? SHARED_MEMORY
                : new File(System.getProperty("java.io.tmpdir"));
    }

    private static void deleteAbandoned(final File parent) {
        final File[] files = parent.listFiles();
        if (files == null) {
            return;
        }
        for (final File file : files) {
            final Matcher matcher = NAME.matcher(file.getName());
            if (matcher.matches()
                    && isOwnDirectory(file.toPath())
                    && isAbandoned(file, Long.parseLong(matcher.group(1)))) {
                delete(file.toPath());
            }
        }
    }

    /** Anybody may put anything into the parent, also a link to elsewhere: only what this user made is ours. */
    private static boolean isOwnDirectory(final Path path) {
        try {
            return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(ownUser(path.getFileSystem()));
        } catch (final IOException | RuntimeException ex) {
            return false;
        }
    }

    private static UserPrincipal ownUser(final FileSystem fileSystem) throws IOException {
        return fileSystem.getUserPrincipalLookupService().lookupPrincipalByName(System.getProperty("user.name"));
    }

    /** Deletes a tree; a link in it is deleted and not followed. What cannot be deleted stays for the next process. */
    private static void delete(final Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                        throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(final Path visited, final IOException thrown)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (final IOException ex) {
            LOGGER.debug("directory of a dead process cannot be deleted: {}", directory, ex);
        }
    }

    // A process of that number may be hidden from us, in another container: only one whose driver is silent too is
    // gone.
    private static boolean isAbandoned(final File ownDirectory, final long pid) {
        if (ProcessHandle.of(pid).isPresent()) {
            return false;
        }
        final File driver = new File(ownDirectory, DRIVER);
        final File directory = driver.isDirectory() ? driver : ownDirectory;
        final File control = new File(directory, CncFileDescriptor.CNC_FILE);
        if (!isInitialised(control)) {
            // Killed while its driver started; or about to be up.
            final long lastModified = control.exists() ? control.lastModified() : directory.lastModified();
            return System.currentTimeMillis() - lastModified > DRIVER_TIMEOUT_MS;
        }
        try {
            return !CommonContext.isDriverActive(directory, DRIVER_TIMEOUT_MS, message -> {});
        } catch (final RuntimeException ex) {
            // Of another version, or going away this moment: none of this node's business.
            return false;
        }
    }

    private static boolean isInitialised(final File control) {
        try (DataInputStream input = new DataInputStream(new FileInputStream(control))) {
            return input.readInt() != 0;
        } catch (final IOException ex) {
            return false;
        }
    }
}
