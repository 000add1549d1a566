package io.millrace.streams.query;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.task.Task;
import io.millrace.streams.plan.StepState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All that a step had kept when a checkpoint of each of its tasks was taken, in memory of its own outside the heap. It does not
 * change, whatever the job does, and stays when the job is closed. What a task had kept is true at one position of its input; each
 * task has its own.
 *
 * <p>Each call reads everything and gives rows in the order of their keys: as the class of the keys orders them, or else by
 * their bytes. Used by one thread at a time; to be closed.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class StateSnapshot<K, V> implements AutoCloseable {
    private final KeptStep step;
    private final StateQuery<K, V> query;
    private final Codec<K> keyCodec;
    private final String cell;
    private final List<StepState> states = new ArrayList<>();
    private final List<StatePosition> positions = new ArrayList<>();
    private boolean isClosed;

    private StateSnapshot(
            final KeptStep step, final StateQuery<K, V> query, final Codec<K> description, final String cell) {
        this.step = step;
        this.query = query;
        this.keyCodec = description.forTask();
        this.cell = cell;
    }

    static <K, V> StateSnapshot<K, V> read(
            final JobQueries job,
            final KeptStep step,
            final StateQuery<K, V> query,
            final Codec<K> description,
            final String cell) {
        final StateSnapshot<K, V> snapshot = new StateSnapshot<>(step, query, description, cell);
        final MemoryBudget budget = job.newBudget();
        try {
            for (final Task task : step.tasks()) {
                final StepState state = job.newState(step, task, budget);
                snapshot.states.add(state);
                final long position = job.restore(step, task, state);
                snapshot.positions.add(
                        new StatePosition(task.id().topic(), task.id().partition(), position));
            }
            return snapshot;
        } catch (final RuntimeException e) {
            snapshot.close();
            throw e;
        }
    }

    /**
     * Where the tasks stood.
     *
     * @return a position for each partition, in their order.
     */
    public List<StatePosition> positions() {
        return List.copyOf(positions);
    }

    /**
     * The values of all keys.
     *
     * @param limit of the rows, at least 1.
     * @return the first rows by their keys; a step that dedupes may have several of one key.
     * @throws IllegalStateException if the step keeps windows, or the snapshot is closed.
     */
    public List<StateRow<K, V>> all(final int limit) {
        return rows(key -> true, Comparator.comparing(Row::key), limit);
    }

    /**
     * The values of a range of keys.
     *
     * @param from  the first key.
     * @param to    the first key that is too large.
     * @param limit of the rows, at least 1.
     * @return the first rows by their keys.
     * @throws IllegalStateException    if the step keeps windows, or the snapshot is closed.
     * @throws IllegalArgumentException if the range ends before it begins.
     */
    public List<StateRow<K, V>> range(final K from, final K to, final int limit) {
        final SnapshotKey<K> first = key(Objects.requireNonNull(from, "a range needs its first key"));
        final SnapshotKey<K> end = key(Objects.requireNonNull(to, "a range needs its end"));
        if (first.compareTo(end) > 0) {
            throw new IllegalArgumentException(
                    "a range of keys must not end before it begins: from=" + from + " to=" + to);
        }
        return rows(key -> key.compareTo(first) >= 0 && key.compareTo(end) < 0, Comparator.comparing(Row::key), limit);
    }

    /**
     * The rows with the largest values.
     *
     * @param limit of the rows, at least 1.
     * @param order of the values.
     * @return the rows, the largest value first; of equal ones the smaller key.
     * @throws IllegalStateException if the step keeps windows, or the snapshot is closed.
     */
    public List<StateRow<K, V>> top(final int limit, final Comparator<? super V> order) {
        final Comparator<Row<K, V>> byValue = (a, b) -> order.compare(b.row.value(), a.row.value());
        return rows(key -> true, byValue.thenComparing(Row::key), limit);
    }

    private List<StateRow<K, V>> rows(
            final Predicate<SnapshotKey<K>> wanted, final Comparator<Row<K, V>> order, final int limit) {
        if (cell.isEmpty()) {
            step.check(StateShape.Kind.VALUES);
        }
        final FirstRows<Row<K, V>> first = new FirstRows<>(limit, order);
        scan(found -> {
            if (found.window == null && wanted.test(found.key)) {
                final V value = query.typed(found.value);
                first.add(new Row<>(found.key, new StateRow<>(found.key.key(), value, found.position)));
            }
        });
        return first.inOrder().stream().map(Row::row).toList();
    }

    /**
     * The open windows that end in a range of event time.
     *
     * @param fromNs the earliest end, in ns since the epoch.
     * @param toNs   the first end that is too late, in ns since the epoch.
     * @param limit  of the windows, at least 1.
     * @return the first windows by their ends, and those with one end by their keys.
     * @throws IllegalStateException    if the step has no windows, or the snapshot is closed.
     * @throws IllegalArgumentException if the range ends before it begins.
     */
    public List<StateWindow<K, V>> windows(final long fromNs, final long toNs, final int limit) {
        step.check(StateShape.Kind.WINDOWS);
        StateQuery.checkRange(fromNs, toNs);
        final Comparator<Found<K>> order = Comparator.<Found<K>>comparingLong(found -> found.endNs)
                .thenComparing(found -> found.key)
                .thenComparingLong(found -> found.startNs);
        final FirstRows<Found<K>> first = new FirstRows<>(limit, order);
        scan(found -> {
            if (found.window != null && found.endNs >= fromNs && found.endNs < toNs) {
                first.add(found);
            }
        });
        return first.inOrder().stream()
                .map(found -> new StateWindow<>(
                        found.key.key(),
                        found.startNs,
                        found.endNs,
                        query.typed(found.window.result()),
                        List.of(found.position)))
                .toList();
    }

    private void scan(final Consumer<Found<K>> consumer) {
        if (isClosed) {
            throw new IllegalStateException("the snapshot of step " + step.name() + " is closed");
        }
        for (int i = 0; i < states.size(); i++) {
            states.get(i).view().forEach(new Scan(positions.get(i), consumer));
        }
    }

    private SnapshotKey<K> key(final K key) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[keyCodec.encodedLength(key)]);
        keyCodec.encode(key, bytes, 0);
        return new SnapshotKey<>(key, bytes.byteArray());
    }

    /** Gives the memory back. May be called twice. */
    @Override
    public void close() {
        isClosed = true;
        CloseHelper.closeAll(states);
    }

    @Override
    public String toString() {
        return "StateSnapshot{step=" + step.name() + " at " + positions + '}';
    }

    private record Row<K, V>(SnapshotKey<K> key, StateRow<K, V> row) {}

    private record Found<K>(
            SnapshotKey<K> key, Object value, StateCopy window, long startNs, long endNs, StatePosition position) {}

    private final class Scan implements StateVisitor {
        private final StatePosition position;
        private final Consumer<Found<K>> consumer;

        Scan(final StatePosition position, final Consumer<Found<K>> consumer) {
            this.position = position;
            this.consumer = consumer;
        }

        private SnapshotKey<K> key(final DirectBuffer buffer, final int offset, final int length) {
            final UnsafeBuffer own = new UnsafeBuffer(new byte[length]);
            if (length > 0) {
                own.putBytes(0, buffer, offset, length);
            }
            return new SnapshotKey<>(keyCodec.copy(keyCodec.decode(own, 0, length)), own.byteArray());
        }

        @Override
        public void onValue(
                final DirectBuffer of, final int offset, final int length, final String name, final Object value) {
            if (name.equals(cell)) {
                consumer.accept(new Found<>(key(of, offset, length), value, null, 0, 0, position));
            }
        }

        @Override
        public void onWindow(
                final DirectBuffer of,
                final int offset,
                final int length,
                final long startNs,
                final long endNs,
                final StateCopy state) {
            consumer.accept(new Found<>(key(of, offset, length), null, state, startNs, endNs, position));
        }

        @Override
        public void onTimer(
                final DirectBuffer of,
                final int offset,
                final int length,
                final boolean isEventTime,
                final long timeNs) {}
    }
}
