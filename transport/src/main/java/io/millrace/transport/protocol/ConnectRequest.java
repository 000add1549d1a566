package io.millrace.transport.protocol;

/**
 * What a client says of itself when it connects; nothing of it is known to be true.
 *
 * @param correlationId    chosen by the client
 * @param protocolVersion  that the client speaks
 * @param responseStreamId on which the client listens
 * @param responseChannel  on which the client listens
 * @param principal        who the client is, empty for nobody in particular
 * @param clientName       for people who look at the node, may be empty
 */
public record ConnectRequest(
        long correlationId,
        int protocolVersion,
        int responseStreamId,
        String responseChannel,
        String principal,
        String clientName) {}
