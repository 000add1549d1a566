package io.millrace.operators.state;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes the state of a job may take, over all its tasks. Whoever wants memory for state reserves it here first,
 * so a job that outgrows its budget stops with one clear error, and the process does not run out of memory.
 *
 * <p>Pages that tasks have freed and keep for their next window are not taken. They are counted on their own, and a task
 * keeps none that the budget has no room for beside what is taken. What a task has kept before others took more goes back
 * when that task next takes or frees memory: until then, at most the budget once more lies there.
 *
 * <p>Any thread may call. One atomic addition or two per page of 64 KiB, so tasks do not disturb each other.
 */
public final class MemoryBudget {
    private final String job;
    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();

    /**
     * Creates a budget of which nothing is used.
     *
     * @param job        that the budget belongs to; errors name it.
     * @param limitBytes that the state of the job may take, greater than 0; {@link Long#MAX_VALUE} for no limit.
     */
    public MemoryBudget(final String job, final long limitBytes) {
        if (limitBytes <= 0) {
            throw new IllegalArgumentException(
                    "the state budget of job " + job + " must be greater than 0 bytes, it is " + limitBytes);
        }
        this.job = job;
        this.limitBytes = limitBytes;
    }

    /**
     * Takes bytes out of the budget.
     *
     * @param bytes to take, 0 or more.
     * @param owner operator that wants them; the error names it.
     * @throws MillraceException STATE_BUDGET if that many are not left; nothing is taken then.
     */
    public void reserve(final long bytes, final String owner) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cannot reserve " + bytes + " bytes");
        }
        if (!tryReserve(bytes)) {
            throw new MillraceException(
                    ErrorCode.STATE_BUDGET,
                    "state of job " + job + " has reached its budget: operator=" + owner + " asked=" + bytes + " used="
                            + used.get() + " budget=" + limitBytes + "; raise JobContext.stateBudget or keep less"
                            + " (fewer keys, shorter windows, less grace)");
        }
    }

    /** Takes bytes, or gives some back when there are less than 0; false when they are not left. */
    boolean tryReserve(final long bytes) {
        long before = used.get();
        while (bytes <= limitBytes - before) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    /**
     * Puts bytes back.
     *
     * @param bytes that were reserved before.
     */
    public void release(final long bytes) {
        final long left = used.addAndGet(-bytes);
        if (bytes < 0 || left < 0) {
            used.addAndGet(bytes);
            throw new IllegalStateException("released " + bytes + " bytes of state of job " + job + ", of "
                    + (left + bytes) + " that were reserved");
        }
    }

    /** Counts a page that was freed as kept; false when there is no room for it, and it is to go back. */
    boolean tryKeep(final long bytes) {
        kept.addAndGet(bytes);
        final boolean isRoom = hasRoomForKept();
        if (!isRoom) {
            dropKept(bytes);
        }
        return isRoom;
    }

    void dropKept(final long bytes) {
        kept.addAndGet(-bytes);
    }

    boolean hasRoomForKept() {
        return kept.get() <= limitBytes - used.get();
    }

    /**
     * Tells how much is taken.
     *
     * @return bytes, 0 when all state is closed.
     */
    public long usedBytes() {
        return used.get();
    }

    /**
     * Tells how much is kept for the next windows of the job's tasks.
     *
     * @return bytes of free pages, which are not taken; 0 when all state is closed.
     */
    public long keptBytes() {
        return kept.get();
    }

    /**
     * Tells how much may be taken.
     *
     * @return bytes.
     */
    public long limitBytes() {
        return limitBytes;
    }

    MillraceException noMemory(final long bytes, final String owner, final OutOfMemoryError cause) {
        return new MillraceException(
                ErrorCode.STATE_BUDGET,
                "the machine has no memory left for the state of job " + job + ": operator=" + owner + " asked=" + bytes
                        + " used=" + used.get() + " budget=" + limitBytes
                        + "; lower JobContext.stateBudget to what the machine has, or give it more memory",
                cause);
    }

    @Override
    public String toString() {
        return "MemoryBudget[job=" + job + " used=" + used.get() + " budget=" + limitBytes + "]";
    }
}
