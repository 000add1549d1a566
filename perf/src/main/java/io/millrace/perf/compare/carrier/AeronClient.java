package io.millrace.perf.compare.carrier;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.millrace.perf.compare.contender.MessageHandler;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/** A publication there and a subscription back. Messages fit into one fragment each. */
final class AeronClient implements CarrierClient, FragmentHandler {
    private static final int FRAGMENT_LIMIT = 16;

    private final Aeron aeron;
    private final ExclusivePublication publication;
    private final Subscription subscription;
    private MessageHandler handler;
    private long acknowledgedCount;

    AeronClient(final Aeron aeron, final ExclusivePublication publication, final Subscription subscription) {
        this.aeron = aeron;
        this.publication = publication;
        this.subscription = subscription;
        while (!publication.isConnected() || !subscription.isConnected()) {
            Thread.yield();
        }
    }

    @Override
    public boolean publish(final int partition, final DirectBuffer message, final int length) {
        final long result = publication.offer(message, 0, length);
        if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
            throw new IllegalStateException("the publication refused a message: " + result);
        }
        return result > 0;
    }

    @Override
    public void work() {
        if (handler == null) {
            subscription.poll(this, FRAGMENT_LIMIT);
        }
    }

    @Override
    public void flush() {
        // Nothing ever waits.
    }

    @Override
    public long acknowledgedCount() {
        return acknowledgedCount;
    }

    @Override
    public void subscribe(final boolean isFromBegin) {
        if (isFromBegin) {
            throw new UnsupportedOperationException("keeps nothing");
        }
    }

    @Override
    public int poll(final MessageHandler newHandler, final int limit) {
        handler = newHandler;
        return subscription.poll(this, limit);
    }

    @Override
    public void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        if (handler == null) {
            acknowledgedCount = buffer.getLong(offset);
        } else {
            handler.onMessage(buffer, offset, length);
        }
    }

    @Override
    public void close() {
        CloseHelper.quietClose(aeron);
    }
}
