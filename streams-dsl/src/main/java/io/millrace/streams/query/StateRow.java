package io.millrace.streams.query;

/**
 * A value of a key in a snapshot.
 *
 * @param key      that the value belongs to.
 * @param value    that is kept.
 * @param position at which it is true.
 * @param <K>      type of the key.
 * @param <V>      type of the value.
 */
public record StateRow<K, V>(K key, V value, StatePosition position) {}
