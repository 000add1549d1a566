package io.millrace.testkit;

import java.time.Instant;

/**
 * A timer of a processor that is set.
 *
 * @param key         that it is set for.
 * @param isEventTime true for a timer in event time, false for one in log time.
 * @param time        at which it is due.
 * @param <K>         type of the key.
 */
public record PendingTimer<K>(K key, boolean isEventTime, Instant time) {}
