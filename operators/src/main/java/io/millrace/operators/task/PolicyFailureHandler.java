package io.millrace.operators.task;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.core.TaskStoppedException;
import io.millrace.operators.output.DeadLetters;
import java.util.function.Consumer;

/**
 * Follows the error policy of one operator of one task.
 */
public final class PolicyFailureHandler implements FailureHandler {
    // Causes may form a ring.
    private static final int MAX_CAUSES = 32;

    private final TaskId id;
    private final String operator;
    private final ErrorPolicy policy;
    private final TaskCounters counters;
    private final Consumer<SkippedRecord> skipped;
    private final DeadLetters deadLetters;

    /**
     * Creates the handler.
     *
     * @param id          of the task.
     * @param operator    name of the operator, for messages.
     * @param policy      to follow.
     * @param counters    of the task.
     * @param skipped     is told of each record that is left out.
     * @param deadLetters takes them, null where the policy does not ask for it.
     */
    public PolicyFailureHandler(
            final TaskId id,
            final String operator,
            final ErrorPolicy policy,
            final TaskCounters counters,
            final Consumer<SkippedRecord> skipped,
            final DeadLetters deadLetters) {
        this.id = id;
        this.operator = operator;
        this.policy = policy;
        this.counters = counters;
        this.skipped = skipped;
        this.deadLetters = deadLetters;
    }

    @Override
    public void onFailure(final RecordContext context, final Exception cause) {
        if (cause instanceof TaskStoppedException stopped) {
            throw stopped;
        }
        final ErrorCode code = notOfTheValue(cause);
        if (code != null) {
            throw stopped(context, code, cause);
        }
        switch (policy.kind()) {
            case FAIL ->
                throw stopped(
                        context, cause instanceof MillraceException e ? e.code() : ErrorCode.USER_FUNCTION, cause);
            case SKIP -> skip(context, cause);
            case DEAD_LETTER -> {
                deadLetters.append(context, operator, reason(cause));
                skip(context, cause);
            }
        }
    }

    /**
     * A function of the user may have wrapped what the state or the log threw. That it is found is what keeps a replay the same:
     * at which record memory or disk space ends is no property of the record, so nobody may leave a record out for it.
     */
    private static ErrorCode notOfTheValue(final Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof MillraceException e && !isOfTheValue(e.code())) {
                return e.code();
            }
            cause = cause.getCause();
        }
        return null;
    }

    // What else the log and the state may throw is no fault of the value: the next one would fare no better.
    private static boolean isOfTheValue(final ErrorCode code) {
        return code == ErrorCode.MALFORMED_RECORD || code == ErrorCode.USER_FUNCTION;
    }

    private TaskStoppedException stopped(final RecordContext context, final ErrorCode code, final Exception cause) {
        return new TaskStoppedException(
                code,
                "job " + id.job() + " stopped at a record: topic=" + id.topic() + " partition=" + id.partition()
                        + " position=" + context.position() + " operator=" + operator + ": " + reason(cause),
                cause);
    }

    private void skip(final RecordContext context, final Exception cause) {
        counters.addSkippedRecord();
        skipped.accept(
                new SkippedRecord(id.job(), id.topic(), id.partition(), context.position(), operator, reason(cause)));
    }

    private static String reason(final Exception cause) {
        return cause instanceof MillraceException ? cause.getMessage() : cause.toString();
    }
}
