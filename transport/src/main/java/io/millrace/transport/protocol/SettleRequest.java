package io.millrace.transport.protocol;

import java.util.List;

/**
 * What became of messages that a consumer holds.
 *
 * @param correlationId chosen by the client
 * @param member id of the consumer
 * @param settlement 0 done, 1 not done, 2 still at it
 * @param delayNs 1: before which they are not delivered again; 2: the new lease, in ns
 * @param cause 1: why, in a line
 * @param entries that it holds
 */
public record SettleRequest(
        long correlationId, long member, int settlement, long delayNs, String cause, List<DeliveredMessage> entries) {}
