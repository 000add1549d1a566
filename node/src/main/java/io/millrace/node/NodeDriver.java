package io.millrace.node;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.millrace.node.config.Idling;
import io.millrace.node.config.NodeSettings;
import io.millrace.node.config.Profile;
import io.millrace.transport.protocol.ProtocolDescriptor;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.BitUtil;
import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** The media driver of a node: one of its own inside the process, or one that runs already. */
final class NodeDriver implements AutoCloseable {
    private static final int STREAM_SESSION_HEADROOM = 64;
    // 40 counters of 128 bytes: both ends of both streams and of a live feed, when the client shares the driver.
    private static final int COUNTERS_LENGTH_PER_SESSION = 5120;
    private static final long UNBLOCK_HEADROOM_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int MIN_COUNTERS_LENGTH = 1024 * 1024;

    private final String directory;
    private final MediaDriver embedded;

    private NodeDriver(final String directory, final MediaDriver embedded) {
        this.directory = directory;
        this.embedded = embedded;
    }

    /**
     * Starts a media driver, or finds the one that the settings name.
     *
     * @param context of the node
     * @param errors  told of what goes wrong in an embedded driver, from its threads
     * @return the driver
     */
    static NodeDriver launch(final NodeContext context, final Consumer<Throwable> errors) {
        final NodeSettings settings = context.settings();
        final Path external = settings.value(NodeSettings.AERON_DIRECTORY);
        if (external != null) {
            return new NodeDriver(external.toString(), null);
        }
        final String directory = DriverDirectories.next();
        try {
            return new NodeDriver(directory, MediaDriver.launch(driverContext(context, directory, errors)));
        } catch (final RuntimeException ex) {
            DriverDirectories.release(directory);
            throw ex;
        }
    }

    /** What the node's own threads do while there is nothing to do. */
    static IdleStrategy idleStrategy(final NodeSettings settings) {
        return switch (idling(settings)) {
            case SPIN -> new BusySpinIdleStrategy();
            case YIELD -> new YieldingIdleStrategy();
            case SLEEP -> new SleepingMillisIdleStrategy(1);
            case BACKOFF, PROFILE ->
                new BackoffIdleStrategy(100, 10, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100));
        };
    }

    /** Whether the node's own threads never sleep, so that they see in time that something is late. */
    static boolean isAlwaysAwake(final NodeSettings settings) {
        final Idling idling = idling(settings);
        return idling == Idling.SPIN || idling == Idling.YIELD;
    }

    /** Whether the driver is the node's own. */
    boolean isEmbedded() {
        return embedded != null;
    }

    /** Where the driver lives. */
    String directory() {
        return directory;
    }

    @Override
    public void close() {
        if (embedded != null) {
            CloseHelper.quietClose(embedded);
            DriverDirectories.release(directory);
        }
    }

    private static MediaDriver.Context driverContext(
            final NodeContext context, final String directory, final Consumer<Throwable> errors) {
        final NodeSettings settings = context.settings();
        final int sessionLimit = context.maxSessions() + STREAM_SESSION_HEADROOM;
        return new MediaDriver.Context()
                .aeronDirectoryName(directory)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .threadingMode(threadingMode(settings))
                .sharedIdleStrategy(idleStrategy(settings))
                .sharedNetworkIdleStrategy(idleStrategy(settings))
                .senderIdleStrategy(idleStrategy(settings))
                .receiverIdleStrategy(idleStrategy(settings))
                .conductorIdleStrategy(new BackoffIdleStrategy())
                .publicationTermBufferLength(ProtocolDescriptor.TERM_LENGTH)
                .ipcTermBufferLength(ProtocolDescriptor.TERM_LENGTH)
                .termBufferSparseFile(true)
                .receiveChannelEndpointSupplier(new GuardedReceiveEndpoints())
                .clientLivenessTimeoutNs(settings.value(NodeSettings.STALL_TIMEOUT))
                // Aeron wants it to be the longer one. Nobody here writes to a publication that another may block.
                .publicationUnblockTimeoutNs(settings.value(NodeSettings.STALL_TIMEOUT) + UNBLOCK_HEADROOM_NS)
                .streamSessionLimit(sessionLimit)
                // Aeron's default takes 40 MiB of memory for counters that a node does not need.
                .counterValuesBufferLength(countersLength(sessionLimit))
                // Every error also comes back to the caller that it concerns; nothing goes to the console.
                .errorHandler(errors::accept);
    }

    private static ThreadingMode threadingMode(final NodeSettings settings) {
        return switch (settings.value(NodeSettings.THREADING)) {
            case SHARED -> ThreadingMode.SHARED;
            case SHARED_NETWORK -> ThreadingMode.SHARED_NETWORK;
            case DEDICATED -> ThreadingMode.DEDICATED;
            case PROFILE ->
                settings.value(NodeSettings.PROFILE) == Profile.LOW_LATENCY
                        ? ThreadingMode.DEDICATED
                        : ThreadingMode.SHARED;
        };
    }

    private static Idling idling(final NodeSettings settings) {
        final Idling chosen = settings.value(NodeSettings.IDLE);
        if (chosen != Idling.PROFILE) {
            return chosen;
        }
        return switch (settings.value(NodeSettings.PROFILE)) {
            case LOW_LATENCY -> Idling.SPIN;
            case BALANCED -> Idling.BACKOFF;
            case FRUGAL -> Idling.SLEEP;
        };
    }

    private static int countersLength(final int sessionCount) {
        return Math.max(
                MIN_COUNTERS_LENGTH, BitUtil.findNextPositivePowerOfTwo(COUNTERS_LENGTH_PER_SESSION * sessionCount));
    }
}
