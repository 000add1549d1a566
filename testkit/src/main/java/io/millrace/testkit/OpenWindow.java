package io.millrace.testkit;

import java.time.Instant;

/**
 * A window of a key that has not closed.
 *
 * @param key   of the window.
 * @param start the first event time that belongs to it.
 * @param end   the first event time that no longer belongs to it.
 * @param value that its result would be now.
 * @param <K>   type of the key.
 * @param <V>   type of the value.
 */
public record OpenWindow<K, V>(K key, Instant start, Instant end, V value) {}
