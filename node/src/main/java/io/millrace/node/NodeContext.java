package io.millrace.node;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogContext;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.log.storage.Storage;
import io.millrace.node.access.AccessList;
import io.millrace.node.config.NodeSettings;
import io.millrace.transport.KeyFile;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a {@link Node} is made from. The directory must be set; the rest has defaults. */
public final class NodeContext {
    static {
        JdkAccess.open();
    }

    /** Length of a segment in bytes, for topics that name none: 128 MiB. */
    public static final int DEFAULT_SEGMENT_LENGTH = LogContext.DEFAULT_SEGMENT_LENGTH;

    /** How many clients may be connected at once unless set otherwise. */
    public static final int DEFAULT_MAX_SESSIONS = 128;

    /** How long a client may be silent, in nanoseconds, unless set otherwise: 30 s. */
    public static final long DEFAULT_SESSION_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private static final int MAX_PORT = 65_535;
    private static final int MAX_MAX_SESSIONS = 4096;

    private NodeSettings settings = NodeSettings.resolve(List.of());
    private Path directory;
    private int port;
    private AccessList accessList = AccessList.OPEN;
    private int ingressStreamId = ProtocolDescriptor.DEFAULT_INGRESS_STREAM_ID;
    private int segmentLength = DEFAULT_SEGMENT_LENGTH;
    private int maxSessions = DEFAULT_MAX_SESSIONS;
    private long sessionTimeoutNs = DEFAULT_SESSION_TIMEOUT_NS;
    private Storage storage;
    private Authenticator authenticator = Authenticator.ANONYMOUS_ONLY;
    private boolean isConcluded;

    /** Creates a context with defaults. */
    public NodeContext() {}

    /**
     * Takes a context from settings; its own setters override them.
     *
     * @param settings that were checked
     * @return a context with their values
     * @throws MillraceException CONFIGURATION when the file of keys or of access rights cannot be used
     */
    public static NodeContext of(final NodeSettings settings) {
        final NodeContext context = new NodeContext();
        context.settings = settings;
        context.directory = settings.value(NodeSettings.DIR);
        context.port = settings.value(NodeSettings.PORT);
        context.ingressStreamId = settings.value(NodeSettings.STREAM);
        context.segmentLength = settings.value(NodeSettings.SEGMENT_LENGTH);
        context.maxSessions = settings.value(NodeSettings.MAX_SESSIONS);
        context.sessionTimeoutNs = settings.value(NodeSettings.SESSION_TIMEOUT);
        final Path accessFile = settings.value(NodeSettings.ACL);
        if (accessFile != null) {
            context.accessList = AccessList.read(accessFile);
        }
        return context.keys(settings.value(NodeSettings.KEYS));
    }

    /** The longest record that clients may publish, key and value together, in bytes. */
    int maxRecordLength() {
        return (int) (long) settings.value(NodeSettings.MAX_RECORD);
    }

    /**
     * What counts for all that has no setter here.
     *
     * @return settings, the defaults when none were given
     */
    public NodeSettings settings() {
        return settings;
    }

    /**
     * Where the store lives; created when missing.
     *
     * @param path of a directory
     * @return this
     */
    public NodeContext directory(final Path path) {
        checkOpen();
        directory = path;
        return this;
    }

    /**
     * Where the store lives.
     *
     * @return path of the directory
     */
    public Path directory() {
        return directory;
    }

    /**
     * On which UDP port of 127.0.0.1 the node listens.
     *
     * @param number from 1 to 65,535, or 0 (the default) for any free one
     * @return this
     */
    public NodeContext port(final int number) {
        checkOpen();
        port = number;
        return this;
    }

    /**
     * On which UDP port of 127.0.0.1 the node listens.
     *
     * @return port, 0 for any free one
     */
    public int port() {
        return port;
    }

    /**
     * On which Aeron stream the node listens.
     *
     * @param streamId {@link ProtocolDescriptor#DEFAULT_INGRESS_STREAM_ID} when not set
     * @return this
     */
    public NodeContext ingressStreamId(final int streamId) {
        checkOpen();
        ingressStreamId = streamId;
        return this;
    }

    /**
     * On which Aeron stream the node listens.
     *
     * @return stream id
     */
    public int ingressStreamId() {
        return ingressStreamId;
    }

