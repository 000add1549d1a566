package io.millrace.worker;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The directory of a worker: {@code log} is its store, and {@code worker.properties} says what that is a part of: the job, the node's
 * store, and which topics its mirrors and outputs were made of. Positions and sequences in it mean nothing anywhere else.
 */
final class WorkerDirectory {
    private static final String FILE = "worker.properties";
    private static final String JOB = "job";
    private static final String STORE = "node.store";
    private static final String TOPIC_PREFIX = "topic.";

    private final Path directory;

    WorkerDirectory(final Path directory) {
        this.directory = directory;
    }

    Path log() {
        return directory.resolve("log");
    }

    /**
     * Checks that the directory belongs to a job of a node, and writes it down where nothing is yet. By the owner of the log in it.
     *
     * @throws MillraceException CONFIGURATION when it belongs to something else.
     */
    void take(final String job, final String storeIdentity, final Map<String, Integer> topicIds) {
        final Map<String, String> wanted = new TreeMap<>();
        wanted.put(JOB, job);
        wanted.put(STORE, storeIdentity);
        topicIds.forEach((topic, id) -> wanted.put(TOPIC_PREFIX + topic, Integer.toString(id)));
        try {
            final Map<String, String> written = read();
            wanted.forEach((name, value) -> check(name, written.get(name), value));
            final Map<String, String> all = new TreeMap<>(written);
            all.putAll(wanted);
            if (!all.equals(written)) {
                write(all);
            }
        } catch (final IOException ex) {
            throw new MillraceException(
                    ErrorCode.STORAGE_FAILED,
                    "cannot read or write " + directory.resolve(FILE) + ": cause=" + ex + "; check the disk",
                    ex);
        }
    }

    private void check(final String name, final String written, final String wanted) {
        if (written == null || written.equals(wanted)) {
            return;
        }
        final String what = switch (name) {
            case JOB -> "job " + written + ", and not to job " + wanted;
            case STORE ->
                "a job of the node whose store is " + written + ", and the node that answers has store " + wanted;
            default ->
                "a job that used another topic " + name.substring(TOPIC_PREFIX.length())
                        + ", which was deleted and created anew since: id=" + written + " now=" + wanted;
        };
        throw new MillraceException(
                ErrorCode.CONFIGURATION,
                "the worker's directory belongs to " + what + ": directory=" + directory
                        + "; use the directory of this job, or a new one with another name for the job");
    }

    private Map<String, String> read() throws IOException {
        final Path file = directory.resolve(FILE);
        final Map<String, String> values = new TreeMap<>();
        if (Files.exists(file)) {
            final Properties properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        }
        return values;
    }

    private void write(final Map<String, String> values) throws IOException {
        final StringBuilder text = new StringBuilder("# What the log beside this file belongs to\n");
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        final Path temporary = directory.resolve(FILE + ".tmp");
        Files.write(temporary, text.toString().getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        }
    }
}
