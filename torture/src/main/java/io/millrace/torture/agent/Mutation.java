package io.millrace.torture.agent;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.record.Outcome;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.TimerQueue;
import io.millrace.operators.task.Restored;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the woven code of mutants calls. Public because that code lies in classes of the product; of no use to anybody else.
 * Counts how often the rule was broken in this process.
 */
public final class Mutation {
    private static final long AHEAD = 256;
    private static final int SHORTER = 8;
    private static final AtomicLong COUNT = new AtomicLong();
    private static final ThreadLocal<boolean[]> IN_TASK = ThreadLocal.withInitial(() -> new boolean[1]);
    private static final ThreadLocal<boolean[]> IN_REPLAY = ThreadLocal.withInitial(() -> new boolean[1]);

    private Mutation() {}

    /**
     * How often a rule was broken.
     *
     * @return number of times in this process.
     */
    static long count() {
        return COUNT.get();
    }

    /** Counts a rule that was broken. */
    static void broken() {
        COUNT.incrementAndGet();
    }

    /**
     * Admits what the log holds already.
     *
     * @param outcome of the check.
     * @return 0 where it says that the sequence is there.
     */
    public static long admitted(final long outcome) {
        if (outcome != Outcome.DUPLICATE) {
            return outcome;
        }
        broken();
        return 0;
    }

    /**
     * Moves a reader one record on.
     *
     * @param restored how the task begins.
     * @param reader   of the task.
     */
    public static void passOne(final Restored restored, final LogReader reader) {
        if (restored.checkpoint() > 0 && reader.poll(record -> {}, 1) > 0) {
            broken();
        }
    }

    /**
     * Says whether this thread runs a task now.
     *
     * @param isInTask true from the beginning of a duty cycle to its end.
     */
    public static void isInTask(final boolean isInTask) {
        IN_TASK.get()[0] = isInTask;
    }

    /**
     * Reads the clock of the machine for a task.
     *
     * @param logTimeNs of the record.
     * @return what the task sees as such.
     */
    public static long logTimeNs(final long logTimeNs) {
        if (!IN_TASK.get()[0]) {
            return logTimeNs;
        }
        broken();
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /**
     * Takes the earliest timer away.
     *
     * @param timers that were just restored.
     */
    public static void forgetEarliest(final TimerQueue timers) {
        if (timers.popDue(Long.MAX_VALUE)) {
            broken();
        }
    }

    /**
     * Swallows the failure of a force.
     *
     * @param failure what was thrown; null for nothing.
     * @return null.
     */
    public static Throwable swallowed(final Throwable failure) {
        if (failure != null) {
            broken();
        }
        return null;
    }

    /**
     * Truncates an exchange as far as it goes.
     *
     * @param input           of a task.
     * @param isInputExchange whether nobody else reads it.
     */
    public static void truncate(final LogPartition input, final boolean isInputExchange) {
        if (isInputExchange) {
            final long before = input.beginPosition();
            input.truncateBefore(input.tailPosition());
            if (input.beginPosition() > before) {
                broken();
            }
        }
    }

    /**
     * Leaves a block out.
     *
     * @param number     of the checkpoint.
     * @param baseNumber of the full checkpoint that it builds on.
     * @return true when the block is not written.
     */
    public static boolean isBlockDropped(final long number, final long baseNumber) {
        if (number == baseNumber) {
            return false;
        }
        broken();
        return true;
    }

    /**
     * Counts outputs from where the log is.
     *
     * @param output    that goes on.
     * @param partition of its topic.
     * @param sequence  that the checkpoint has.
     * @return sequence that it goes on with.
     */
    public static long sequenceBehind(final OutputAppender output, final int partition, final long sequence) {
        final long end = output.sequenceEnd(partition);
        if (end != sequence) {
            broken();
        }
        return end;
    }

    /**
     * Promises more than there is.
     *
     * @param sequence that is acknowledged.
     * @return sequence that the publisher hears.
     */
    public static long sequenceAhead(final long sequence) {
        broken();
        return sequence + AHEAD;
    }

    /**
     * A log of commands is being read from its beginning, or was.
     *
     * @param isNow whether it is.
     */
    public static void isInReplay(final boolean isNow) {
        IN_REPLAY.get()[0] = isNow;
    }

    /**
     * Forgets a command that was recorded before the process began.
     *
     * @return true when it is not to be carried out.
     */
    public static boolean isForgotten() {
        if (!IN_REPLAY.get()[0]) {
            return false;
        }
        broken();
        return true;
    }

    /**
     * Takes everybody for an owner.
     *
     * @param isOwner whether it is one.
     * @return true.
     */
    public static boolean owned(final boolean isOwner) {
        if (!isOwner) {
            broken();
        }
        return true;
    }

    /**
     * Gives a consumer less time than it was promised.
     *
     * @param leaseNs that was promised.
     * @return a part of it.
     */
    public static long shortLease(final long leaseNs) {
        broken();
        return leaseNs / SHORTER;
    }
}
