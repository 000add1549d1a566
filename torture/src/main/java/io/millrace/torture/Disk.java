package io.millrace.torture;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Where the store of a round lies: a directory, or a small file system of its own in memory that can be made full. To mount
 * one takes root; elsewhere the tortured process itself refuses to write.
 *
 * <p>A process beside this one waits for its end, however that comes, and takes the mount away.
 */
final class Disk implements AutoCloseable {
    private static final long SIZE = 1L << 30;
    private static final long KILOBYTE = 1024;
    // Whoever was interrupted has left the directories above to it, too; they stay if there is anything in them.
    private static final String GUARD =
            "trap '' INT TERM HUP; cat >/dev/null; umount -l \"$1\"; round=$(dirname \"$1\");"
                    + " rmdir \"$1\" \"$round\" \"$(dirname \"$round\")\" 2>/dev/null";
    private static final int TIMEOUT_S = 10;
    private static final int FILL_ATTEMPTS = 5;

    private final Path directory;
    private final Process guard;

    private Disk(final Path directory, final Process guard) {
        this.directory = directory;
        this.guard = guard;
    }

    /**
     * Makes the directory, and mounts a file system there if it can be had and is wanted.
     *
     * @param directory to make.
     * @param isMounted whether a file system is wanted.
     */
    static Disk create(final Path directory, final boolean isMounted) throws IOException {
        Files.createDirectories(directory);
        if (!isMounted
                || !run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + SIZE, "millrace", directory.toString())) {
            return new Disk(directory, null);
        }
        return new Disk(
                directory,
                new ProcessBuilder("setsid", "sh", "-c", GUARD, "guard", directory.toString())
                        .redirectErrorStream(true)
                        .start());
    }

    Path directory() {
        return directory;
    }

    boolean canFill() {
        return guard != null;
    }

    /** Leaves about so many bytes free. Whoever writes meanwhile may have used them before, so it is tried again. */
    void fill(final long spareBytes) throws IOException {
        final FileStore store = Files.getFileStore(directory);
        for (int i = 1; i <= FILL_ATTEMPTS; i++) {
            if (resize(store.getTotalSpace() - store.getUnallocatedSpace() + i * spareBytes)) {
                return;
            }
        }
    }

    /** Makes room. */
    void empty() throws IOException {
        if (!resize(SIZE)) {
            throw new IOException("cannot make room in the file system at " + directory);
        }
    }

    private boolean resize(final long bytes) throws IOException {
        return run("mount", "-o", "remount,size=" + bytes / KILOBYTE + "k", directory.toString());
    }

    private static boolean run(final String... command) throws IOException {
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(TIMEOUT_S, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + String.join(" ", command), e);
        } catch (final IOException e) {
            return false;
        }
    }

    /** Copies what there is to another directory, so that it is not lost with the mount. */
    void save(final Path target) throws IOException {
        if (guard != null) {
            Directories.copy(directory, target);
        }
    }

    @Override
    public void close() throws IOException {
        if (guard != null) {
            guard.getOutputStream().close();
            try {
                guard.waitFor(TIMEOUT_S, TimeUnit.SECONDS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
