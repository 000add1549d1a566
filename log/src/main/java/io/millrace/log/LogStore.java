package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.OneLine;
import io.millrace.log.storage.NoSpaceException;
import io.millrace.log.storage.Storage;
import io.millrace.log.storage.StorageLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that holds topics. One process owns it for writing; any number of processes may read it meanwhile, and
 * see new records, segments and topics without opening it again. Any thread.
 *
 * <p>What was committed survives the end of the process, however it ends. A loss of power may take what the system had
 * not written back; {@link #close()} forces everything.
 */
public final class LogStore implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogStore.class);

    static {
        JdkAccess.open();
    }

    private final LogContext context;
    private final Storage storage;
    private final StoreLayout layout;
    private final ProducerRegistry producers;
    private final boolean readOnly;
    private final Map<String, LogTopic> topics = new TreeMap<>();
    private final LogClock clock;
    private final LogConductor conductor;

    private StorageLock lock;
    private int lastTopicId;
    private boolean isClosed;

    private LogStore(final LogContext context, final boolean readOnly) {
        this.context = context;
        this.storage = context.storage();
        this.layout = new StoreLayout(storage, context.directory());
        this.producers = new ProducerRegistry(storage, layout.producersFile());
        this.readOnly = readOnly;
        this.clock = new LogClock(context.clock(), context.isClockShareable());
        this.conductor = readOnly ? null : new LogConductor("millrace-log-conductor", clock);
    }

    /**
     * Opens a store for writing, creating it when the directory is empty or does not exist. Recovers what a killed
     * process left.
     *
     * @param context of the store; concluded here.
     * @return the store.
     * @throws MillraceException STORE_IN_USE when another process, or another store of this one, owns the directory;
     *                           CONFIGURATION when it holds something else; CORRUPT, UNSUPPORTED_VERSION, STORAGE_FULL or
     *                           STORAGE_FAILED.
     */
    public static LogStore launch(final LogContext context) {
        final LogStore store = new LogStore(context.conclude(), false);
        try {
            store.takeOwnership();
            store.recover();
            if (!context.isInvoked()) {
                store.conductor.start();
            }
            return store;
        } catch (final IOException ex) {
            store.abandon(ex);
            throw storageFailure("cannot open the store", context.directory(), ex);
        } catch (final RuntimeException ex) {
            store.abandon(ex);
            throw ex;
        }
    }

    /**
     * Opens a store for reading, while another process, or another store of this one, may write to it.
     *
     * @param context of the store; concluded here.
     * @return the store; its partitions refuse to open appenders.
     * @throws MillraceException CONFIGURATION when the directory is not a store; CORRUPT, UNSUPPORTED_VERSION or
     *                           STORAGE_FAILED.
     */
    public static LogStore openReadOnly(final LogContext context) {
        final LogStore store = new LogStore(context.conclude(), true);
        try {
            store.layout.checkMarker();
            store.refresh();
            return store;
        } catch (final IOException ex) {
            throw storageFailure("cannot open the store", context.directory(), ex);
        }
    }

    private void takeOwnership() throws IOException {
        layout.checkUsable();
        layout.createDirectory();
        lock = storage.tryLock(layout.lockFile());
        if (lock == null) {
            throw new MillraceException(
                    ErrorCode.STORE_IN_USE,
                    "directory " + context.directory() + " is owned by process " + layout.ownerPid()
                            + "; stop it or choose another directory");
        }
        layout.writeOwnerPid();
        if (!layout.hasMarker()) {
            layout.createMarker();
        }
        layout.checkMarker();
        layout.createTopicsDirectory();
    }

    private void recover() throws IOException {
        producers.load();
        final List<PartitionRecovery> recoveries = new ArrayList<>();
        for (final String name : layout.topicNames()) {
            final LogTopic topic = newTopic(layout.readTopicId(name), layout.readTopic(name));
            topics.put(name, topic);
            for (int i = 0; i < topic.partitionCount(); i++) {
                recoveries.add(topic.partition(i).recover());
            }
            lastTopicId = Math.max(lastTopicId, topic.id());
            conductor.add(partitions(topic));
        }
        report(recoveries);
    }

    private void report(final List<PartitionRecovery> recoveries) {
        LOGGER.info(
                "store opened: directory={} topics={} partitions={} records={} claims never committed, now padding={}"
                        + " bytes={}",
                context.directory(),
                topics.size(),
                recoveries.size(),
                recoveries.stream().mapToLong(PartitionRecovery::recordCount).sum(),
                recoveries.stream().mapToLong(PartitionRecovery::paddedCount).sum(),
                recoveries.stream().mapToLong(PartitionRecovery::paddedLength).sum());
    }

    private LogTopic newTopic(final int id, final TopicSpec spec) {
        final LogPartition[] partitions = new LogPartition[spec.partitions()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new LogPartition(layout.segmentFiles(id, spec, i), clock, readOnly);
        }
        return new LogTopic(id, spec, partitions);
    }

    private static List<LogPartition> partitions(final LogTopic topic) {
        final List<LogPartition> partitions = new ArrayList<>();
        for (int i = 0; i < topic.partitionCount(); i++) {
            partitions.add(topic.partition(i));
        }
        return partitions;
    }

    /** Finds topics that the owner has created since. */
    private void refresh() throws IOException {
        for (final String name : layout.topicNames()) {
            if (!topics.containsKey(name)) {
                final LogTopic topic = newTopic(layout.readTopicId(name), layout.readTopic(name));
                partitions(topic).forEach(LogPartition::openReadOnly);
                topics.put(name, topic);
            }
        }
    }

    /**
     * Creates a topic, with the first segment of each partition, so it takes time with their length.
     *
     * @param spec of the topic.
     * @return the topic; the one that exists when its specification is the same.
     * @throws MillraceException     TOPIC_EXISTS when it exists with another specification; STORAGE_FULL or
     *                               STORAGE_FAILED, and then the topic does not exist.
     * @throws IllegalStateException when the store was opened for reading only or is closed.
     */
    public synchronized LogTopic createTopic(final TopicSpec spec) {
        checkOpen();
        if (readOnly) {
            throw new IllegalStateException("the store was opened for reading only: " + context.directory());
        }
        final TopicSpec complete = spec.withDefaultSegmentLength(context.segmentLength());
        final LogTopic existing = topics.get(spec.name());
        if (existing != null) {
            return checkSame(
                    existing,
                    spec.segmentLength() == 0
                            ? spec.segmentLength(existing.spec().segmentLength())
                            : spec);
        }
        final LogTopic topic = newTopic(lastTopicId + 1, complete);
        try {
            create(topic);
        } catch (final IOException ex) {
            throw storageFailure("cannot create topic " + spec.name(), context.directory(), ex);
        }
        lastTopicId = topic.id();
        topics.put(topic.name(), topic);
        conductor.add(partitions(topic));
        return topic;
    }

    private void create(final LogTopic topic) throws IOException {
        final List<LogPartition> made = new ArrayList<>();
        boolean isComplete = false;
        try {
            layout.createPartitionDirectories(topic.spec());
            for (final LogPartition partition : partitions(topic)) {
                partition.create();
                made.add(partition);
            }
            layout.writeTopic(topic.id(), topic.spec());
            isComplete = true;
        } finally {
            if (!isComplete) {
                made.forEach(LogPartition::destroy);
            }
        }
    }

    private static LogTopic checkSame(final LogTopic existing, final TopicSpec spec) {
        if (!existing.spec().equals(spec)) {
            throw new MillraceException(
                    ErrorCode.TOPIC_EXISTS,
                    "topic exists with another specification: existing=" + existing.spec() + " wanted=" + spec
                            + "; use the existing one or another name");
        }
        return existing;
    }

    /**
     * Finds a topic.
     *
     * @param name of the topic.
     * @return the topic, always the same object.
     * @throws MillraceException UNKNOWN_TOPIC when there is none; the message lists those that exist.
     */
    public synchronized LogTopic topic(final String name) {
        if (!hasTopic(name)) {
            throw new MillraceException(
                    ErrorCode.UNKNOWN_TOPIC,
                    "no such topic: topic=" + OneLine.of(name) + " directory=" + context.directory() + " existing="
                            + topics.keySet() + "; create it or choose one of these");
        }
        return topics.get(name);
    }

    /**
     * Tells whether a topic exists.
     *
     * @param name of the topic.
     * @return true when it does.
     */
    public synchronized boolean hasTopic(final String name) {
        checkOpen();
        if (!topics.containsKey(name)) {
            refreshIfReadOnly();
        }
        return topics.containsKey(name);
    }

    /**
     * Lists the topics.
     *
     * @return all topics, by name.
     */
    public synchronized List<LogTopic> topics() {
        checkOpen();
        refreshIfReadOnly();
        return List.copyOf(topics.values());
    }

    private void refreshIfReadOnly() {
        if (readOnly) {
            try {
                refresh();
            } catch (final IOException ex) {
                throw storageFailure("cannot list topics", context.directory(), ex);
            }
        }
    }

    /**
     * Finds the number of a producer. A name that is new gets the next number, which is its own for ever.
     *
     * @param producerName 1 to 249 characters, none of them a control character.
     * @return producer id, greater than 0; in a store opened for reading only, 0 when the name is not known.
     * @throws MillraceException STORAGE_FULL or STORAGE_FAILED when a new name cannot be kept.
     */
    public int producerId(final String producerName) {
        synchronized (this) {
            checkOpen();
            if (!readOnly) {
                return producers.findOrAdd(producerName);
            }
        }
        loadProducers();
        return producers.find(producerName);
    }

    /**
     * Lists the producers.
     *
     * @return names, that of producer id 1 first.
     */
    public List<String> producerNames() {
        if (readOnly) {
            loadProducers();
        }
        return producers.names();
    }

    private void loadProducers() {
        try {
            producers.load();
        } catch (final IOException ex) {
            throw storageFailure("cannot read the producers file", layout.producersFile(), ex);
        }
    }

    /**
     * The directory of the store.
     *
     * @return directory as given in the context.
     */
    public Path directory() {
        return context.directory();
    }

    /**
     * Tells whether the store was opened for reading only.
     *
     * @return true for {@link #openReadOnly(LogContext)}.
     */
    public boolean isReadOnly() {
        return readOnly;
    }

    /**
     * Does one duty cycle of the background work on the caller's thread, in a store that has no thread for it.
     *
     * @param nowNs time in ns, as from {@link System#nanoTime()}.
     * @return 0 when there was nothing to do.
     */
    int invokeConductor(final long nowNs) {
        if (!context.isInvoked()) {
            throw new IllegalStateException("the store has a conductor of its own: " + context.directory());
        }
        return conductor.doWork(nowNs);
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("the store is closed: " + context.directory());
        }
    }

    /**
     * Closes all partitions, waiting up to a second for claims that are open, forces them and gives the directory up.
     * Appenders and readers that are still in use get {@link io.millrace.log.record.Outcome#CLOSED}. A second call does
     * nothing.
     *
     * @throws MillraceException STORAGE_FAILED when something could not be forced; everything is closed all the same.
     */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (conductor != null) {
            conductor.close();
        }
        closeAll();
    }

    /** Closes all topics and then, whatever failed there, gives the directory up. */
    private void closeAll() {
        RuntimeException failure = null;
        try {
            for (final LogTopic topic : topics.values()) {
                try {
                    topic.close();
                } catch (final RuntimeException ex) {
                    failure = first(failure, ex);
                }
            }
        } finally {
            failure = first(failure, releaseLock());
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Keeps the first of several failures, with the others in it; each may be null. */
    static RuntimeException first(final RuntimeException earlier, final RuntimeException later) {
        if (earlier == null) {
            return later;
        }
        if (later != null) {
            earlier.addSuppressed(later);
        }
        return earlier;
    }

    private RuntimeException releaseLock() {
        if (lock != null) {
            try {
                lock.close();
            } catch (final IOException ex) {
                return storageFailure("cannot release the lock", layout.lockFile(), ex);
            }
            lock = null;
        }
        return null;
    }

    /** Lets go of what a failed launch had taken. */
    private void abandon(final Exception cause) {
        try {
            closeAll();
        } catch (final RuntimeException ex) {
            cause.addSuppressed(ex);
        }
    }

    static MillraceException storageFailure(final String what, final Path path, final IOException ex) {
        return ex instanceof NoSpaceException
                ? new MillraceException(
                        ErrorCode.STORAGE_FULL, what + ": the disk is full: path=" + path + "; free space", ex)
                : new MillraceException(
                        ErrorCode.STORAGE_FAILED, what + ": path=" + path + " cause=" + ex + "; check the disk", ex);
    }

    @Override
    public String toString() {
        return "LogStore{directory=" + context.directory() + ", readOnly=" + readOnly + '}';
    }
}
