package io.millrace.operators.codec;

/**
 * Ends the time for which values were lent. What drives a chain with such a codec in test mode calls {@link #release}
 * after each record, whether or not the chain failed.
 */
public interface BorrowGuard {
    /**
     * Takes back all values that were decoded since the last release: from now on every access to one of them throws,
     * and says which record it belonged to.
     *
     * @param topic     that the record was read from.
     * @param partition of the topic.
     * @param position  of the record in the partition, in bytes.
     */
    void release(String topic, int partition, long position);
}
