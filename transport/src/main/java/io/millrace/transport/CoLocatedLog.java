package io.millrace.transport;

import io.millrace.log.LogContext;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.error.PositionGoneException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.MachineIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a node on this machine, read where it lies for one session of a subscriber. One thread.
 *
 * <p>The node says where reading begins and how far it may go; no record before it has said so. A new session opens the log anew: the
 * node may have repaired it in between.
 */
final class CoLocatedLog implements RecordHandler, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CoLocatedLog.class);
    private static final String IDENTITY_FILE = "node.identity";

    private final DeliveryEvents events;
    private final boolean goesOnWhenGone;
    private final LogStore store;
    private final LogTopic topic;
    private final LogReader[] readers;
    private int partition;

    private CoLocatedLog(
            final DeliveryEvents events, final boolean goesOnWhenGone, final LogStore store, final LogTopic topic) {
        this.events = events;
        this.goesOnWhenGone = goesOnWhenGone;
        this.store = store;
        this.topic = topic;
        this.readers = new LogReader[topic.partitionCount()];
    }

    /** Opens the log of the session's node, null when it is not within reach. */
    static CoLocatedLog open(final DeliveryEvents events, final boolean goesOnWhenGone) {
        final ConnectedSession session = events.session();
        if (session.machine() == MachineIdentity.UNKNOWN
                || session.machine() != MachineIdentity.current()
                || session.storeDirectory().isEmpty()) {
            return null;
        }
        LogStore store = null;
        try {
            final Path directory = Path.of(session.storeDirectory());
            if (!isStore(directory, session)) {
                return null;
            }
            store = LogStore.openReadOnly(new LogContext().directory(directory));
            return new CoLocatedLog(events, goesOnWhenGone, store, store.topic(events.topic()));
        } catch (final IOException | RuntimeException ex) {
            // Another user's, in another container, no such topic: whatever it is, the node knows better.
            LOGGER.debug("reading over the wire: directory={} cause={}", session.storeDirectory(), ex.toString());
            CloseHelper.quietClose(store);
            return null;
        }
    }

    /** The same path may be another directory for this process than for the node. */
    private static boolean isStore(final Path directory, final ConnectedSession session) throws IOException {
        final Path file = directory.resolve(IDENTITY_FILE);
        return Files.isReadable(file)
                && Files.readString(file, StandardCharsets.US_ASCII)
                        .strip()
                        .equals(String.format("%016x%016x", session.storeHigh(), session.storeLow()));
    }

    /** Hands out records up to a limit, as far as the node lets; each partition is the first in turn. */
    void poll(final int limit) {
        if (readers.length != events.nextPositions().length) {
            events.fail(ErrorCode.TOPIC_DELETED, "the topic was deleted: topic=" + topic.name());
            return;
        }
        int left = limit;
        for (int i = 0; i < readers.length && left > 0 && !events.isStopped(); i++) {
            partition = partition + 1 == readers.length ? 0 : partition + 1;
            if (events.readablePosition(partition) > events.nextPositions()[partition]) {
                left -= read(left);
            }
        }
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        events.take(partition, record);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(readers);
        CloseHelper.quietClose(store);
    }

    private int read(final int limit) {
        try {
            if (readers[partition] == null) {
                readers[partition] = topic.partition(partition).reader();
                readers[partition].seek(events.nextPositions()[partition]);
            }
            final int count = Math.max(0, readers[partition].poll(this, limit, events.readablePosition(partition)));
            events.passOver(partition, readers[partition].position());
            return count;
        } catch (final RuntimeException ex) {
            if (!events.isThrown(ex)) {
                onFailure(ex);
            }
            return 0;
        }
    }

    private void onFailure(final RuntimeException cause) {
        if (cause instanceof PositionGoneException gone) {
            onGone(gone);
        } else if (cause instanceof MillraceException failure) {
            events.fail(failure);
        } else {
            throw cause;
        }
    }

    private void onGone(final PositionGoneException gone) {
        try {
            long firstPosition = gone.firstPosition();
            if (goesOnWhenGone) {
                readers[partition].seekToBegin();
                firstPosition = readers[partition].position();
            }
            events.onGone(partition, gone.position(), firstPosition, goesOnWhenGone);
        } catch (final MillraceException ex) {
            // Deleted while it was looked for.
            events.fail(ex);
        }
    }
}
