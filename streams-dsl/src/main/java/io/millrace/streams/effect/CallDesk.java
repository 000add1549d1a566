package io.millrace.streams.effect;

import io.millrace.log.LogPartition;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.effect.Call;
import io.millrace.operators.effect.CallDoor;
import io.millrace.operators.effect.CallRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Calls the outside for the inputs of one partition of an exchange, and appends the replies to it.
 *
 * <p>The tasks show which inputs wait, and never learn here what came of it: they read it in their partition, as the record that
 * this appends. So a reply counts from the moment on at which it is in the log, and for ever. A process that dies before
 * that has perhaps called and knows nothing of it; the next one calls again.
 *
 * <p>No more than one call at a time is made for an input: of several replicas of a task the first to show it counts. A position
 * tells them apart, since each replica shows its inputs in the order of the log and what is shown late has been shown by another one.
 *
 * @param <V> type of the inputs.
 * @param <R> type of the replies.
 */
public final class CallDesk<V, R> implements CallDoor {
    private static final String NO_REPLY = "no reply after ";

    private final CallSpec<V, R> spec;
    private final boolean failsJob;
    private final String place;
    private final long livePosition;
    private final ReplyAppender<R> replies;
    private final Queue<Call> shown = new ConcurrentLinkedQueue<>();
    private final Queue<Answer<R>> answers = new ConcurrentLinkedQueue<>();
    private final Deque<Call> waiting = new ArrayDeque<>();
    private final List<OpenCall> open = new ArrayList<>();
    private long newest = -1;
    private boolean isClosing;

    private record Answer<R>(OpenCall call, int attempt, R reply, Throwable error) {}

    /**
     * Creates a desk that has called nobody yet.
     *
     * @param spec      of the step.
     * @param failsJob  true where an input without a reply stops the job, so that it is called for again when the job starts again.
     * @param job       for messages.
     * @param partition of the exchange.
     */
    public CallDesk(final CallSpec<V, R> spec, final boolean failsJob, final String job, final LogPartition partition) {
        this.spec = spec;
        this.failsJob = failsJob;
        this.place =
                "job " + job + " stopped at a call: topic=" + partition.topic() + " partition=" + partition.index();
        this.livePosition = partition.tailPosition();
        this.replies = new ReplyAppender<>(partition, spec.replyCodec());
    }

    /**
     * Where the partition ended before this desk appended to it.
     *
     * @return position; the replies of earlier runs lie before it.
     */
    public long livePosition() {
        return livePosition;
    }

    @Override
    public void request(final Call call) {
        shown.add(call);
    }

    /**
     * Takes what was shown and what was answered, ends attempts that take too long, and calls as often as it may.
     *
     * @param nowNs reading of the clock that the settings are measured by, in ns.
     * @return amount of work done.
     */
    int doWork(final long nowNs) {
        int work = takeShown() + takeAnswers(nowNs) + takeDue(nowNs);
        work += replies.doWork(this::forget);
        while (!isClosing && !waiting.isEmpty() && open.size() < spec.settings().atOnce()) {
            final OpenCall call = new OpenCall(waiting.poll());
            open.add(call);
            call(call, nowNs);
            work++;
        }
        return work;
    }

    /** Whether anything is under way, or will be. By the thread that calls. */
    boolean isBusy() {
        return !open.isEmpty() || !waiting.isEmpty() || !shown.isEmpty();
    }

    /** Whether an attempt is under way, or its reply is not in the log yet. */
    boolean isTrying() {
        for (final OpenCall call : open) {
            if (call.isTrying()) {
                return true;
            }
        }
        return replies.isBehind();
    }

    /** Begins no more attempts. */
    void stopCalling() {
        isClosing = true;
    }

    /** Lets go of all that is under way. */
    void abandon() {
        isClosing = true;
        open.forEach(OpenCall::abandon);
        open.clear();
        waiting.clear();
        shown.clear();
    }

    private int takeShown() {
        int taken = 0;
        for (Call call = shown.poll(); call != null; call = shown.poll()) {
            if (call.position() > newest) {
                newest = call.position();
                waiting.add(call);
            }
            taken++;
        }
        return taken;
    }

