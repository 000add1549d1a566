package io.millrace.streams;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps replicas that find a tick due from appending one each. A replica that stands before the newest tick has only to read it.
 * The turn covers the append of one record and no foreign code, so nobody dies with it. Any thread.
 */
final class TickTurn {
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private volatile long newestTick = -1;

    /** Takes the turn, unless another has it or a replica that stands at a position has a tick in front of it. */
    boolean tryTake(final long position) {
        if (newestTick >= position || !isTaken.compareAndSet(false, true)) {
            return false;
        }
        if (newestTick >= position) {
            isTaken.set(false);
            return false;
        }
        return true;
    }

    /** Gives the turn back, with the position of the tick that was appended, or the outcome of the attempt. */
    void giveBack(final long outcome) {
        if (outcome > 0) {
            newestTick = outcome;
        }
        isTaken.set(false);
    }
}
