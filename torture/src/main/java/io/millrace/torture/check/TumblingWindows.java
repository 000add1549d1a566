package io.millrace.torture.check;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Windows that follow each other, {@code [start, start + size)} from the epoch on. One is final when the watermark has reached its
 * end and the grace; what belongs into it and comes then is late. They come out in the order of their ends, and in each the keys
 * in the order in which they came first, under the last instant of the window.
 *
 * @param <T> what is kept of the values of a key in a window.
 */
final class TumblingWindows<T> {
    private final long sizeNs;
    private final long graceNs;
    private final Supplier<T> tallies;
    private final TreeMap<Long, Map<ByteBuffer, T>> open = new TreeMap<>();

    TumblingWindows(final long sizeNs, final long graceNs, final Supplier<T> tallies) {
        this.sizeNs = sizeNs;
        this.graceNs = graceNs;
        this.tallies = tallies;
    }

    /** The window that is final takes its results. */
    interface Results<T> {
        void take(byte[] key, long startNs, long endNs, T tally);
    }

    /** Finds what is kept for a key at a time; null when that is final. */
    T find(final byte[] key, final long timeNs, final long watermarkNs) {
        final long start = Math.floorDiv(timeNs, sizeNs) * sizeNs;
        return start + sizeNs + graceNs <= watermarkNs
                ? null
                : open.computeIfAbsent(start, window -> new LinkedHashMap<>())
                        .computeIfAbsent(ByteBuffer.wrap(key), each -> tallies.get());
    }

    void close(final long watermarkNs, final Results<T> results) {
        while (!open.isEmpty() && open.firstKey() + sizeNs + graceNs <= watermarkNs) {
            final Map.Entry<Long, Map<ByteBuffer, T>> window = open.pollFirstEntry();
            final long start = window.getKey();
            window.getValue().forEach((key, tally) -> results.take(key.array(), start, start + sizeNs, tally));
        }
    }
}
