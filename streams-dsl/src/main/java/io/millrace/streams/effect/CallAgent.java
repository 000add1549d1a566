package io.millrace.streams.effect;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;

/** Makes the calls of a job, on a thread that runs none of its tasks: a function that takes long to return holds up other calls, and nothing else. */
public final class CallAgent implements Agent {
    /** How long a job that is closed waits for answers to what is under way. */
    public static final long CLOSE_WAIT_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final String name;
    private final List<? extends CallDesk<?, ?>> desks;
    private final LongSupplier nanoClock;
    private BooleanSupplier isStopped = () -> false;
    private Consumer<Throwable> onFailure;
    private boolean hasFailed;

    /**
     * Creates the agent.
     *
     * @param name      of its thread.
     * @param desks     of the job, one for each partition of an exchange.
     * @param nanoClock that timeouts and waits are measured by, in ns.
     */
    public CallAgent(final String name, final List<? extends CallDesk<?, ?>> desks, final LongSupplier nanoClock) {
        this.name = name;
        this.desks = List.copyOf(desks);
        this.nanoClock = nanoClock;
    }

    /**
     * Says whom to ask and to tell of failures; without, they are thrown.
     *
     * @param newStopped   true when the job has failed.
     * @param newOnFailure takes what stops the calls, and the job with them.
     * @return this agent.
     */
    public CallAgent within(final BooleanSupplier newStopped, final Consumer<Throwable> newOnFailure) {
        isStopped = newStopped;
        onFailure = newOnFailure;
        return this;
    }

    /**
     * Tells whether there is anybody to call.
     *
     * @return false for a job without such steps.
     */
    public boolean isNeeded() {
        return !desks.isEmpty();
    }

    @Override
    public int doWork() {
        if (hasFailed || isStopped.getAsBoolean()) {
            return 0;
        }
        try {
            return callAll();
        } catch (final RuntimeException | Error e) {
            hasFailed = true;
            if (onFailure == null) {
                throw e;
            }
            onFailure.accept(e);
            return 0;
        }
    }

    private int callAll() {
        int work = 0;
        for (final CallDesk<?, ?> desk : desks) {
            work += desk.doWork(nanoClock.getAsLong());
        }
        return work;
    }

    /**
     * Tells whether something is under way. By the thread that runs the duty cycles.
     *
     * @return true while an input has been shown whose reply is not in the log.
     */
    public boolean isBusy() {
        for (final CallDesk<?, ?> desk : desks) {
            if (desk.isBusy()) {
                return true;
            }
        }
        return false;
    }

    /** Begins no more attempts, waits a while for those under way, so that their replies are not lost, and lets go of the rest. */
    @Override
    public void onClose() {
        desks.forEach(CallDesk::stopCalling);
        try {
            final long deadlineNs = nanoClock.getAsLong() + CLOSE_WAIT_NS;
            while (!hasFailed && !isStopped.getAsBoolean() && isTrying() && nanoClock.getAsLong() - deadlineNs < 0) {
                if (callAll() == 0) {
                    LockSupport.parkNanos(PARK_NS);
                }
            }
        } finally {
            desks.forEach(CallDesk::abandon);
        }
    }

    private boolean isTrying() {
        for (final CallDesk<?, ?> desk : desks) {
            if (desk.isTrying()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String roleName() {
        return name;
    }
}
