package io.millrace.perf.compare;

import io.millrace.perf.compare.child.ChildContext;
import io.millrace.perf.compare.contender.ContenderKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A new directory for the files of a run, and a path for what contenders keep in memory; both are gone after the run. It holds
 * a lock while it is in use, so that the next run can tell what a killed one left, and remove it.
 */
final class Workspace implements AutoCloseable {
    private static final String PREFIX = "millrace-perf-";
    private static final String LOCK_FILE = "perf.lock";

    private final Path root;
    private final Path memory;
    private final FileChannel lockChannel;

    private Workspace(final Path root, final FileChannel lockChannel) {
        this.root = root;
        this.memory = memoryDirectory(root);
        this.lockChannel = lockChannel;
    }

    /** Makes one below a directory that exists. */
    static Workspace create(final Path parent) throws IOException {
        final Path root = Files.createTempDirectory(parent, PREFIX).toRealPath();
        final FileChannel channel =
                FileChannel.open(root.resolve(LOCK_FILE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.lock();
        removeAbandoned(root);
        return new Workspace(root, channel);
    }

    /** Makes one, and removes it when the work is done or the user ends the run. */
    static void use(final Path parent, final Work work) throws IOException, InterruptedException {
        try (Workspace workspace = create(parent)) {
            final Thread onExit = new Thread(workspace::cleanOnExit, "clean");
            Runtime.getRuntime().addShutdownHook(onExit);
            work.run(workspace);
            Runtime.getRuntime().removeShutdownHook(onExit);
        }
    }

    private void cleanOnExit() {
        OutcomeProcess.killAll();
        try {
            close();
        } catch (final IOException ex) {
            System.err.println("millrace perf: cannot remove " + root + ": " + ex);
        }
    }

    /** What is done in one. */
    @FunctionalInterface
    interface Work {
        void run(Workspace workspace) throws IOException, InterruptedException;
    }

    private static Path memoryDirectory(final Path root) {
        return ContenderKind.memoryDirectory(root.getFileName().toString(), root);
    }

    private static void removeAbandoned(final Path own) {
        try (DirectoryStream<Path> others = Files.newDirectoryStream(own.getParent(), PREFIX + "*")) {
            for (final Path other : others) {
                if (!other.equals(own)
                        && Files.isRegularFile(other.resolve(LOCK_FILE), LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(other, LinkOption.NOFOLLOW_LINKS)
                                .equals(Files.getOwner(own, LinkOption.NOFOLLOW_LINKS))) {
                    removeIfUnlocked(other);
                }
            }
        } catch (final IOException ex) {
            // What cannot be removed stays: it is not worth a failure.
        }
    }

    private static void removeIfUnlocked(final Path other) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        other.resolve(LOCK_FILE), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                ChildContext.deleteTree(memoryDirectory(other));
                ChildContext.deleteTree(other);
            }
        } catch (final OverlappingFileLockException ex) {
            // Another run of this process.
        }
    }

    Path root() {
        return root;
    }

    Path memory() {
        return memory;
    }

    /** An empty directory for one contender's files. */
    Path newDirectory() throws IOException {
        final Path directory = root.resolve("files");
        ChildContext.deleteTree(directory);
        return Files.createDirectory(directory);
    }

    /** Removes what a contender left. */
    void clean() throws IOException {
        ChildContext.deleteTree(root.resolve("files"));
        ChildContext.deleteTree(memory);
    }

    @Override
    public void close() throws IOException {
        ChildContext.deleteTree(memory);
        ChildContext.deleteTree(root);
        lockChannel.close();
    }
}
