package io.millrace.log;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of its own in a file, which can lose what was not forced, as in a loss of power. Where that cannot be had,
 * the test is skipped, and says what is missing: it takes root, loop devices, the tools of the file system, and
 * {@code xfs_io} (of xfsprogs) or {@code perl} to shut it down.
 *
 * <p>A process beside this one waits for its end, however that comes, and takes the mount and its loop device away.
 */
final class LoopMount implements AutoCloseable {
    private static final long MEGABYTE = 1024 * 1024;
    private static final int MOUNT_ATTEMPTS = 5;

    /** The ioctl that both file systems call {@code SHUTDOWN}, with the flag that leaves the log unwritten. */
    private static final String SHUTDOWN_BY_PERL =
            "sysopen(my $d, $ARGV[0], 0) or die; my $flags = pack('L', 2);" + " ioctl($d, 0x8004587D, $flags) or die;";

    /** Reads the ids of processes until its input ends; then kills the last one if it works on the mount, and unmounts. */
    private static final String GUARD = "trap '' INT TERM HUP; pid=; while read -r line; do pid=$line; done;"
            + " if [ -n \"$pid\" ] && grep -qaF -- \"$1\" \"/proc/$pid/cmdline\" 2>/dev/null; then kill -9 \"$pid\"; fi;"
            + " if mountpoint -q \"$1\"; then umount -l \"$1\"; fi";

    private final Path image;
    private final Path directory;
    private final Process guard;
    private final Writer guardInput;

    private LoopMount(final Path image, final Path directory, final Process guard) {
        this.image = image;
        this.directory = directory;
        this.guard = guard;
        this.guardInput = new OutputStreamWriter(guard.getOutputStream(), StandardCharsets.US_ASCII);
    }

    /** Makes and mounts a file system, or skips the test. */
    static LoopMount create(final Path parent, final String type, final int megabytes, final String... options) {
        final Path image = parent.resolve("image");
        try {
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(megabytes * MEGABYTE);
            }
            final List<String> command = new ArrayList<>(List.of("mkfs." + type, "-q"));
            command.addAll(List.of(options));
            command.add(image.toString());
            need("a file system " + type, command.toArray(String[]::new));
            return mount(image, parent.resolve("mount"), "-o", "loop");
        } catch (final IOException ex) {
            return abort("no loop mounts here: " + ex.getMessage());
        }
    }

    /** Mounts a small file system in memory, or skips the test. */
    static LoopMount inMemory(final Path directory, final int megabytes) {
        try {
            return mount(Path.of("tmpfs"), directory, "-t", "tmpfs", "-o", "size=" + megabytes + "m,mode=700");
        } catch (final IOException ex) {
            return abort("no mounts here: " + ex.getMessage());
        }
    }

    private static LoopMount mount(final Path what, final Path directory, final String... options) throws IOException {
        Files.createDirectory(directory);
        final Process guard = new ProcessBuilder("setsid", "sh", "-c", GUARD, "guard", directory.toString())
                .redirectErrorStream(true)
                .start();
        final LoopMount mount = new LoopMount(what, directory, guard);
        final List<String> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(options));
        command.addAll(List.of(what.toString(), directory.toString()));
        try {
            need("mounting, which takes root and loop devices", command.toArray(String[]::new));
        } catch (final RuntimeException ex) {
            mount.close();
            throw ex;
        }
        return mount;
    }

    private static void need(final String what, final String... command) {
        final String problem = run(command);
        if (problem != null) {
            abort("this test needs " + what + ": " + String.join(" ", command) + ": " + problem);
        }
    }

    /** Skips the test unless a mount can be shut down here. */
    static void needsShutdown() {
        if (run("xfs_io", "-V") != null) {
            need("xfs_io (of xfsprogs) or perl", "perl", "-e", "1");
        }
    }

    Path directory() {
        return directory;
    }

    /** Tells who has to end with this process. */
    void guard(final Process process) {
        try {
            guardInput.write(process.pid() + "\n");
            guardInput.flush();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Lets the file system lose all that it has not written, and answer nothing any more. */
    void shutDown() {
        if (run("xfs_io", "-x", "-c", "shutdown", directory.toString()) != null) {
            must("perl", "-e", SHUTDOWN_BY_PERL, directory.toString());
        }
    }

    /** Mounts it again, as the next start of the machine would. */
    void remount() {
        // An appender that saw its store close keeps its segment mapped until it is collected.
        Records.await("nobody uses the mount", () -> {
            System.gc();
            return run("umount", directory.toString()) == null;
        });
        // A loop device may remember, once, a write that failed before; a machine that starts again would not.
        for (int attempt = 1; attempt < MOUNT_ATTEMPTS; attempt++) {
            if (run("mount", "-o", "loop", image.toString(), directory.toString()) == null) {
                return;
            }
        }
        must("mount", "-o", "loop", image.toString(), directory.toString());
    }

    private static void must(final String... command) {
        final String problem = run(command);
        if (problem != null) {
            throw new IllegalStateException(String.join(" ", command) + ": " + problem);
        }
    }

    /** Runs a command to its end; null when it went well, else what it said. */
    private static String run(final String... command) {
        try {
            final Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return process.exitValue() == 0 ? null : "exit " + process.exitValue() + ' ' + said.strip();
        } catch (final IOException ex) {
            return String.valueOf(ex.getMessage());
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** Unmounts; who still uses a mapping keeps it until it ends. The loop device goes with the mount. */
    @Override
    public void close() throws IOException {
        if (run("mountpoint", "-q", directory.toString()) == null && run("umount", directory.toString()) != null) {
            must("umount", "-l", directory.toString());
        }
        guardInput.close();
        try {
            guard.waitFor(10, TimeUnit.SECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