    /**
     * How long the segments of new topics are, where a topic does not say so itself.
     *
     * @param length in bytes, a power of two from 64 KiB to 1 GiB
     * @return this
     */
    public NodeContext segmentLength(final int length) {
        checkOpen();
        segmentLength = length;
        return this;
    }

    /**
     * How long the segments of new topics are.
     *
     * @return bytes
     */
    public int segmentLength() {
        return segmentLength;
    }

    /**
     * How many clients may be connected at once; the next one is refused.
     *
     * @param count from 1 to 4,096
     * @return this
     */
    public NodeContext maxSessions(final int count) {
        checkOpen();
        maxSessions = count;
        return this;
    }

    /**
     * How many clients may be connected at once.
     *
     * @return clients
     */
    public int maxSessions() {
        return maxSessions;
    }

    /**
     * How long a client may be silent before its session is dropped.
     *
     * @param timeout in nanoseconds, positive
     * @return this
     */
    public NodeContext sessionTimeoutNs(final long timeout) {
        checkOpen();
        sessionTimeoutNs = timeout;
        return this;
    }

    /**
     * How long a client may be silent before its session is dropped.
     *
     * @return nanoseconds
     */
    public long sessionTimeoutNs() {
        return sessionTimeoutNs;
    }

    /**
     * Through what the log reaches the disk; for tests of a disk that is full or broken.
     *
     * @param access to files; the real one when not set
     * @return this
     */
    public NodeContext storage(final Storage access) {
        checkOpen();
        storage = access;
        return this;
    }

    /**
     * Through what the log reaches the disk.
     *
     * @return access to files, null for the real one
     */
    public Storage storage() {
        return storage;
    }

    /**
     * Who may open a session; {@link Authenticator#ANONYMOUS_ONLY} when not set.
     *
     * @param decider that the node's agent thread calls
     * @return this
     */
    public NodeContext authenticator(final Authenticator decider) {
        checkOpen();
        authenticator = decider;
        return this;
    }

    /**
     * Who may open a session.
     *
     * @return authenticator
     */
    public Authenticator authenticator() {
        return authenticator;
    }

    /**
     * Asks every client for a principal and a proof that it has the principal's key; takes the place of
     * {@link #authenticator(Authenticator)}.
     *
     * @param file of principals and keys, see {@link KeyFile}; null for none
     * @return this
     * @throws MillraceException CONFIGURATION when the file cannot be used
     */
    public NodeContext keys(final Path file) {
        return authenticator(file == null ? Authenticator.ANONYMOUS_ONLY : new KeyAuthenticator(KeyFile.read(file)));
    }

    /**
     * Who may do what; everybody everything when not set.
     *
     * @param rules that are asked for every command
     * @return this
     */
    public NodeContext accessList(final AccessList rules) {
        checkOpen();
        accessList = rules;
        return this;
    }

    /**
     * Who may do what.
     *
     * @return rules
     */
    public AccessList accessList() {
        return accessList;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws MillraceException with all problems in one line
     */
    public NodeContext conclude() {
        final List<String> problems = new ArrayList<>();
        if (directory == null) {
            problems.add("directory is not set");
        }
        if (port < 0 || port > MAX_PORT) {
            problems.add("port=" + port + " must be from 0 to " + MAX_PORT + ", 0 for any free one");
        }
        if (segmentLength < SegmentDescriptor.MIN_LENGTH
                || segmentLength > SegmentDescriptor.MAX_LENGTH
                || Integer.bitCount(segmentLength) != 1) {
            problems.add("segmentLength=" + segmentLength + " must be a power of two from "
                    + SegmentDescriptor.MIN_LENGTH + " to " + SegmentDescriptor.MAX_LENGTH);
        }
        if (maxSessions < 1 || maxSessions > MAX_MAX_SESSIONS) {
            problems.add("maxSessions=" + maxSessions + " must be from 1 to " + MAX_MAX_SESSIONS);
        }
        if (sessionTimeoutNs <= 0) {
            problems.add("sessionTimeoutNs=" + sessionTimeoutNs + " must be positive");
        }
        if (accessList == null) {
            problems.add("accessList must not be null");
        }
        if (authenticator == null) {
            problems.add("authenticator must not be null");
        }
        if (!problems.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION, "node is not configured: " + String.join("; ", problems));
        }
        isConcluded = true;
        return this;
    }

    private void checkOpen() {
        if (isConcluded) {
            throw new IllegalStateException("context is concluded: directory=" + directory);
        }
    }
}
