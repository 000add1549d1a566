package io.millrace.streams.effect;

/**
 * How an outside is called. All times are of the wall, and none of them reaches a task.
 *
 * @param atOnce       at most so many calls are under way for one partition, at least 1.
 * @param timeoutNs    how long an attempt may take, in ns.
 * @param attempts     how often an input is tried before it has failed, at least 1.
 * @param backoffNs    how long to wait before the second attempt, in ns; twice as long before each further one.
 * @param maxBackoffNs how long to wait at most, in ns.
 * @param isOrdered    true for results in the order of the inputs, false for the order of the replies in the log.
 */
public record CallSettings(
        int atOnce, long timeoutNs, int attempts, long backoffNs, long maxBackoffNs, boolean isOrdered) {
    /**
     * Finds how long to wait after an attempt that has failed.
     *
     * @param attempt number of the attempt, from 1.
     * @return ns until the next one.
     */
    long backoffNs(final int attempt) {
        long backoff = Math.min(backoffNs, maxBackoffNs);
        for (int i = 1; i < attempt && backoff < maxBackoffNs; i++) {
            backoff = backoff > maxBackoffNs / 2 ? maxBackoffNs : 2 * backoff;
        }
        return backoff;
    }
}
