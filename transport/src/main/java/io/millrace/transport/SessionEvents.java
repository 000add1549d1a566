package io.millrace.transport;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.EventHandler;

/** What every client does with a node's events: it remembers its session, and why it ended. */
class SessionEvents implements EventHandler {
    private long session;
    private boolean isConnected;
    private MillraceException failure;

    /** The token of the session, once it is open. */
    final long session() {
        return session;
    }

    /** Whether the node has opened the session. */
    final boolean isSessionOpen() {
        return isConnected;
    }

    /** Why the session ended, or null. */
    final MillraceException failure() {
        return failure;
    }

    /** Ends the session with a cause; the first one stays. */
    final void fail(final ErrorCode code, final String message) {
        if (failure == null) {
            failure = new MillraceException(code, message);
        }
    }

    @Override
    public final void onConnected(final long correlationId, final long session, final int protocolVersion) {
        this.session = session;
        this.isConnected = true;
    }

    @Override
    public final void onRefused(final long correlationId, final ErrorCode code, final String message) {
        fail(code, message);
    }

    @Override
    public void onProducerOpened(
            final long correlationId,
            final int producer,
            final int producerId,
            final int maxRecordLength,
            final long[] lastSequences) {}

    @Override
    public void onAcknowledge(final int producer, final int partition, final long sequence) {}

    @Override
    public void onSubscriptionOpened(final long correlationId, final int subscription, final long[] positions) {}

    @Override
    public boolean onDeliver(final DeliveredFrames frames) {
        return true;
    }

    @Override
    public void onCorruptDelivery() {}
}
