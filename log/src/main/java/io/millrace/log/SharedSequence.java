package io.millrace.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What the appenders of a producer share when several replicas append the same records: how far the partition holds
 * them, and whose turn it is to append the next one.
 *
 * <p>A replica that comes with a sequence that is held learns so by one read. One that comes with the next sequence tries to
 * take the turn; where another has it, the partition is about to hold the record, and the replica asks again. The turn is
 * held for the copy of one record whose bytes are ready, and for no call of anybody else's code, so nobody can end, or
 * wait, while it has the turn. A thread that the machine takes off its core in between holds up the readers of the
 * partition just as long with every kind of append, since its record is not committed yet.
 */
final class SharedSequence extends PaddedState {
    private static final VarHandle HELD;
    private static final VarHandle IS_TAKEN;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(SharedSequence.class, "held", long.class);
            IS_TAKEN = MethodHandles.lookup().findVarHandle(SharedSequence.class, "isTaken", boolean.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    @SuppressWarnings("FieldMayBeFinal") // Set through its handle.
    private long held;

    @SuppressWarnings("unused") // Through its handle.
    private boolean isTaken;

    SharedSequence(final long held) {
        this.held = held;
    }

    /** The last sequence that the partition holds. Any thread. */
    long held() {
        return (long) HELD.getAcquire(this);
    }

    /** Takes the turn unless another has it; then what was held last is seen too. */
    boolean tryTake() {
        return IS_TAKEN.compareAndSet(this, false, true);
    }

    /** Says that the next record is committed. By whoever has the turn. */
    void held(final long newHeld) {
        HELD.setRelease(this, newHeld);
    }

    /** Gives the turn back. */
    void giveBack() {
        IS_TAKEN.setRelease(this, false);
    }
}
