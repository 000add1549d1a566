package io.millrace.perf.compare.contender;

import io.aeron.AeronVersion;
import io.millrace.log.LogStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import net.openhft.chronicle.queue.ChronicleQueue;

/** Everybody who is measured, with the JVM flags that its documentation asks for and the settings that it gets here. */
public enum ContenderKind {
    /** The machine itself: two threads that wait for a time to come, and no message. */
    IDLE(
            "idle",
            "machine, idle",
            true,
            List.of(ContenderFlags.MISC),
            "two threads spin until the time of each message that is never sent",
            () -> "",
            options -> {
                throw new UnsupportedOperationException("takes no messages");
            }),

    /** The limit of a log that grows: every page is touched for the first time. */
    MEMCPY_COLD(
            "memcpy-cold",
            "memcpy, cold",
            true,
            List.of("-Dagrona.disable.bounds.checks=true", ContenderFlags.MISC),
            "copy and length word into a new sparse mapped file",
            () -> "",
            options -> new MemoryCopy(options, false, false)),

    /** What lies between: the blocks are there, and each page is still to be mapped when it is written first. */
    MEMCPY_FILLED(
            "memcpy-filled",
            "memcpy, filled",
            true,
            List.of("-Dagrona.disable.bounds.checks=true", ContenderFlags.MISC),
            "copy and length word into a mapped file, written before by system calls but not touched",
            () -> "",
            options -> new MemoryCopy(options, true, false)),

    /** The limit of a log whose segments are ready. */
    MEMCPY_WARM(
            "memcpy-warm",
            "memcpy, warm",
            true,
            List.of("-Dagrona.disable.bounds.checks=true", ContenderFlags.MISC),
            "copy and length word into a mapped file, written and every page touched before",
            () -> "",
            options -> new MemoryCopy(options, true, true)),

    /** Ours, into a segment that is ready. */
    MILLRACE(
            "millrace",
            "Millrace",
            false,
            List.of(ContenderFlags.MISC),
            "durability process, defaults; the segment that is filled and the next are prepared before",
            ContenderKind::millraceVersion,
            MillraceLog::new),

    /** Ours, faster than segments can be prepared. */
    MILLRACE_GROWING(
            "millrace-growing",
            "Millrace, growing",
            false,
            List.of(ContenderFlags.MISC),
            "durability process, defaults; segments of 128 MiB are prepared while it runs, nothing is freed",
            ContenderKind::millraceVersion,
            MillraceLog::new),

    /** Chronicle Queue. */
    CHRONICLE(
            "chronicle",
            "Chronicle Queue",
            false,
            ContenderFlags.CHRONICLE,
            "open source edition, defaults (FAST_DAILY, blocks of 64 MiB), DocumentContext in place, not synced",
            () -> implementationVersion(ChronicleQueue.class, "net.openhft", "chronicle-queue"),
            ChronicleLog::new),

    /** Aeron Archive: what is read comes from the recording. */
    AERON_ARCHIVE(
            "aeron-archive",
            "Aeron Archive",
            false,
            ContenderFlags.AERON,
            "exclusive IPC publication being recorded, until recorded; driver and archive SHARED with their default idle "
                    + "strategies, terms not sparse, file sync level 0; read by replay",
            () -> AeronVersion.VERSION,
            options -> new AeronArchiveLog(options, false)),

    /** Aeron Archive: what is read comes from the publication, beside the recording. */
    AERON_ARCHIVE_LIVE(
            "aeron-archive-live",
            "Aeron Archive, live",
            false,
            ContenderFlags.AERON,
            "as Aeron Archive, read from the publication while it is recorded",
            () -> AeronVersion.VERSION,
            options -> new AeronArchiveLog(options, true)),

    /** Aeron alone, which keeps nothing. */
    AERON_IPC(
            "aeron-ipc",
            "Aeron IPC",
            false,
            ContenderFlags.AERON,
            "keeps nothing; exclusive publication (shared for two appenders) and a subscriber that takes all; driver SHARED, "
                    + "terms of 64 MiB not sparse",
            () -> AeronVersion.VERSION,
            AeronIpc::new),

    /** Aeron alone between two processes, over shared memory. */
    PLAIN_IPC(
            "plain-ipc",
            "Aeron IPC",
            true,
            ContenderFlags.AERON,
            CarrierSettings.PLAIN_IPC,
            () -> AeronVersion.VERSION),

    /** Aeron alone between two processes, over UDP. */
    PLAIN_UDP(
            "plain-udp",
            "Aeron UDP",
            true,
            ContenderFlags.AERON,
            CarrierSettings.PLAIN_UDP,
            () -> AeronVersion.VERSION),

    /** Our node: publisher and subscriber over shared memory. */
    NODE_IPC(
            "node-ipc",
            "Millrace IPC",
            false,
            ContenderFlags.OURS,
            CarrierSettings.NODE_IPC,
            ContenderKind::millraceVersion),

