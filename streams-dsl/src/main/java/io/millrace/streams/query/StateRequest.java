package io.millrace.streams.query;

import io.millrace.operators.state.StateCopy;
import io.millrace.operators.state.StateView;
import io.millrace.operators.state.StateVisitor;
import io.millrace.operators.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;

/**
 * One key that one task is asked for. The task copies what it keeps of it, notes where it stands, and is done by one store; to
 * decode, to combine and to wait is the business of the one who asks.
 */
final class StateRequest implements StateVisitor {
    /** More windows of one key are not copied between two records. */
    static final int MAX_WINDOWS = 1000;

    private final String step;
    private final Task task;
    private final StateView view;
    private final DirectBuffer key;
    private final String cell;
    private final long fromNs;
    private final long toNs;
    private final List<Found> windows = new ArrayList<>();
    private final AtomicReference<Object> outcome = new AtomicReference<>();
    private Object value;
    private int copies;

    /**
     * Creates a request.
     *
     * @param key    as the codec writes it; not changed any more.
     * @param cell   of a processor; empty for other steps.
     * @param fromNs windows that end earlier are left out.
     * @param toNs   windows that end then or later are left out.
     */
    StateRequest(
            final String step,
            final Task task,
            final DirectBuffer key,
            final String cell,
            final long fromNs,
            final long toNs) {
        this.step = step;
        this.task = task;
        this.view = task.views().get(step);
        this.key = key;
        this.cell = cell;
        this.fromNs = fromNs;
        this.toNs = toNs;
    }

    Task task() {
        return task;
    }

    /** By the task's thread, between two records. Nothing that goes wrong here is the task's business. */
    void answer() {
        if (task.isClosed()) {
            refuse("a replica of task " + task.id() + " has failed; ask again");
            return;
        }
        Object result;
        try {
            view.findValues(key, 0, key.capacity(), this);
            result = new StatePosition(task.id().topic(), task.id().partition(), task.position());
        } catch (final RuntimeException | Error e) {
            result = new Failure("the state of step " + step + " cannot be read: task=" + task.id() + ": " + e, e);
        }
        outcome.compareAndSet(null, result);
    }

    void refuse(final String why) {
        outcome.compareAndSet(null, new Failure(why, null));
    }

    @Override
    public void onValue(
            final DirectBuffer of, final int offset, final int length, final String name, final Object found) {
        if (name.equals(cell)) {
            // Of several times at which dedupe let the key pass, the last one.
            value = found;
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
        if (++copies > MAX_WINDOWS) {
            throw new IllegalStateException("the key has more than " + MAX_WINDOWS
                    + " open windows, too many to be read between two records; read a snapshot");
        }
        if (endNs >= fromNs && endNs < toNs) {
            windows.add(new Found(startNs, endNs, state));
        }
    }

    @Override
    public void onTimer(
            final DirectBuffer of, final int offset, final int length, final boolean isEventTime, final long timeNs) {}

    /** Tells whether the task has answered, or never will. Any thread. */
    boolean isDone() {
        return outcome.get() != null;
    }

    /** Where the task stood; when it is done. */
    StatePosition position() {
        if (outcome.get() instanceof Failure failure) {
            throw new IllegalStateException(failure.message, failure.cause);
        }
        return (StatePosition) outcome.get();
    }

    /** What was found for the key, null for nothing; behind {@link #position()}. */
    Object value() {
        return value;
    }

    /** The windows that were found; behind {@link #position()}. */
    List<Found> windows() {
        return windows;
    }

    /** A window of the key. */
    record Found(long startNs, long endNs, StateCopy state) {}

    private record Failure(String message, Throwable cause) {}
}
