package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.log.segment.PartitionId;
import io.millrace.log.segment.SegmentFiles;
import io.millrace.log.storage.AtomicFiles;
import io.millrace.log.storage.NoSpaceException;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a store besides its segments: where they are, what is in them. */
final class StoreLayout {
    static final int FORMAT_VERSION = 1;

    private static final Logger LOGGER = LoggerFactory.getLogger(StoreLayout.class);

    private static final String MARKER = "millrace-store.properties";
    private static final String LOCK = "store.lock";
    private static final String OWNER = "store.pid";
    private static final String PRODUCERS = "producers";
    private static final String TOPICS = "topics";
    private static final String SOURCES = "derived.from";

    /** Stands for a topic that was deleted: none can have this name. */
    static final String GONE_SOURCE = "*";

    /** Name of the topic's file from when the topic is deleted until its files are gone. */
    private static final String DELETED_FILE = "topic.deleted";

    private static final String LAST_ID = "topic.last";
    private static final String KEY_HASH = "key.hash";
    private static final String TOPIC_FILE = "topic.properties";

    /** What a crash between the creation of the directory and that of the marker can leave. */
    private static final Set<String> BEFORE_MARKER = Set.of(LOCK, OWNER, MARKER + AtomicFiles.TEMPORARY_SUFFIX);

    private final Storage storage;
    private final Path directory;
    private final byte[] bootId;

    StoreLayout(final Storage storage, final Path directory) {
        this.storage = storage;
        this.directory = directory;
        this.bootId = storage.bootId();
    }

    byte[] bootId() {
        return bootId;
    }

    Path lockFile() {
        return directory.resolve(LOCK);
    }

    Path producersFile() {
        return directory.resolve(PRODUCERS);
    }

    boolean hasMarker() {
        return storage.exists(directory.resolve(MARKER));
    }

