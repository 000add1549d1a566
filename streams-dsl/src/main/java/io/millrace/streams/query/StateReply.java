package io.millrace.streams.query;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * The answer to a query, once the task has come to it, which it does between two polls of its input.
 *
 * <p>It is no future with callbacks, since the thread of a task would have to run those or wake up whoever waits: here the task
 * stores that it is done, and who has asked looks. Whoever wants a future gives {@link #await} to an executor of its own.
 *
 * <p>Used by one thread at a time.
 *
 * @param <A> type of what was asked for.
 */
public final class StateReply<A> {
    private static final int MAX_SPINS = 10;
    private static final int MAX_YIELDS = 20;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 100_000;

    private final StateInboxes inboxes;
    private final List<List<StateRequest>> rounds;
    private final Supplier<StateAnswer<A>> answer;
    private int asked;

    /**
     * Asks the first tasks.
     *
     * @param rounds requests that go out together; each round when the one before is answered.
     * @param answer makes one answer of all.
     */
    StateReply(
            final StateInboxes inboxes, final List<List<StateRequest>> rounds, final Supplier<StateAnswer<A>> answer) {
        this.inboxes = inboxes;
        this.rounds = rounds;
        this.answer = answer;
        askNext();
    }

    private void askNext() {
        rounds.get(asked++).forEach(inboxes::ask);
    }

    /**
     * Tells whether the answer is there, or that there will be none.
     *
     * @return true when {@link #await} does not wait.
     */
    public boolean isDone() {
        while (rounds.get(asked - 1).stream().allMatch(StateRequest::isDone)) {
            if (asked == rounds.size()) {
                return true;
            }
            askNext();
        }
        return false;
    }

    /**
     * Waits for the answer.
     *
     * @param timeout how long.
     * @return the answer, the same for each call.
     * @throws IllegalStateException if the job has failed or is closed, too many queries wait, or the state cannot be read.
     * @throws TimeoutException      if there is no answer by then; it may be waited for again.
     * @throws InterruptedException  if the thread is interrupted while it waits.
     */
    public StateAnswer<A> await(final Duration timeout) throws TimeoutException, InterruptedException {
        final long startNs = System.nanoTime();
        final long timeoutNs = saturatedNs(timeout);
        final IdleStrategy idle = new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS);
        while (!isDone()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for an answer");
            }
            if (System.nanoTime() - startNs >= timeoutNs) {
                throw new TimeoutException("no answer of a task within " + TimeUnit.NANOSECONDS.toMillis(timeoutNs)
                        + " ms; its thread may wait for space in the log");
            }
            idle.idle();
        }
        return answer.get();
    }

    /** More than fits into 292 years is as good as for ever. */
    static long saturatedNs(final Duration timeout) {
        return TimeUnit.NANOSECONDS.convert(timeout);
    }
}
