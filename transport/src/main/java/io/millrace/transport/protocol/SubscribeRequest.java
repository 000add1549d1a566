package io.millrace.transport.protocol;

/**
 * What a client wants to follow. Equality is that of the arrays' identity; nobody needs another.
 *
 * @param correlationId chosen by the client
 * @param topic         to follow
 * @param goesOnWhenGone whether delivery goes on at the first record that is left when a position was removed
 * @param readsLog      whether the client reads the store's log by itself, as far as the node says
 * @param starts        where each partition begins, from 0; the last one counts for all further partitions
 */
public record SubscribeRequest(
        long correlationId, String topic, boolean goesOnWhenGone, boolean readsLog, StartPoint... starts) {
    /**
     * Where a partition begins.
     *
     * @param partition of the topic
     * @return start point; the begin when the client named none at all
     */
    public StartPoint start(final int partition) {
        return starts.length == 0 ? StartPoint.BEGIN : starts[Math.min(partition, starts.length - 1)];
    }
}
