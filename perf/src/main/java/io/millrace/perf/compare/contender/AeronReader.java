package io.millrace.perf.compare.contender;

import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;

/** Polls a subscription. Messages fit into one fragment each. */
final class AeronReader implements MessageReader, FragmentHandler {
    private final Subscription subscription;
    private MessageHandler handler;

    AeronReader(final Subscription subscription) {
        this.subscription = subscription;
    }

    @Override
    public int poll(final MessageHandler newHandler, final int limit) {
        handler = newHandler;
        return subscription.poll(this, limit);
    }

    @Override
    public void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        handler.onMessage(buffer, offset, length);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
