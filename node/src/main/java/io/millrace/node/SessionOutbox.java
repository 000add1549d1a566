package io.millrace.node;

import io.millrace.transport.egress.EgressProxy;

/** What a session has to tell its client, besides answers, acknowledgements and deliveries. The node's agent thread. */
@FunctionalInterface
interface SessionOutbox {
    /** Sends as much as the client takes; how many events that were. */
    int send(EgressProxy egress);
}
