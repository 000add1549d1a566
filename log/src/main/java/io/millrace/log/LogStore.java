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
 * <p>What was committed survives the end of the process, however it ends. What lies before a partition's
 * {@link LogPartition#durablePosition()} survives a loss of power too, and {@link #close()} forces everything.
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
    private final byte[] bootId;
    private final CutFiles cutFiles;
    private final LogForcer forcer;
    private final LogCompactor compactor;
    private final LogHousekeeper housekeeper;

    private StorageLock lock;
    private int lastTopicId;
    private boolean isLaunched;
    private boolean isClosed;

    private LogStore(final LogContext context, final boolean readOnly) {
        this.context = context;
        this.storage = context.storage();
        this.layout = new StoreLayout(storage, context.directory());
        this.producers = new ProducerRegistry(storage, layout.producersFile());
        this.readOnly = readOnly;
        this.clock = new LogClock(context.clock(), context.isClockShareable());
        this.housekeeper = readOnly ? null : new LogHousekeeper(context.isInvoked(), "millrace-log-housekeeper");
        this.conductor = readOnly
                ? null
                : new LogConductor("millrace-log-conductor", clock, context.claimTimeoutNs(), housekeeper);
        this.bootId = layout.bootId();
        this.cutFiles = new CutFiles(storage, context.directory());
        this.forcer = readOnly ? null : new LogForcer(cutFiles, bootId, context.cutIntervalNs(), "millrace-log-forcer");
        this.compactor = readOnly ? null : new LogCompactor(clock, context.isInvoked(), "millrace-log-compactor");
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
            store.recoverOrLeaveWord();
            store.isLaunched = true;
            if (!context.isInvoked()) {
                store.housekeeper.start();
                store.conductor.start();
                store.forcer.start();
            }
            store.topics.values().forEach(store.compactor::add);
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

    private void recoverOrLeaveWord() throws IOException {
        try {
            recover();
        } catch (final NoSpaceException ex) {
            throw ex;
        } catch (final IOException ex) {
            // What was repaired may stand in memory and not on disk.
            cutFiles.leaveFailure();
            throw ex;
        }
    }

    private void recover() throws IOException {
        producers.load();
        final CutManifest cut = cutFiles.load();
        layout.removeAllDeleted();
        lastTopicId = layout.readLastTopicId();
        for (final String name : layout.topicNames()) {
            final LogTopic topic = newTopic(layout.readTopicId(name), layout.readTopic(name));
            topics.put(name, topic);
            lastTopicId = Math.max(lastTopicId, topic.id());
        }
        for (final LogTopic topic : topics.values()) {
            connect(topic, layout.readSources(topic.name()));
        }
        final boolean hasFailure = cutFiles.hasFailure();
        if (hasFailure) {
            cutFiles.renew();
        }
        final StoreRecovery recovery =
                new StoreRecovery(context.directory(), cut, cutFiles.damagedCount(), bootId, hasFailure);
        for (final LogTopic topic : topics.values()) {
            recovery.open(topic);
            conductor.add(partitions(topic));
        }
        recovery.report(topics.size());
        if (cut == null || !cut.isClean()) {
            layout.forceNames();
        }
        publishTopics();
        forcer.begin(cut == null ? 0 : cut.generation());
        if (hasFailure) {
            cutFiles.clearFailure();
        }
        // What is committed and not known to be on disk.
        for (final LogTopic topic : topics.values()) {
            partitions(topic).forEach(LogPartition::signalIfNotForced);
        }
    }

    private void connect(final LogTopic topic, final List<String> sources) {
        for (final String name : sources) {
            final LogTopic source = topics.get(name);
            if (source == null) {
                // It is cut like a derived topic all the same.
                topic.addGoneSource(name);
            } else if (!source.descendsFrom(topic)) {
                topic.addSource(source);
            }
        }
    }

    private void publishTopics() {
        forcer.topics(topics.values().toArray(new LogTopic[0]));
    }

    private LogTopic newTopic(final int id, final TopicSpec spec) {
        final LogPartition[] partitions = new LogPartition[spec.partitions()];
        final TopicPresence presence = new TopicPresence(layout, spec.name(), id);
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new LogPartition(layout.segmentFiles(id, spec, i), clock, conductor, forcer, presence);
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

    /** Finds topics that the owner has created since, and forgets those that it has deleted. */
    private void refresh() throws IOException {
        forgetDeleted();
        for (final String name : layout.topicNames()) {
            if (!topics.containsKey(name)) {
                try {
                    openReadOnly(name);
                } catch (final MillraceException ex) {
                    if (layout.hasTopic(name)) {
                        throw ex;
                    }
                    // Deleted since it was listed.
                }
            }
        }
    }

    private void openReadOnly(final String name) throws IOException {
        final LogTopic topic = newTopic(layout.readTopicId(name), layout.readTopic(name));
        partitions(topic).forEach(LogPartition::openReadOnly);
        topics.put(name, topic);
    }

    private void forgetDeleted() {
        topics.values().removeIf(topic -> {
            final boolean isGone = !layout.isThere(topic.name(), topic.id());
            if (isGone) {
                topic.discard(TopicPresence.deleted(topic.name()));
            }
            return isGone;
        });
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
        return create(spec, new long[spec.partitions()]);
    }

    /**
     * Creates a topic that is the copy of one in another store: each partition begins where that one does, and is filled by
     * {@link LogPartition#mirror()}. It can be read like any other, and appended to in no other way.
     *
     * @param spec           of the topic, with the segment length of the one that is copied.
     * @param beginPositions where each of its partitions begins there, see {@link LogPartition#beginPosition()}.
     * @return the topic; the one that exists when its specification is the same, wherever that begins.
     * @throws MillraceException        as {@link #createTopic} does.
     * @throws IllegalArgumentException when there are not as many positions as partitions, or one is negative.
     * @throws IllegalStateException    when the store was opened for reading only or is closed.
     */
    public synchronized LogTopic createMirror(final TopicSpec spec, final long... beginPositions) {
        if (beginPositions.length != spec.partitions()) {
            throw new IllegalArgumentException("a mirror needs one position for each partition: topic=" + spec.name()
                    + " partitions=" + spec.partitions() + " positions=" + beginPositions.length);
        }
        final boolean isNew = !hasTopic(spec.name());
        final TopicSpec mirror = spec.mirror(true).withDefaultSegmentLength(context.segmentLength());
        final long[] bases = new long[beginPositions.length];
        for (int i = 0; i < bases.length; i++) {
            if (beginPositions[i] < 0) {
                throw new IllegalArgumentException("a mirror cannot begin before 0: topic=" + spec.name()
                        + " partition=" + i + " position=" + beginPositions[i]);
            }
            bases[i] = beginPositions[i] & -mirror.segmentLength();
        }
        final LogTopic topic = create(mirror, bases);
        if (isNew) {
            // A cut has to name where it begins, or it would begin at 0 after a loss of power.
            forcer.forceNow();
        }
        return topic;
    }

    private LogTopic create(final TopicSpec spec, final long[] beginBases) {
        checkOpen();
        checkWritable();
        final TopicSpec complete = spec.withDefaultSegmentLength(context.segmentLength());
        final LogTopic existing = topics.get(spec.name());
        if (existing != null) {
            return checkSame(
                    existing,
                    spec.segmentLength() == 0
                            ? spec.segmentLength(existing.spec().segmentLength())
                            : spec);
        }
        checkDisk();
        final LogTopic topic = newTopic(lastTopicId + 1, complete);
        try {
            create(topic, beginBases);
        } catch (final IOException ex) {
            throw storageFailure("cannot create topic " + spec.name(), context.directory(), ex);
        }
        lastTopicId = topic.id();
        topics.put(topic.name(), topic);
        conductor.add(partitions(topic));
        compactor.add(topic);
        publishTopics();
        // The disk may have failed since it was asked, before this topic was known.
        final MillraceException reason = forcer.failure();
        if (reason != null) {
            partitions(topic).forEach(partition -> partition.refuse(reason));
        }
        return topic;
    }

    private void create(final LogTopic topic, final long[] beginBases) throws IOException {
        final List<LogPartition> made = new ArrayList<>();
        boolean isComplete = false;
        try {
            if (layout.hasDeleted(topic.name())) {
                layout.removeDeleted(topic.name());
            }
            layout.createPartitionDirectories(topic.spec());
            for (final LogPartition partition : partitions(topic)) {
                partition.create(beginBases[partition.index()]);
                made.add(partition);
            }
            layout.writeTopic(topic.id(), topic.spec(), List.of());
            isComplete = true;
        } finally {
            if (!isComplete) {
                takeBack(topic.name(), made);
            }
        }
    }

    /** Removes what was made of a topic; while its own file may come back, it keeps its segments and is merely empty. */
    private void takeBack(final String name, final List<LogPartition> made) {
        final boolean isGone = layout.deleteTopic(name);
        for (final LogPartition partition : made) {
            try {
                if (isGone) {
                    partition.destroy();
                } else {
                    partition.close();
                }
            } catch (final MillraceException ex) {
                LOGGER.warn("cannot close a partition of a topic that was not created: {}", ex.getMessage());
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
     * Changes how much of a topic is kept: retention by bytes and by time, tombstone retention, and whether it is compacted, which
     * can be turned on and not off. It takes effect within a second, and holds after a crash at any moment once this returns.
     *
     * @param spec what the topic is to be from now on; a segment length of 0 means the topic's.
     * @return the topic, the same object as before.
     * @throws MillraceException     UNKNOWN_TOPIC; CONFIGURATION when something else is to be changed, and then nothing is;
     *                               STORAGE_FULL or STORAGE_FAILED, and then the topic is as it was until the store is
     *                               opened again, and may be either afterwards.
     * @throws IllegalStateException when the store was opened for reading only or is closed.
     */
    public synchronized LogTopic alterTopic(final TopicSpec spec) {
        checkOpen();
        checkWritable();
        final LogTopic topic = topic(spec.name());
        final TopicSpec complete = spec.withDefaultSegmentLength(topic.spec().segmentLength());
        TopicAlteration.check(topic.spec(), complete);
        checkDisk();
        try {
            layout.writeTopic(topic.id(), complete, topic.sourceNames());
        } catch (final IOException ex) {
            throw storageFailure("cannot alter topic " + spec.name(), context.directory(), ex);
        }
        topic.spec(complete);
        compactor.add(topic);
        return topic;
    }

    /**
     * Deletes a topic that no other one is made from, as {@link #deleteTopic(String, boolean)} does.
     *
     * @param name of the topic.
     */
    public void deleteTopic(final String name) {
        deleteTopic(name, false);
    }

    /**
     * Deletes a topic with all its records. It is gone for good once this returns, and after a crash at any moment it is there as a
     * whole or gone. Open appenders and readers of it, in whatever process, do not keep it from being deleted: their next call throws
     * {@link ErrorCode#TOPIC_DELETED}, and what they have mapped stays mapped until they are closed. The name can be used again,
     * for a topic with another number. Takes time with the size of what is removed.
     *
     * @param name     of the topic.
     * @param isForced true to delete it although other topics are made from it, such as the exchanges and outputs of jobs that read it, or
     *                 although it is internal. Such a job fails with TOPIC_DELETED. What was made from it stays.
     * @throws MillraceException     UNKNOWN_TOPIC; IN_USE when it is not forced and has to be; STORAGE_FULL or STORAGE_FAILED: then it
     *                               is there, or gone from this store and to be removed when the store is opened again.
     * @throws IllegalStateException when the store was opened for reading only or is closed.
     */
    public synchronized void deleteTopic(final String name, final boolean isForced) {
        checkOpen();
        checkWritable();
        final LogTopic topic = topic(name);
        final List<LogTopic> derived = derivedTopics(name);
        if (!isForced) {
            checkDeletable(topic, derived);
        }
        checkDisk();
        try {
            layout.writeLastTopicId(lastTopicId);
            layout.markDeleted(name);
        } catch (final IOException ex) {
            throw storageFailure("cannot delete topic " + name, context.directory(), ex);
        }
        forget(topic, derived);
        try {
            layout.removeDeleted(name);
        } catch (final IOException ex) {
            throw storageFailure(
                    "topic " + name + " was deleted, its files are removed when the store is opened again",
                    context.directory(),
                    ex);
        }
        derived.forEach(this::rememberGoneSource);
    }

    /**
     * Lists the topics that were made from another one, see {@link #derives}.
     *
     * @param sourceTopic name of the topic.
     * @return topics that name it as a source, by name; such as still exist.
     * @throws MillraceException UNKNOWN_TOPIC.
     */
    public synchronized List<LogTopic> derivedTopics(final String sourceTopic) {
        checkOpen();
        final LogTopic source = topic(sourceTopic);
        return topics.values().stream()
                .filter(other -> other.sources().contains(source))
                .toList();
    }

    private static void checkDeletable(final LogTopic topic, final List<LogTopic> derived) {
        if (!derived.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.IN_USE,
                    "other topics are made from it: topic=" + topic.name() + " derived=" + namesToDelete(derived)
                            + "; delete those first, or force it");
        }
        if (topic.spec().isInternal()) {
            throw new MillraceException(
                    ErrorCode.IN_USE,
                    "the topic belongs to a job or to Millrace itself: topic=" + topic.name()
                            + "; force it if nobody needs that any more");
        }
    }

    /** Without those that nobody deletes by hand, unless there are no others. */
    private static List<String> namesToDelete(final List<LogTopic> derived) {
        final List<LogTopic> byHand =
                derived.stream().filter(other -> !other.spec().isInternal()).toList();
        return (byHand.isEmpty() ? derived : byHand)
                .stream().map(LogTopic::name).toList();
    }

    private void forget(final LogTopic topic, final List<LogTopic> derived) {
        topics.remove(topic.name());
        for (final LogTopic other : derived) {
            other.removeSource(topic);
            other.addGoneSource(StoreLayout.GONE_SOURCE);
        }
        publishTopics();
        final MillraceException reason = TopicPresence.deleted(topic.name());
        conductor.remove(partitions(topic), () -> forcer.hold(() -> topic.discard(reason)));
        compactor.remove(topic);
    }

    /** So that a topic which gets the name later is not taken for the one that it was made from; if it is, no harm is done. */
    private void rememberGoneSource(final LogTopic derived) {
        try {
            layout.writeTopic(derived.id(), derived.spec(), derived.sourceNames());
        } catch (final IOException ex) {
            LOGGER.warn(
                    "cannot write down that a source was deleted: topic={} cause={}", derived.name(), ex.toString());
        }
    }

    /**
     * Finds a topic.
     *
     * @param name of the topic.
     * @return the topic, the same object until it is deleted.
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
        final LogTopic known = topics.get(name);
        if (readOnly && (known == null || !layout.isThere(name, known.id()))) {
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
     * Says that records of one topic are made from records of another, before the first of them is. From then on a loss of
     * power never leaves a record of the derived topic without those that it was made from: the derived topic keeps what a
     * durable cut names, and its {@link LogPartition#durablePosition()} moves with the cuts. The store remembers it; to say
     * it again does nothing.
     *
     * @param sourceTopic  name of the topic that is read.
     * @param derivedTopic name of the topic that is written to.
     * @throws IllegalArgumentException when the source is the derived topic, or is made from it.
     * @throws MillraceException        UNKNOWN_TOPIC; STORAGE_FULL or STORAGE_FAILED when it cannot be remembered.
     * @throws IllegalStateException    when the store was opened for reading only or is closed.
     */
    public synchronized void derives(final String sourceTopic, final String derivedTopic) {
        checkOpen();
        checkWritable();
        final LogTopic source = topic(sourceTopic);
        final LogTopic derived = topic(derivedTopic);
        if (derived.sources().contains(source)) {
            return;
        }
        if (source.descendsFrom(derived)) {
            throw new IllegalArgumentException("a topic cannot be made from itself, over any number of steps: source="
                    + sourceTopic + " derived=" + derivedTopic);
        }
        boolean isRemembered = false;
        derived.addSource(source);
        publishTopics();
        try {
            // What was durable because it was forced must be named before it depends on being named.
            forcer.forceNow();
            layout.writeTopic(derived.id(), derived.spec(), derived.sourceNames());
            isRemembered = true;
        } catch (final IOException ex) {
            throw storageFailure("cannot remember what a topic is made from", context.directory(), ex);
        } finally {
            if (!isRemembered) {
                // It stays cut like a derived topic until the store is closed, which does no harm.
                derived.removeSource(source);
                publishTopics();
            }
        }
    }

    /**
     * Takes a durable cut: returns when all that is committed now survives a loss of power. What lies behind a claim that is
     * not committed does not.
     *
     * @throws MillraceException     STORAGE_FULL or STORAGE_FAILED when it cannot be taken.
     * @throws IllegalStateException when the store was opened for reading only or is closed.
     */
    public void forceNow() {
        synchronized (this) {
            checkOpen();
            checkWritable();
        }
        forcer.forceNow();
    }

    private void checkWritable() {
        if (readOnly) {
            throw new IllegalStateException("the store was opened for reading only: " + context.directory());
        }
    }

    private void checkDisk() {
        final MillraceException reason = forcer.failure();
        if (reason != null) {
            throw new MillraceException(reason.code(), reason.getMessage(), reason);
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
     * Reads the clock that log times come from, for those who decide when to append. May be called from any thread.
     *
     * @return ns since the epoch.
     */
    public long logTimeNs() {
        return clock.nanoTime();
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
        return conductor.doWork(nowNs) + forcer.doWork(nowNs);
    }

    /**
     * Compacts on the caller's thread, in a store that has no thread for it.
     *
     * @return number of segments that were written anew.
     */
    int invokeCompactor(final long nowNs) {
        return compactor.doWork(nowNs);
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
        if (!readOnly) {
            compactor.stop();
            conductor.close();
            forcer.stop();
            housekeeper.close();
        }
        closeAll();
    }

    /** Closes all topics and then, whatever failed there, gives the directory up. */
    private void closeAll() {
        RuntimeException failure = isLaunched ? takeLastCut() : null;
        try {
            cutFiles.close();
            for (final LogTopic topic : topics.values()) {
                try {
                    topic.close();
                } catch (final RuntimeException ex) {
                    failure = first(failure, ex);
                }
            }
        } catch (final IOException ex) {
            failure = first(failure, storageFailure("cannot close the durable cut", context.directory(), ex));
        } finally {
            failure = first(failure, releaseLock());
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Ends all appends and forces them; returns why that was not possible, or null. */
    private RuntimeException takeLastCut() {
        RuntimeException failure = null;
        boolean isClean = true;
        for (final LogTopic topic : topics.values()) {
            try {
                isClean &= topic.seal();
            } catch (final RuntimeException ex) {
                isClean = false;
                failure = first(failure, ex);
            }
        }
        return first(failure, forcer.finish(isClean));
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
