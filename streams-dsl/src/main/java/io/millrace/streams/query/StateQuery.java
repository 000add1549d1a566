package io.millrace.streams.query;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.StateShape;
import io.millrace.operators.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads what a step of a running job keeps, from another thread. One key is answered by its task between two polls of its
 * input, and is as new as the task is. All keys, or a range of them, are a {@link StateSnapshot}, read from a checkpoint
 * without the task. Every answer says at which position of the task's input it is true.
 *
 * <p>Used by one thread at a time; any number of threads may have queries of their own.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class StateQuery<K, V> {
    private static final Comparator<StateRequest.Found> BY_TIME =
            Comparator.comparingLong(StateRequest.Found::endNs).thenComparingLong(StateRequest.Found::startNs);

    private final JobQueries job;
    private final KeptStep step;
    private final Codec<K> description;
    private final Codec<K> keyCodec;
    private final Class<? super V> type;
    private final String cell;

    StateQuery(
            final JobQueries job,
            final KeptStep step,
            final Codec<K> description,
            final Class<? super V> type,
            final String cell) {
        this.job = job;
        this.step = step;
        this.description = description;
        this.keyCodec = description.forTask();
        this.type = type;
        this.cell = cell;
    }

    /**
     * Chooses a cell of a processor.
     *
     * @param name of the cell, as the processor declares it.
     * @return queries of that cell.
     * @throws IllegalStateException    if the step is no processor.
     * @throws IllegalArgumentException if the processor does not declare that cell.
     */
    public StateQuery<K, V> cell(final String name) {
        step.check(StateShape.Kind.CELLS);
        if (!step.shape().cells().contains(name)) {
            throw new IllegalArgumentException("step " + step.name() + " declares no cell " + name + "; its cells are "
                    + step.shape().cells());
        }
        return new StateQuery<>(job, step, description, type, name);
    }

    /**
     * Asks for the value of a key: of a table, of a topN, of a cell; of a dedupe the event time, in ns, of the last value that
     * passed.
     *
     * @param key to look for.
     * @return the answer, to be waited for. One task is asked, and the answer has one position, unless the step stands on a
     *         source of several partitions with nothing but the producers to say which of them has a key: then all are.
     * @throws IllegalStateException if the step keeps windows, or a cell has to be chosen.
     */
    public StateReply<V> value(final K key) {
        checkValues();
        final DirectBuffer bytes = encode(key);
        final List<StateRequest> requests = requests(step.tasksOf(bytes), bytes, Long.MIN_VALUE, Long.MAX_VALUE);
        return new StateReply<>(job.inboxes(), List.of(requests), () -> valueOf(key, requests));
    }

    private void checkValues() {
        if (cell.isEmpty()) {
            step.check(StateShape.Kind.VALUES);
        }
    }

    private StateAnswer<V> valueOf(final K key, final List<StateRequest> requests) {
        final List<StatePosition> positions = positions(requests);
        Object found = null;
        for (final StateRequest request : requests) {
            if (request.value() != null) {
                checkOnlyOne(key, found != null);
                found = request.value();
            }
        }
        return new StateAnswer<>(typed(found), positions);
    }

    private void checkOnlyOne(final K key, final boolean isSecond) {
        if (isSecond) {
            throw new IllegalStateException("key " + key + " of step " + step.name()
                    + " is kept by several tasks: topic " + step.stage().inputTopic()
                    + " is not parted by keys, so each has a value of its own; put keyBy(…) in front of the step");
        }
    }

    /**
     * Asks for all open windows of a key, see {@link #windows(Object, long, long)}.
     *
     * @param key to look for.
     * @return the answer, to be waited for.
     */
    public StateReply<List<StateWindow<K, V>>> windows(final K key) {
        return windows(key, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * Asks for the open windows of a key that end in a range of event time. A window that is added up in two halves is what
     * both hold together: first the task behind the exchange is asked, then those in front of it, each at its own position.
     * That is the whole window as long as none of those in front has sent its sum, which it does when its watermark has
     * passed the window's end and the grace; a sum that is on its way through the exchange is not in the answer.
     *
     * @param key    to look for.
     * @param fromNs the earliest end, in ns since the epoch.
     * @param toNs   the first end that is too late, in ns since the epoch.
     * @return the answer, to be waited for: the windows by their ends. It is refused for a key with more than a thousand.
     * @throws IllegalStateException if the step has no windows.
     */
    public StateReply<List<StateWindow<K, V>>> windows(final K key, final long fromNs, final long toNs) {
        step.check(StateShape.Kind.WINDOWS);
        final DirectBuffer bytes = encode(key);
        final List<StateRequest> behind = requests(step.tasksOf(bytes), bytes, fromNs, toNs);
        final List<StateRequest> inFront = requests(step.halves(), bytes, fromNs, toNs);
        final List<List<StateRequest>> rounds = inFront.isEmpty() ? List.of(behind) : List.of(behind, inFront);
        final List<StateRequest> all = new ArrayList<>(behind);
        all.addAll(inFront);
        return new StateReply<>(job.inboxes(), rounds, () -> windowsOf(key, all));
    }

    private StateAnswer<List<StateWindow<K, V>>> windowsOf(final K key, final List<StateRequest> requests) {
        final List<StatePosition> positions = positions(requests);
        final List<StateRequest.Found> all = new ArrayList<>();
        requests.forEach(request -> all.addAll(request.windows()));
        all.sort(BY_TIME);
        final List<StateWindow<K, V>> windows = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            StateRequest.Found window = all.get(i);
            while (i + 1 < all.size() && BY_TIME.compare(window, all.get(i + 1)) == 0) {
                checkOnlyOne(key, step.halves().isEmpty());
                i++;
                window = new StateRequest.Found(
                        window.startNs(),
                        window.endNs(),
                        window.state().combine(all.get(i).state()));
            }
            windows.add(new StateWindow<>(
                    key, window.startNs(), window.endNs(), typed(window.state().result()), positions));
        }
        return new StateAnswer<>(windows, positions);
    }

    private List<StateRequest> requests(
            final List<Task> tasks, final DirectBuffer key, final long fromNs, final long toNs) {
        return tasks.stream()
                .map(task -> new StateRequest(step.name(), job.inboxes().livingReplica(task), key, cell, fromNs, toNs))
                .toList();
    }

    private static List<StatePosition> positions(final List<StateRequest> requests) {
        return requests.stream().map(StateRequest::position).toList();
    }

    private DirectBuffer encode(final K key) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[keyCodec.encodedLength(key)]);
        keyCodec.encode(key, bytes, 0);
        return bytes;
    }

    @SuppressWarnings("unchecked") // Checked against the class; what its type parameters are, the caller says.
    V typed(final Object value) {
        if (value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException("step " + step.name() + " keeps values of type "
                    + value.getClass().getName() + ", and not of type " + type.getName());
        }
        return (V) value;
    }

    /**
     * Reads the newest checkpoint of the step, in the caller's thread and memory: the tasks do not notice. Costs as much as to
     * restore the step when the job is started; the store has to stay open meanwhile.
     *
     * @return all that the step had kept then; to be closed.
     * @throws IllegalStateException if a task has no checkpoint yet, the job has failed or is closed, or the step's windows are
     *                               added up in two halves.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET when it takes more memory than the job's state may.
     */
    public StateSnapshot<K, V> snapshot() {
        if (step.shape().kind() == StateShape.Kind.CELLS) {
            checkValues();
        }
        step.checkWhole();
        return StateSnapshot.read(job, step, this, description, cell);
    }

    /**
     * Has each task take a checkpoint, which copies what has changed since the one before in small pieces, and reads that. Each
     * row is true at a position at which its task stood after this call, or where nothing has come since.
     *
     * @param timeout how long to wait for the checkpoint.
     * @return all that the step had kept then; to be closed.
     * @throws IllegalStateException if the job takes no checkpoints, has failed or is closed, or the step's windows are added up
     *                               in two halves.
     * @throws TimeoutException      if there is no checkpoint by then.
     * @throws InterruptedException  if the thread is interrupted while it waits.
     * @throws io.millrace.log.error.MillraceException STATE_BUDGET when it takes more memory than the job's state may.
     */
    public StateSnapshot<K, V> freshSnapshot(final Duration timeout) throws TimeoutException, InterruptedException {
        step.checkWhole();
        try {
            job.checkpoint().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (final ExecutionException e) {
            throw new IllegalStateException(
                    "no snapshot of step " + step.name() + ": " + e.getCause().getMessage(), e.getCause());
        }
        return snapshot();
    }

    @Override
    public String toString() {
        return "StateQuery{step=" + step.name() + (cell.isEmpty() ? "" : " cell=" + cell) + '}';
    }
}
