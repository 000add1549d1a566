package io.millrace.node;

import io.millrace.transport.egress.EgressProxy;
import java.util.ArrayDeque;

/**
 * The session through which a member of a group or a consumer of a queue is reached, and what it is still to be told, in the order in
 * which it happened. A member that connects again gets a new link; nothing here outlives the node. The node's agent thread.
 */
final class MemberLink implements SessionOutbox {
    /** A member that does not listen to as many events is none. */
    private static final int MAX_EVENTS = 20_000;

    private final long memberId;
    private final ClientSession session;
    private final int credit;
    private final ArrayDeque<ClientSession.Answer> events = new ArrayDeque<>();
    private boolean isHeard = true;

    MemberLink(final long memberId, final ClientSession session, final int credit) {
        this.memberId = memberId;
        this.session = session;
        this.credit = credit;
    }

    long memberId() {
        return memberId;
    }

    ClientSession session() {
        return session;
    }

    /** How many messages the consumer wants to hold. */
    int credit() {
        return credit;
    }

    /** Whether the client can be told anything. */
    boolean isOpen() {
        return session.isTaking();
    }

    void onHeard() {
        isHeard = true;
    }

    /** Whether the client was heard since this was asked last. */
    boolean takeHeard() {
        final boolean wasHeard = isHeard && isOpen();
        isHeard = false;
        return wasHeard;
    }

    void tell(final ClientSession.Answer event) {
        if (events.size() >= MAX_EVENTS) {
            session.close();
        } else {
            events.add(event);
        }
    }

    int waitingCount() {
        return events.size();
    }

    @Override
    public int send(final EgressProxy egress) {
        int count = 0;
        while (!events.isEmpty() && events.peek().send(egress) > 0) {
            events.remove();
            count++;
        }
        return count;
    }
}
