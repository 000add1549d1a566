package io.millrace.streams.query;

import java.lang.invoke.VarHandle;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * Where the tasks of one thread are asked for their state. Whoever asks leaves a request in a queue without locks; the thread
 * looks there once in a duty cycle, which is one read of memory that nobody else writes while there is no request.
 */
public final class StateInbox {
    /** How many requests wait at most. */
    static final int CAPACITY = 256;

    /** How many are answered in one duty cycle: so long records wait at most. */
    static final int ANSWERS_IN_A_CYCLE = 16;

    private final ManyToOneConcurrentArrayQueue<StateRequest> queue = new ManyToOneConcurrentArrayQueue<>(CAPACITY);
    private volatile String refusal;

    /** Creates an inbox without a request. */
    public StateInbox() {}

    /**
     * Answers some of the requests. By the thread that runs the tasks, between two records.
     *
     * @return how many; 0 when there was none.
     */
    public int doWork() {
        int answers = 0;
        for (StateRequest next = queue.poll(); next != null; next = queue.poll()) {
            next.answer();
            if (++answers == ANSWERS_IN_A_CYCLE) {
                return answers;
            }
        }
        return answers;
    }

    /**
     * Refuses all requests, those that wait and those that come. By the thread that runs the tasks, or after it has ended.
     *
     * @param why that goes on with "the job …".
     */
    public void refuse(final String why) {
        refusal = why;
        for (StateRequest next = queue.poll(); next != null; next = queue.poll()) {
            next.refuse(why);
        }
    }

    /** Why nothing is answered any more; null while it is. Any thread. */
    String refusal() {
        return refusal;
    }

    /** Leaves a request, or refuses it when there are too many. Any thread. */
    void ask(final StateRequest request) {
        if (!queue.offer(request)) {
            request.refuse("the queue of queries is full: " + CAPACITY + " wait for the thread of task "
                    + request.task().id() + "; ask again when some are answered");
            return;
        }
        // Either whoever refuses finds the request in the queue, or the reason is seen here: it is set before the queue
        // is
        // emptied, and read behind the request.
        VarHandle.fullFence();
        final String why = refusal;
        if (why != null) {
            request.refuse(why);
        }
    }
}
