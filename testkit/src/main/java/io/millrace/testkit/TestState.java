package io.millrace.testkit;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where a test looks at the state of a step, in all tasks together. Each call reads what is kept at that moment and gives
 * copies, ordered by key: as keys of their class are ordered, or else by their bytes.
 *
 * <p>The values have the types that the step was given; a test that expects another one fails with a
 * {@link ClassCastException}. Used by the test's thread.
 *
 * @param <K> type of the keys.
 */
public final class TestState<K> {
    private final String step;
    private final StateShape shape;
    private final Codec<K> keyCodec;
    private final Supplier<List<StateView>> views;

    TestState(
            final String step, final StateShape shape, final Codec<K> keyCodec, final Supplier<List<StateView>> views) {
        this.step = step;
        this.shape = shape;
        this.keyCodec = keyCodec;
        this.views = views;
    }

    /**
     * All keys of which something is kept; for dedupe those that have passed and are not forgotten yet.
     *
     * @return the keys.
     */
    public Set<K> keys() {
        final StateRows<K> rows = all();
        final TreeSet<StateKey<K>> keys = new TreeSet<>();
        rows.cells.forEach(cell -> keys.add(cell.key()));
        rows.windows.keySet().forEach(window -> keys.add(window.key()));
        rows.timers.forEach(timer -> keys.add(timer.key()));
        final Set<K> decoded = new LinkedHashSet<>();
        keys.forEach(key -> decoded.add(key.key()));
        return Collections.unmodifiableSet(decoded);
    }

    /**
     * The values of a table or a topN, by key; for dedupe the event time, in ns, of the latest value that passed.
     *
     * @param <V> type of the values, as the test knows it.
     * @return the values.
     * @throws IllegalStateException if the step keeps windows or cells.
     */
    public <V> Map<K, V> values() {
        check(StateShape.Kind.VALUES);
        return values(all(), "");
    }

    /**
     * The value of one key, see {@link #values()}.
     *
     * @param key to look for.
     * @param <V> type of the value, as the test knows it.
     * @return the value, null if there is none.
     * @throws IllegalStateException if the step keeps windows or cells.
     */
    @SuppressWarnings("unchecked") // The test says what the step keeps.
    public <V> V value(final K key) {
        check(StateShape.Kind.VALUES);
        final List<StateRows.Cell<K>> cells = of(key).cells;
        return cells.isEmpty() ? null : (V) cells.get(cells.size() - 1).value();
    }

    /**
     * One cell of a processor, by key. A flyweight stands on bytes of its own.
     *
     * @param name of the cell.
     * @param <V>  type of the values, as the test knows it.
     * @return the values of those keys that have one.
     * @throws IllegalStateException    if the step is no processor.
     * @throws IllegalArgumentException if the processor does not declare that cell.
     */
    public <V> Map<K, V> cell(final String name) {
        check(StateShape.Kind.CELLS);
        if (!shape.cells().contains(name)) {
            throw new IllegalArgumentException(
                    "step " + step + " declares no cell " + name + "; its cells are " + shape.cells());
        }
        return values(all(), name);
    }

    /**
     * The timers of a processor, in event time and in log time, by the time at which they are due.
     *
     * @return the timers that are set.
     * @throws IllegalStateException if the step is no processor.
     */
    public List<PendingTimer<K>> timers() {
        check(StateShape.Kind.CELLS);
        final List<PendingTimer<K>> timers = new ArrayList<>();
        for (final StateRows.Timer<K> timer : all().timers) {
            timers.add(
                    new PendingTimer<>(timer.key().key(), timer.isEventTime(), VirtualClock.instant(timer.timeNs())));
        }
        return timers;
    }

    /**
     * The windows that are open, by their end. Where a window is aggregated in front of an exchange and behind it, what both
     * halves hold is put together; what lies between them, in the exchange, is not seen.
     *
     * @param <V> type of the results, as the test knows it.
     * @return the windows.
     * @throws IllegalStateException if the step has no windows.
     */
    public <V> List<OpenWindow<K, V>> windows() {
        return windows(all());
    }

    /**
     * The windows of one key that are open, see {@link #windows()}.
     *
     * @param key to look for.
     * @param <V> type of the results, as the test knows it.
     * @return the windows.
     * @throws IllegalStateException if the step has no windows.
     */
    public <V> List<OpenWindow<K, V>> windows(final K key) {
        return windows(of(key));
    }

    @SuppressWarnings("unchecked") // The test says what the step keeps.
    private <V> List<OpenWindow<K, V>> windows(final StateRows<K> rows) {
        check(StateShape.Kind.WINDOWS);
        final List<OpenWindow<K, V>> windows = new ArrayList<>();
        rows.windows.forEach((window, state) -> windows.add(new OpenWindow<>(
                window.key().key(), VirtualClock.instant(window.startNs()), VirtualClock.instant(window.endNs()), (V)
                        state.result())));
        return windows;
    }

    @SuppressWarnings("unchecked") // The test says what the step keeps.
    private <V> Map<K, V> values(final StateRows<K> rows, final String cell) {
        final Map<K, V> values = new LinkedHashMap<>();
        for (final StateRows.Cell<K> each : rows.cells) {
            if (each.name().equals(cell)) {
                values.put(each.key().key(), (V) each.value());
            }
        }
        return Collections.unmodifiableMap(values);
    }

    private void check(final StateShape.Kind kind) {
        if (shape.kind() != kind) {
            throw new IllegalStateException("step " + step + " keeps "
                    + switch (shape.kind()) {
                        case VALUES -> "a value for each key; look at it with values(), value(key) or keys()";
                        case WINDOWS -> "windows; look at them with windows(), windows(key) or keys()";
                        case CELLS ->
                            "cells " + shape.cells() + " and timers; look at them with cell(name), timers() or keys()";
                    });
        }
    }

    private StateRows<K> all() {
        final StateRows<K> rows = new StateRows<>(keyCodec);
        views.get().forEach(view -> view.forEach(rows));
        return rows.sorted();
    }

    private StateRows<K> of(final K key) {
        final Codec<K> codec = keyCodec.forTask();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[codec.encodedLength(key)]);
        codec.encode(key, bytes, 0);
        final StateRows<K> rows = new StateRows<>(keyCodec);
        views.get().forEach(view -> view.find(bytes, 0, bytes.capacity(), rows));
        return rows.sorted();
    }

    @Override
    public String toString() {
        return "TestState{step=" + step + '}';
    }
}