    /** Refuses a directory that belongs to something else, before anything is written to it. */
    void checkUsable() throws IOException {
        if (!storage.exists(directory) || hasMarker()) {
            return;
        }
        try {
            if (BEFORE_MARKER.containsAll(storage.list(directory))) {
                return;
            }
        } catch (final NotDirectoryException ex) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "not a directory: " + directory + "; choose an empty or a new one", ex);
        }
        throw new MillraceException(
                ErrorCode.CONFIGURATION,
                "directory is not empty and not a store: " + directory + "; choose an empty or a new one");
    }

    /**
     * Creates the directory of the store and makes its name survive a loss of power, with those of the directories above.
     * Some of them may have been created by a process that was killed before it had forced their names; until there is the
     * marker, nobody knows.
     */
    void createDirectory() throws IOException {
        if (hasMarker()) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        boolean isOurs = true;
        final Map<Path, Boolean> parents = new LinkedHashMap<>();
        while (parent != null) {
            parents.put(parent, isOurs);
            isOurs = !storage.exists(parent);
            parent = parent.getParent();
        }
        storage.createDirectories(directory);
        for (final Map.Entry<Path, Boolean> entry : parents.entrySet()) {
            forceParent(entry.getKey(), entry.getValue());
        }
    }

    /** Forces a directory; one in which this process has created nothing may refuse. */
    private void forceParent(final Path parent, final boolean isOurs) throws IOException {
        try {
            storage.forceDirectory(parent);
        } catch (final AccessDeniedException ex) {
            if (isOurs) {
                LOGGER.warn("a directory above the store cannot be forced, as it may not be read: {}", parent);
            }
        } catch (final IOException ex) {
            if (isOurs) {
                throw ex;
            }
        }
    }

    void createMarker() throws IOException {
        final String text = "# This directory is a Millrace store\nversion=" + FORMAT_VERSION + "\n";
        AtomicFiles.write(storage, directory.resolve(MARKER), text.getBytes(StandardCharsets.UTF_8));
    }

    void createTopicsDirectory() throws IOException {
        if (!storage.exists(directory.resolve(TOPICS))) {
            // The process that made the marker may have been killed before it forced its name, and a directory that has
            // anything else without it is not taken for a store.
            storage.forceDirectory(directory);
        }
        storage.createDirectories(directory.resolve(TOPICS));
    }

    void checkMarker() throws IOException {
        final Path file = directory.resolve(MARKER);
        final int version = number(file, read(file), "version");
        if (version != FORMAT_VERSION) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "store has an unknown format version: file=" + file + " version=" + version + " known="
                            + FORMAT_VERSION + "; open it with the release that wrote it, or a later one");
        }
    }

    /** Not in the lock file: whoever reads that and closes it again may lose the lock of its own process. */
    void writeOwnerPid() throws IOException {
        final byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        try (StorageFile file = storage.create(directory.resolve(OWNER))) {
            file.write(ByteBuffer.wrap(pid), 0);
        } catch (final NoSpaceException ex) {
            // It only serves a message. A full disk must not keep anybody from opening what is there.
            storage.delete(directory.resolve(OWNER));
        }
    }

    String ownerPid() {
        try {
            return new String(storage.read(directory.resolve(OWNER)), StandardCharsets.US_ASCII).trim();
        } catch (final IOException ex) {
            return "(unknown)";
        }
    }

    List<String> topicNames() throws IOException {
        final Path topics = directory.resolve(TOPICS);
        return storage.exists(topics)
                ? storage.list(topics).stream().filter(this::hasTopic).toList()
                : List.of();
    }

    /** Makes all names but those of segments survive a loss of power: a process may have been killed before it did. */
    void forceNames() throws IOException {
        for (final String name : topicNames()) {
            storage.forceDirectory(topicDirectory(name));
        }
        storage.forceDirectory(directory.resolve(TOPICS));
        storage.forceDirectory(directory);
    }

    /** Tells whether a topic is there and is no other one than it was. */
    boolean isThere(final String name, final int id) {
        try {
            return readTopicId(name) == id;
        } catch (final MillraceException ex) {
            return !(ex.getCause() instanceof NoSuchFileException);
        } catch (final IOException ex) {
            // Nobody knows; it was there.
            return true;
        }
    }

    /** The greatest number that a topic ever had, as far as one that had it may be gone. */
    int readLastTopicId() throws IOException {
        final Path file = directory.resolve(LAST_ID);
        return storage.exists(file) ? number(file, read(file), "last.id") : 0;
    }

    /** Remembers the greatest number, before the topic that has it may go: the durable cuts know topics by their number. */
    void writeLastTopicId(final int id) throws IOException {
        if (readLastTopicId() < id) {
            final String text = "last.id=" + id + '\n';
            AtomicFiles.write(storage, directory.resolve(LAST_ID), text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Deletes a topic in one step: from then on it does not exist, and its files are removed now or when the store is opened. */
    void markDeleted(final String name) throws IOException {
        storage.rename(topicFile(name), deletedFile(name));
    }

    private Path deletedFile(final String name) {
        return topicDirectory(name).resolve(DELETED_FILE);
    }

    /** Whether a topic of that name was deleted and files of it are left. */
    boolean hasDeleted(final String name) {
        return storage.exists(deletedFile(name)) && !hasTopic(name);
    }

    /**
     * Removes the files of a deleted topic. The file that says that it was deleted goes last: as long as anything else is left after
     * a loss of power, it is too.
     */
    void removeDeleted(final String name) throws IOException {
        final Path topic = topicDirectory(name);
        // Before a segment goes, the topic must not come back.
        storage.forceDirectory(topic);
        for (final String entry : storage.list(topic)) {
            if (!entry.equals(DELETED_FILE)) {
                removeTree(topic.resolve(entry));
            }
        }
        storage.forceDirectory(topic);
        storage.delete(deletedFile(name));
        storage.delete(topic);
        storage.forceDirectory(directory.resolve(TOPICS));
    }

    /** Removes a partition's directory, or a file. */
    private void removeTree(final Path path) throws IOException {
        List<String> entries = List.of();
        try {
            entries = storage.list(path);
        } catch (final NotDirectoryException ex) {
            // A file, such as a temporary one.
        }
        for (final String entry : entries) {
            storage.delete(path.resolve(entry));
        }
        storage.delete(path);
    }

    /** Removes what is left of topics that were deleted. */
    void removeAllDeleted() throws IOException {
        for (final String name : storage.list(directory.resolve(TOPICS))) {
            if (hasDeleted(name)) {
                try {
                    removeDeleted(name);
                } catch (final IOException ex) {
                    LOGGER.warn(
                            "cannot remove the files of a deleted topic, trying again when the store is opened next:"
                                    + " directory={} cause={}",
                            topicDirectory(name),
                            ex.toString());
                }
            }
        }
    }

    boolean hasTopic(final String name) {
        return storage.exists(topicFile(name));
    }

    private Path topicDirectory(final String name) {
        return directory.resolve(TOPICS).resolve(name);
    }

    private Path topicFile(final String name) {
        return topicDirectory(name).resolve(TOPIC_FILE);
    }

    /** The file that makes a topic exist: written last. */
    void writeTopic(final int id, final TopicSpec spec, final List<String> sources) throws IOException {
        final String text = "version=" + FORMAT_VERSION
                + "\nid=" + id
                + "\npartitions=" + spec.partitions()
                + "\nsegment.length=" + spec.segmentLength()
                + "\ninternal=" + spec.isInternal()
                + "\ndurability=" + spec.durability()
                + (sources.isEmpty() ? "" : "\n" + SOURCES + '=' + String.join(",", sources))
                + "\nretention.bytes=" + spec.retentionBytes()
                + "\nretention.time.ns=" + spec.retentionTimeNs()
                + "\ncompacted=" + spec.isCompacted()
                + "\ntombstone.retention.ns=" + spec.tombstoneRetentionNs()
                + (spec.isMirror() ? "\nmirror=true" : "")
                + '\n' + KEY_HASH + '=' + spec.keyHash() + '\n';
        AtomicFiles.write(storage, topicFile(spec.name()), text.getBytes(StandardCharsets.UTF_8));
        storage.forceDirectory(directory.resolve(TOPICS));
        // The topics' directory may have been made by a process that was killed before anything was forced.
        storage.forceDirectory(directory);
    }

    /** Takes the file away that makes a topic exist; false when it may be there again after a loss of power. */
    boolean deleteTopic(final String name) {
        try {
            if (hasTopic(name)) {
                storage.delete(topicFile(name));
                storage.forceDirectory(topicDirectory(name));
            }
            return true;
        } catch (final IOException ex) {
            LOGGER.warn(
                    "cannot remove the file of a topic that was not created, it may be there and empty at the next launch:"
                            + " file={} cause={}",
                    topicFile(name),
                    ex.toString());
            return false;
        }
    }

    /** Reads what a topic is made from, nothing for most; topics that were deleted since are among it. */
    List<String> readSources(final String name) throws IOException {
        final String sources = read(topicFile(name)).getProperty(SOURCES, "");
        return sources.isEmpty() ? List.of() : List.of(sources.split(","));
    }

    int readTopicId(final String name) throws IOException {
        final Path file = topicFile(name);
        return number(file, read(file), "id");
    }

    TopicSpec readTopic(final String name) throws IOException {
        final Path file = topicFile(name);
        final Properties properties = read(file);
        final int version = number(file, properties, "version");
        if (version != FORMAT_VERSION) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "topic has an unknown format version: file=" + file + " version=" + version + " known="
                            + FORMAT_VERSION + "; open it with the release that wrote it, or a later one");
        }
        final String keyHash = properties.getProperty(KEY_HASH, KeyHash.ID);
        if (!keyHash.equals(KeyHash.ID)) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "topic spreads its keys by a function that is not known: file=" + file + ' ' + KEY_HASH + '='
                            + OneLine.of(keyHash) + " known=" + KeyHash.ID
                            + "; open it with the release that wrote it, or a later one");
        }
        try {
            final TopicSpec spec = TopicSpec.named(name)
                    .partitions(number(file, properties, "partitions"))
                    .segmentLength(number(file, properties, "segment.length"))
                    .internal(Boolean.parseBoolean(properties.getProperty("internal")))
                    .mirror(Boolean.parseBoolean(properties.getProperty("mirror")))
                    .durability(Durability.valueOf(properties.getProperty("durability", Durability.PROCESS.name())));
            return withRetention(spec, file, properties);
        } catch (final IllegalArgumentException ex) {
            throw new MillraceException(
                    ErrorCode.CORRUPT, "topic file is damaged: file=" + file + " cause=" + ex.getMessage(), ex);
        }
    }

    /** What a store of an earlier release does not say has its default. */
    private static TopicSpec withRetention(final TopicSpec spec, final Path file, final Properties properties) {
        final long timeNs = number(file, properties, "retention.time.ns", 0);
        return spec.retentionBytes(number(file, properties, "retention.bytes", 0))
                .retentionTime(timeNs == 0 ? null : Duration.ofNanos(timeNs))
                .compacted(Boolean.parseBoolean(properties.getProperty("compacted")))
                .tombstoneRetention(Duration.ofNanos(
                        number(file, properties, "tombstone.retention.ns", spec.tombstoneRetentionNs())));
    }

    void createPartitionDirectories(final TopicSpec spec) throws IOException {
        for (int i = 0; i < spec.partitions(); i++) {
            storage.createDirectories(topicDirectory(spec.name()).resolve(Integer.toString(i)));
        }
        storage.forceDirectory(topicDirectory(spec.name()));
    }

    SegmentFiles segmentFiles(final int topicId, final TopicSpec spec, final int partition) {
        final Path partitionDirectory = topicDirectory(spec.name()).resolve(Integer.toString(partition));
        final PartitionId owner = new PartitionId(spec.name(), topicId, partition);
        return new SegmentFiles(storage, partitionDirectory, owner, spec.segmentLength(), bootId);
    }

    private Properties read(final Path file) throws IOException {
        final Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(storage.read(file), StandardCharsets.UTF_8)));
        } catch (final NoSuchFileException ex) {
            final String what = storage.exists(directory) ? "is not a store" : "does not exist";
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "directory " + what + ": " + directory + "; choose another one", ex);
        } catch (final IllegalArgumentException ex) {
            throw new MillraceException(
                    ErrorCode.CORRUPT, "file is damaged: file=" + file + " cause=" + ex.getMessage(), ex);
        }
        return properties;
    }

    private static int number(final Path file, final Properties properties, final String name) {
        final long value = number(file, properties.getProperty(name, ""), name);
        if (value != (int) value) {
            throw damaged(file, name, Long.toString(value), null);
        }
        return (int) value;
    }

    private static long number(
            final Path file, final Properties properties, final String name, final long defaultValue) {
        final String value = properties.getProperty(name);
        return value == null ? defaultValue : number(file, value, name);
    }

    private static long number(final Path file, final String value, final String name) {
        try {
            return Long.parseLong(value.trim());
        } catch (final NumberFormatException ex) {
            throw damaged(file, name, value, ex);
        }
    }

    private static MillraceException damaged(
            final Path file, final String name, final String value, final Exception cause) {
        return new MillraceException(
                ErrorCode.CORRUPT,
                "file is damaged: file=" + file + ' ' + name + '=' + value + " expected=a number"
                        + "; restore the file from a copy",
                cause);
    }
}
