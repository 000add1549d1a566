package io.millrace.transport.protocol;

/**
 * A live feed that a subscriber may share.
 *
 * @param feed           its number, which stands in its messages for a subscription
 * @param aeronSessionId of its publication
 * @param streamId       of its publication
 */
public record LiveOffer(int feed, int aeronSessionId, int streamId) {}
