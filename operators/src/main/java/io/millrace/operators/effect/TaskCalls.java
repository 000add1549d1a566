package io.millrace.operators.effect;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a task, and those around it, know of the calls that its chain waits for: how many there are, how far they let time pass,
 * and who calls. Used by the task's thread, but for {@link #size()} and {@link #atOnce()}.
 *
 * <p>What waits is shown to a {@link CallDoor} only from the moment on at which the task has read all that earlier runs have left
 * in its partition. A reply that is in the log has been read by then, so nobody is called for it again.
 */
public final class TaskCalls {
    private final CallDoor door;
    private final int atOnce;
    private final AtomicInteger size = new AtomicInteger();
    private OutstandingCalls outstanding;
    private boolean isLive;

    /**
     * Creates the calls of a task that waits for none yet.
     *
     * @param door   that takes what waits; null where nobody calls, as in tools that only read.
     * @param atOnce so many are called for at once, for those who bound the number of those that wait.
     */
    public TaskCalls(final CallDoor door, final int atOnce) {
        this.door = door;
        this.atOnce = atOnce;
    }

    /**
     * Tells whether inputs are shown to somebody who calls.
     *
     * @return true after {@link #goLive()}.
     */
    public boolean isLive() {
        return isLive;
    }

    /** Says that all is read that earlier runs have left. From now on, inputs are shown to the door: those that wait at once. */
    public void goLive() {
        if (!isLive && door != null) {
            isLive = true;
            if (outstanding != null) {
                outstanding.showAll();
            }
        }
    }

    /**
     * How many are called for at once.
     *
     * @return their number, at least 1.
     */
    public int atOnce() {
        return atOnce;
    }

    /**
     * How many inputs have no result yet: they wait, or their reply waits for those before it. May be called from any thread.
     *
     * @return their number.
     */
    public int size() {
        return size.get();
    }

    /**
     * The earliest event time among them.
     *
     * @return ns since the epoch; {@link Long#MAX_VALUE} when there are none.
     */
    public long earliestNs() {
        return outstanding == null ? Long.MAX_VALUE : outstanding.earliestNs();
    }

    /** Takes the state of the operator that goes on. Tools make it anew from time to time, and copies that do not go on. */
    void use(final OutstandingCalls newOutstanding) {
        if (outstanding != newOutstanding) {
            outstanding = newOutstanding;
            changed(newOutstanding);
        }
    }

    void useFirst(final OutstandingCalls first) {
        if (outstanding == null) {
            outstanding = first;
        }
    }

    void changed(final OutstandingCalls of) {
        if (of == outstanding) {
            size.lazySet(of.size());
        }
    }

    void show(final Call call) {
        if (isLive) {
            door.request(call);
        }
    }
}
