package io.millrace.transport.protocol;

/**
 * What a node says when a session is open.
 *
 * @param tokenHigh       first half of the token that every later command carries
 * @param tokenLow        second half
 * @param protocolVersion that the node speaks
 * @param storeHigh       first half of the store's identity
 * @param storeLow        second half
 * @param machine         number that all processes of a running machine share, 0 for unknown
 * @param storeDirectory  where a client on the same machine finds the store, may be empty
 * @param proof           that the node has the principal's key, empty without a challenge
 */
public record ConnectedSession(
        long tokenHigh,
        long tokenLow,
        int protocolVersion,
        long storeHigh,
        long storeLow,
        long machine,
        String storeDirectory,
        byte... proof) {}