    /** Our node: publisher over shared memory, the subscriber reads the log. */
    NODE_IPC_LOG(
            "node-ipc-log",
            "Millrace IPC, log",
            false,
            ContenderFlags.OURS,
            CarrierSettings.NODE_LOG,
            ContenderKind::millraceVersion),

    /** Our node: publisher and subscriber over UDP. */
    NODE_UDP(
            "node-udp",
            "Millrace UDP",
            false,
            ContenderFlags.OURS,
            CarrierSettings.NODE_UDP,
            ContenderKind::millraceVersion),

    /** Our node: publisher over UDP, the subscriber reads the log. */
    NODE_UDP_LOG(
            "node-udp-log",
            "Millrace UDP, log",
            false,
            ContenderFlags.OURS,
            CarrierSettings.NODE_LOG,
            ContenderKind::millraceVersion),

    /** A broker. */
    KAFKA("kafka", "Kafka", false, ContenderFlags.KAFKA, CarrierSettings.KAFKA, () -> "");

    private final String id;
    private final String title;
    private final boolean isLimit;
    private final List<String> flags;
    private final String settings;
    private final Supplier<String> version;
    private final Function<OpenOptions, Contender> opening;

    ContenderKind(
            final String id,
            final String title,
            final boolean isLimit,
            final List<String> flags,
            final String settings,
            final Supplier<String> version,
            final Function<OpenOptions, Contender> opening) {
        this.id = id;
        this.title = title;
        this.isLimit = isLimit;
        this.flags = flags;
        this.settings = settings;
        this.version = version;
        this.opening = opening;
    }

    /** One that carries messages between processes. */
    ContenderKind(
            final String id,
            final String title,
            final boolean isLimit,
            final List<String> flags,
            final String settings,
            final Supplier<String> version) {
        this(id, title, isLimit, flags, settings, version, options -> {
            throw new UnsupportedOperationException("is no log: " + id);
        });
    }

    /**
     * Finds a contender by its name on the command line.
     *
     * @param id such as {@code aeron-ipc}.
     * @return the contender.
     */
    public static ContenderKind of(final String id) {
        for (final ContenderKind kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no such contender: " + id);
    }

    /**
     * A place for files that live in memory and are of no use after the process.
     *
     * @param name of the directory.
     * @param other directory to use where the system has no memory file system.
     * @return a path at which nothing is.
     */
    public static Path memoryDirectory(final String name, final Path other) {
        final Path memory = Path.of("/dev/shm");
        return (Files.isWritable(memory) ? memory : other).resolve(name);
    }

    /**
     * Opens it.
     *
     * @param options how.
     * @return the contender, to be closed.
     */
    public Contender open(final OpenOptions options) {
        return opening.apply(options);
    }

    /**
     * Its name on the command line and in JSON.
     *
     * @return lower case, words parted by hyphens.
     */
    public String id() {
        return id;
    }

    /**
     * Its name for people.
     *
     * @return a few words.
     */
    public String title() {
        return title;
    }

    /**
     * Tells whether it is plain code that bounds the others.
     *
     * @return true for a limit.
     */
    public boolean isLimit() {
        return isLimit;
    }

    /**
     * Tells whether it is ours.
     *
     * @return true for Millrace.
     */
    public boolean isOurs() {
        return switch (this) {
            case MILLRACE, MILLRACE_GROWING, NODE_IPC, NODE_IPC_LOG, NODE_UDP, NODE_UDP_LOG -> true;
            default -> false;
        };
    }

    /**
     * Tells whether it is measured against us.
     *
     * @return true for those that are neither ours nor a limit.
     */
    public boolean isPeer() {
        return !isLimit && !isOurs();
    }

    /**
     * Tells whether messages can be read after they were appended.
     *
     * @return false for one that only hands them on.
     */
    public boolean keepsMessages() {
        return this != AERON_IPC && this != AERON_ARCHIVE_LIVE;
    }

    /**
     * The module below {@code perf/peers} that its classes and libraries come from.
     *
     * @return name of the module's directory, empty for those that are in this one.
     */
    public String peer() {
        return this == KAFKA ? "kafka" : "";
    }

    /**
     * JVM flags that its documentation asks for.
     *
     * @return flags, in order.
     */
    public List<String> flags() {
        return flags;
    }

    /**
     * What it is set to.
     *
     * @return one line.
     */
    public String settings() {
        return settings;
    }

    /**
     * Its version.
     *
     * @return version, empty for plain code and for one whose classes are in a module of its own.
     */
    public String version() {
        return version.get();
    }

    private static String millraceVersion() {
        return implementationVersion(LogStore.class, "io.millrace", "millrace-log");
    }

    private static String implementationVersion(final Class<?> type, final String groupId, final String artifactId) {
        return MavenProperties.version(type, groupId, artifactId);
    }
}
