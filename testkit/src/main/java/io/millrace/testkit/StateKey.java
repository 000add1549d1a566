package io.millrace.testkit;

import java.util.Arrays;

/** A key, decoded and as it is stored. Equal by its bytes, and ordered as its class orders keys, or else by its bytes. */
record StateKey<K>(K key, byte[] bytes) implements Comparable<StateKey<K>> {
    @Override
    @SuppressWarnings("unchecked") // Two of one class, which orders its own.
    public int compareTo(final StateKey<K> other) {
        final boolean isOrdered = key instanceof Comparable && key.getClass() == other.key.getClass();
        final int order = isOrdered ? ((Comparable<K>) key).compareTo(other.key) : 0;
        return order != 0 ? order : Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof StateKey<?> that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
