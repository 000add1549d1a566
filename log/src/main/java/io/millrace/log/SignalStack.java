package io.millrace.log;

import java.util.concurrent.atomic.AtomicReference;

/** The partitions that want to be looked at by an agent. Any thread pushes, the agent takes them all. Allocates nothing. */
final class SignalStack {
    private final AtomicReference<PartitionSignal> top = new AtomicReference<>();

    /** Adds a partition unless it is in the stack; returns whether it was added. */
    boolean push(final PartitionSignal signal) {
        if (!signal.raise()) {
            return false;
        }
        PartitionSignal current;
        do {
            current = top.get();
            signal.next(current);
        } while (!top.compareAndSet(current, signal));
        return true;
    }

    /** Takes all: the one pushed last, with the others behind it; null when there is none. Lower each of them. */
    PartitionSignal takeAll() {
        return top.get() == null ? null : top.getAndSet(null);
    }

    boolean isEmpty() {
        return top.get() == null;
    }
}
