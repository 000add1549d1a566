package io.millrace.node;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;

/**
 * Where a node is to be found, as it writes it into its directory while it serves it: other processes of this machine need
 * only the directory's name.
 *
 * @param pid            process id of the node
 * @param channel        on which clients reach it over UDP
 * @param streamId       on which clients reach it
 * @param aeronDirectory of the media driver that it uses; clients of this machine may use it, too
 * @param http           host and port for health and metrics; empty when there are none
 */
public record NodeInfo(long pid, String channel, int streamId, String aeronDirectory, String http) {
    private static final String FILE = "node.properties";
    private static final String DRAFT_SUFFIX = ".tmp";

    /**
     * Reads what the node of a directory has written.
     *
     * @param storeDirectory where the store lives
     * @return the node that serves it; null when none says that it does
     * @throws MillraceException CONFIGURATION when the file is there and cannot be read
     */
    public static NodeInfo read(final Path storeDirectory) {
        final Path file = storeDirectory.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            final Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            return new NodeInfo(
                    Long.parseLong(properties.getProperty("pid", "")),
                    properties.getProperty("channel", ""),
                    Integer.parseInt(properties.getProperty("stream", "")),
                    properties.getProperty("aeron.directory", ""),
                    properties.getProperty("http", ""));
        } catch (final IOException | IllegalArgumentException ex) {
            throw new MillraceException(ErrorCode.CONFIGURATION, "cannot read " + file + ": " + ex.getMessage(), ex);
        }
    }

    /**
     * Tells whether the process that wrote this is still there.
     *
     * @return whether a process of that id runs; it may be another one, long after the node was killed
     */
    public boolean isProcessAlive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /**
     * Where it listens, as a person says it.
     *
     * @return host and UDP port
     */
    public String hostAndPort() {
        return channel.replaceFirst("^.*endpoint=", "").replaceFirst("\\|.*$", "");
    }

    /** Writes the file, for its owner alone, so that readers see it whole or not at all. */
    void write(final Path storeDirectory) throws IOException {
        final Properties properties = new Properties();
        properties.setProperty("pid", Long.toString(pid));
        properties.setProperty("channel", channel);
        properties.setProperty("stream", Integer.toString(streamId));
        properties.setProperty("aeron.directory", aeronDirectory);
        properties.setProperty("http", http);
        final StringWriter text = new StringWriter();
        properties.store(text, "The node that serves this store; it removes this file when it ends.");
        final Path draft = storeDirectory.resolve(FILE + DRAFT_SUFFIX);
        Files.deleteIfExists(draft);
        if (Files.getFileStore(storeDirectory).supportsFileAttributeView(PosixFileAttributeView.class)) {
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(draft, text.toString(), StandardOpenOption.CREATE);
        Files.move(
                draft,
                storeDirectory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes the file; one that is not there is fine. */
    static void delete(final Path storeDirectory) throws IOException {
        Files.deleteIfExists(storeDirectory.resolve(FILE));
    }
}
