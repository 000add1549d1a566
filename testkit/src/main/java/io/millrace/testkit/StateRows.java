package io.millrace.testkit;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateVisitor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What a step keeps, read from all its tasks: copies, in an order that the number of tasks has no part in. */
final class StateRows<K> implements StateVisitor {
    final List<Cell<K>> cells = new ArrayList<>();
    final TreeMap<Window<K>, StateCopy> windows = new TreeMap<>();
    final List<Timer<K>> timers = new ArrayList<>();

    private final Codec<K> keyCodec;

    StateRows(final Codec<K> keyCodec) {
        this.keyCodec = keyCodec;
    }

    @Override
    public void onValue(
            final DirectBuffer key, final int offset, final int length, final String cell, final Object value) {
        cells.add(new Cell<>(key(key, offset, length), cell, value));
    }

    @Override
    public void onWindow(
            final DirectBuffer key,
            final int offset,
            final int length,
            final long startNs,
            final long endNs,
            final StateCopy state) {
        windows.merge(new Window<>(key(key, offset, length), startNs, endNs), state, StateCopy::combine);
    }

    @Override
    public void onTimer(
            final DirectBuffer key, final int offset, final int length, final boolean isEventTime, final long timeNs) {
        timers.add(new Timer<>(key(key, offset, length), isEventTime, timeNs));
    }

    private StateKey<K> key(final DirectBuffer key, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        key.getBytes(offset, bytes);
        return new StateKey<>(keyCodec.decodeFresh(new UnsafeBuffer(bytes)), bytes);
    }

    StateRows<K> sorted() {
        // A sort that keeps the order of equals: of several values of a key, the last one stays the last.
        cells.sort(Comparator.comparing(Cell::key));
        timers.sort(Comparator.comparing(Timer<K>::timeNs)
                .thenComparing(Timer::key)
                .thenComparing(timer -> !timer.isEventTime));
        return this;
    }

    record Cell<K>(StateKey<K> key, String name, Object value) {}

    record Window<K>(StateKey<K> key, long startNs, long endNs) implements Comparable<Window<K>> {
        @Override
        public int compareTo(final Window<K> other) {
            final int byEnd = Long.compare(endNs, other.endNs);
            final int byTime = byEnd != 0 ? byEnd : Long.compare(startNs, other.startNs);
            return byTime != 0 ? byTime : key.compareTo(other.key);
        }
    }

    record Timer<K>(StateKey<K> key, boolean isEventTime, long timeNs) {}
}
