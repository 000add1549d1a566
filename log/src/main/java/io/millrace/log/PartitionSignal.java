package io.millrace.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A partition's place in a {@link SignalStack}: raised when there is news in the partition, lowered by the agent that is
 * going to look.
 */
final class PartitionSignal {
    private static final VarHandle RAISED;

    static {
        try {
            RAISED = MethodHandles.lookup().findVarHandle(PartitionSignal.class, "isRaised", boolean.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final LogPartition partition;
    private PartitionSignal next;
    private volatile boolean isRaised;

    PartitionSignal(final LogPartition partition) {
        this.partition = partition;
    }

    LogPartition partition() {
        return partition;
    }

    /** Raises the signal; false when it is raised already, and then it is in the stack or about to be. */
    boolean raise() {
        return !isRaised && RAISED.compareAndSet(this, false, true);
    }

    /**
     * Lowers the signal; whoever does it looks at the partition afterwards. Pairs with the fence between a commit and
     * {@link #raise()}: either the agent sees the commit, or the appender sees that it has to raise the signal again.
     *
     * @return the signal that was raised before this one, null behind the last.
     */
    PartitionSignal lower() {
        // Read first: once lowered, the signal may be put into the stack again.
        final PartitionSignal following = next;
        isRaised = false;
        VarHandle.fullFence();
        return following;
    }

    void next(final PartitionSignal following) {
        next = following;
    }

    PartitionSignal next() {
        return next;
    }
}