    private int takeAnswers(final long nowNs) {
        int taken = 0;
        for (Answer<R> answer = answers.poll(); answer != null; answer = answers.poll()) {
            taken++;
            // One that comes when its time is over, or after another attempt, is nobody's.
            if (answer.call().isTrying(answer.attempt())) {
                answer.call().end();
                take(answer, nowNs);
            }
        }
        return taken;
    }

    private void take(final Answer<R> answer, final long nowNs) {
        if (answer.error() != null) {
            onFailedAttempt(answer.call(), unwrapped(answer.error()), nowNs);
        } else if (answer.reply() == null) {
            giveUp(answer.call(), new NullPointerException("the reply is null"));
        } else {
            reply(answer.call(), answer.reply());
        }
    }

    private int takeDue(final long nowNs) {
        int work = 0;
        // What fails here may leave the list, at its end or in the middle.
        for (int i = open.size() - 1; i >= 0; i--) {
            final OpenCall call = open.get(i);
            if (!call.isDue(nowNs) || replies.isPending(call)) {
                continue;
            }
            if (call.isTrying()) {
                call.abandon();
                onFailedAttempt(
                        call,
                        new TimeoutException(
                                "no answer within " + spec.settings().timeoutNs() / 1_000_000 + " ms"),
                        nowNs);
                work++;
            } else if (!isClosing) {
                call(call, nowNs);
                work++;
            }
        }
        return work;
    }

    private void call(final OpenCall call, final long nowNs) {
        call.begin(nowNs + spec.settings().timeoutNs());
        final int attempt = call.attempts();
        final CompletionStage<? extends R> stage;
        try {
            stage = spec.function().apply(input(call.call()));
        } catch (final Exception e) {
            call.end();
            onFailedAttempt(call, e, nowNs);
            return;
        }
        if (stage == null) {
            call.end();
            giveUp(call, new NullPointerException("the function gave null in the place of a CompletionStage"));
            return;
        }
        call.answeredBy(stage);
        stage.whenComplete((reply, error) -> answers.add(new Answer<>(call, attempt, reply, error)));
    }

    // A value of its own for each attempt: the function may keep it for as long as it likes.
    private V input(final Call call) {
        return spec.inputCodec().decodeFresh(new UnsafeBuffer(call.record(), call.keyLength(), call.inputLength()));
    }

    private static Throwable unwrapped(final Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private void onFailedAttempt(final OpenCall call, final Throwable error, final long nowNs) {
        if (error instanceof Error e) {
            throw e;
        }
        if (call.attempts() < spec.settings().attempts()) {
            call.retryAt(nowNs + spec.settings().backoffNs(call.attempts()));
        } else {
            giveUp(call, error);
        }
    }

    private void giveUp(final OpenCall call, final Throwable error) {
        final String reason =
                NO_REPLY + call.attempts() + (call.attempts() == 1 ? " attempt: " : " attempts: ") + error;
        if (spec.orElse() == null) {
            fail(call, reason, error);
            return;
        }
        final R reply;
        try {
            reply = spec.orElse().apply(input(call.call()), error);
        } catch (final Exception e) {
            fail(call, reason + "; orElse failed as well: " + e, e);
            return;
        }
        if (reply == null) {
            fail(call, reason + "; orElse gave null", error);
        } else {
            reply(call, reply);
        }
    }

    private void reply(final OpenCall call, final R reply) {
        final byte[] bytes;
        try {
            bytes = replies.encode(call.call(), reply);
        } catch (final Exception e) {
            fail(call, "the reply cannot be written: " + e, e);
            return;
        }
        replies.add(call, CallRecord.REPLY, bytes);
    }

    private void fail(final OpenCall call, final String reason, final Throwable cause) {
        if (failsJob) {
            throw new MillraceException(
                    ErrorCode.USER_FUNCTION,
                    place + " position=" + call.call().position() + " operator=" + spec.step() + ": " + reason,
                    cause);
        }
        replies.add(call, CallRecord.FAILURE, reason.getBytes(StandardCharsets.UTF_8));
    }

    private void forget(final OpenCall call) {
        open.remove(call);
    }

    @Override
    public String toString() {
        return "calls of " + spec.step();
    }
}
