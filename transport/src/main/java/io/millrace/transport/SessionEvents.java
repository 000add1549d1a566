package io.millrace.transport;

import io.millrace.log.Durability;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.ConnectedSession;
import io.millrace.transport.protocol.DeliveredFrames;
import io.millrace.transport.protocol.EventHandler;
import io.millrace.transport.protocol.OpenedProducer;

/** What every client does with a node's events: it remembers its session, what was rejected, and why the session ended. */
class SessionEvents implements EventHandler {
    private ConnectedSession session;
    private byte[] challenge;
    private MillraceException failure;
    private long rejectedCorrelationId;
    private MillraceException rejection;

    /** Forgets all, before another session is asked for. */
    void reset() {
        session = null;
        challenge = null;
        failure = null;
        rejection = null;
        rejectedCorrelationId = 0;
    }

    /** The session, once it is open; else null. */
    final ConnectedSession session() {
        return session;
    }

    /** Whether the node has opened the session. */
    final boolean isSessionOpen() {
        return session != null;
    }

    /** The nonce that the node wants to be answered; null when it has sent none. */
    final byte[] challenge() {
        return challenge;
    }

    /** Why the session ended, or null. */
    final MillraceException failure() {
        return failure;
    }

    /** Why the node did not do what one command asked, or null. */
    final MillraceException rejection(final long correlationId) {
        return rejection != null && rejectedCorrelationId == correlationId ? rejection : null;
    }

    /** Ends the session with a cause; the first one stays. */
    final void fail(final ErrorCode code, final String message) {
        fail(new MillraceException(code, message));
    }

    /** Ends the session with a cause; the first one stays. */
    final void fail(final MillraceException cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    @Override
    public final void onConnected(final long correlationId, final ConnectedSession opened) {
        session = opened;
    }

    @Override
    public final void onChallenge(final long correlationId, final byte[] nonce) {
        challenge = nonce;
    }

    @Override
    public final void onRefused(final long correlationId, final ErrorCode code, final String message) {
        fail(code, message);
    }

    @Override
    public void onRejected(final long correlationId, final ErrorCode code, final String message) {
        rejectedCorrelationId = correlationId;
        rejection = new MillraceException(code, message);
    }

    @Override
    public void onProducerOpened(final long correlationId, final OpenedProducer producer) {}

    @Override
    public void onAcknowledge(final int producer, final int partition, final long sequence) {}

    @Override
    public void onSubscriptionOpened(
            final long correlationId, final int subscription, final Durability durability, final long[] positions) {}

    @Override
    public boolean onDeliver(final DeliveredFrames frames) {
        return true;
    }

    @Override
    public void onPositionGone(
            final int subscription,
            final int partition,
            final long position,
            final long firstPosition,
            final boolean isResumed) {}

    @Override
    public void onReadable(final int subscription, final int partition, final long position) {}

    @Override
    public void onCorruptEvent() {
        // Nobody knows what it was; another session begins where this one is known to have been right.
        fail(ErrorCode.TRANSPORT, "an event of the node arrived damaged: its checksum does not match; connect again");
    }
}
