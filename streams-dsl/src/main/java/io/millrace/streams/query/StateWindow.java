package io.millrace.streams.query;

import java.util.List;

/**
 * A window of a key that is open: what its result would be if it closed now.
 *
 * @param key       that the window belongs to.
 * @param startNs   the first event time that belongs to it, in ns since the epoch.
 * @param endNs     the first event time that no longer belongs to it, in ns since the epoch.
 * @param value     of the records so far.
 * @param positions at which it is true; several where the window is added up in two halves, and the value is what they hold
 *                  together.
 * @param <K>       type of the key.
 * @param <V>       type of the value.
 */
public record StateWindow<K, V>(K key, long startNs, long endNs, V value, List<StatePosition> positions) {
    /**
     * Keeps the list as it is now.
     *
     * @param key       that the window belongs to.
     * @param startNs   the first event time that belongs to it.
     * @param endNs     the first event time that no longer belongs to it.
     * @param value     of the records so far.
     * @param positions at which it is true.
     */
    public StateWindow {
        positions = List.copyOf(positions);
    }
}
