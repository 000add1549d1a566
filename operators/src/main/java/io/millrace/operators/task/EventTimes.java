package io.millrace.operators.task;

import java.time.Duration;
import java.time.Instant;
import java.util.function.ToLongFunction;

/**
 * Where the event times of a partition come from, and which of them cannot be true.
 *
 * <p>An event time that lies further ahead of the partition's clock than is allowed would move the watermark there and make all
 * that follows late. It is refused, by what the log says alone, so a replay refuses the same.
 *
 * @param <V> type of the values.
 */
public final class EventTimes<V> {
    /** No event time is too far ahead. */
    public static final long ANY = Long.MAX_VALUE;

    private final ToLongFunction<? super V> extractor;
    private final long maxAheadNs;

    /**
     * Creates the rule.
     *
     * @param extractor  reads the event time of a value, in ns since the epoch; null to take that of the record.
     * @param maxAheadNs how far it may lie ahead of the partition's clock, in ns; {@link #ANY} for any distance.
     */
    public EventTimes(final ToLongFunction<? super V> extractor, final long maxAheadNs) {
        this.extractor = extractor;
        this.maxAheadNs = maxAheadNs;
    }

    /**
     * Finds the event time of a value.
     *
     * @param value             of the record.
     * @param recordEventTimeNs event time in the record's header, in ns since the epoch.
     * @param clockNs           of the partition at the record, in ns since the epoch.
     * @return ns since the epoch.
     * @throws IllegalArgumentException when it is too far ahead.
     */
    public long of(final V value, final long recordEventTimeNs, final long clockNs) {
        return check(extractor == null ? recordEventTimeNs : extractor.applyAsLong(value), clockNs);
    }

    /**
     * Finds the event time of a record without a value, such as a tombstone.
     *
     * @param recordEventTimeNs event time in the record's header, in ns since the epoch.
     * @param clockNs           of the partition at the record, in ns since the epoch.
     * @return ns since the epoch.
     * @throws IllegalArgumentException when it is too far ahead.
     */
    public long ofRecord(final long recordEventTimeNs, final long clockNs) {
        return check(recordEventTimeNs, clockNs);
    }

    private long check(final long eventTimeNs, final long clockNs) {
        // The difference of a time far back and one far ahead wraps round to less than nothing.
        final long aheadNs = eventTimeNs - clockNs;
        if (eventTimeNs > clockNs && (aheadNs > maxAheadNs || aheadNs < 0 && maxAheadNs != ANY)) {
            throw new IllegalArgumentException(
                    "event time " + instant(eventTimeNs) + " lies further ahead of the log's " + instant(clockNs)
                            + " than the " + Duration.ofNanos(maxAheadNs) + " allowed by maxAhead");
        }
        return eventTimeNs;
    }

    private static Instant instant(final long ns) {
        return Instant.EPOCH.plusNanos(ns);
    }
}
