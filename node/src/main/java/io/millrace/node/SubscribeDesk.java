package io.millrace.node;

import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.node.access.Operation;
import io.millrace.transport.protocol.SubscribeRequest;

/** What subscribers ask of the node. The records themselves go out with their {@link ClientSession}. The node's agent thread. */
final class SubscribeDesk {
    private final LogStore store;
    private final SessionDesk sessions;

    SubscribeDesk(final LogStore store, final SessionDesk sessions) {
        this.store = store;
        this.sessions = sessions;
    }

    boolean onSubscribe(final int clientId, final SubscribeRequest request) {
        final ClientSession session = sessions.session(clientId);
        final long correlationId = request.correlationId();
        if (!session.mayBegin(sessions.nowNs())) {
            return false;
        }
        try {
            sessions.checkAllowed(session, Operation.READ, request.topic());
            final LogTopic topic = Admission.topic(store, request.topic(), sessions.visibleTo(session));
            final SubscriptionSession subscription =
                    new SubscriptionSession(sessions.nextHandle(session), topic, request);
            session.add(subscription);
            final long[] positions = subscription.positions();
            session.answer(egress -> egress.subscriptionOpened(
                    correlationId, subscription.handle(), subscription.durability(), positions));
        } catch (final RuntimeException ex) {
            sessions.reject(session, correlationId, ex);
        }
        return true;
    }

    void onUnsubscribe(final int clientId, final int subscription) {
        final ClientSession session = sessions.session(clientId);
        final SubscriptionSession found = session.subscription(subscription);
        if (found != null) {
            session.remove(found);
        }
    }
}
