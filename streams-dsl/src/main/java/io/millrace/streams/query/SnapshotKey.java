package io.millrace.streams.query;

import java.util.Arrays;

/** A key of a snapshot: ordered as its class orders keys, or else by its bytes. */
record SnapshotKey<K>(K key, byte[] bytes) implements Comparable<SnapshotKey<K>> {
    @Override
    @SuppressWarnings("unchecked") // Two of one class, which orders its own.
    public int compareTo(final SnapshotKey<K> other) {
        final boolean isOrdered = key instanceof Comparable && key.getClass() == other.key.getClass();
        return isOrdered ? ((Comparable<K>) key).compareTo(other.key) : Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof SnapshotKey<?> that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
