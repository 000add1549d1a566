package io.millrace.operators.task;

import io.millrace.log.LogReader;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.OperatorException;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;

/**
 * Runs a chain of operators over one partition of the log.
 *
 * <p>The partition is all that reaches a task: values, watermarks and the end of input are records in it, and its outputs
 * go out under sequences of its own. So what it does is a function of the partition, and a task that starts again from the
 * beginning does the same again; {@link OutputAppender} says why nothing is doubled by that.
 *
 * <p>A task is an agent without a thread of its own: whoever runs it calls {@link #doWork()} from one thread at a time.
 *
 * @param <V> type of the values in the partition.
 */
public final class Task<V> implements Agent, AutoCloseable {
    private static final int POLL_LIMIT = 256;

    private final TaskId id;
    private final LogReader reader;
    private final Codec<V> codec;
    private final WatermarkTracker watermark;
    private final Operator<V> chain;
    private final List<OutputAppender> outputs;
    private final TaskCounters counters;
    private final FailureHandler failures;
    private final RecordContext context = new RecordContext();
    private final RecordHandler handler = this::onRecord;

    private volatile boolean isComplete;

    /**
     * Creates a task.
     *
     * @param id        of the task.
     * @param reader    of its partition, at the position to begin at; closed with the task.
     * @param codec     of this task, that reads the values.
     * @param watermark of the partition.
     * @param chain     of operators.
     * @param outputs   that the chain appends to; closed with the task.
     * @param counters  that the chain shares.
     * @param failures  that follow the error policy, the same that the chain was built with.
     */
    public Task(
            final TaskId id,
            final LogReader reader,
            final Codec<V> codec,
            final WatermarkTracker watermark,
            final Operator<V> chain,
            final List<OutputAppender> outputs,
            final TaskCounters counters,
            final FailureHandler failures) {
        this.id = id;
        this.reader = reader;
        this.codec = codec;
        this.watermark = watermark;
        this.chain = chain;
        this.outputs = List.copyOf(outputs);
        this.counters = counters;
        this.failures = failures;
    }

    /**
     * Makes the handler that follows an error policy.
     *
     * @param id       of the task.
     * @param policy   to follow.
     * @param counters of the task.
     * @param skipped  learns of each record left out, on the task's thread.
     * @return a handler that throws, or counts and reports.
     */
    public static FailureHandler failureHandler(
            final TaskId id,
            final ErrorPolicy policy,
            final TaskCounters counters,
            final Consumer<SkippedRecord> skipped) {
        return (context, failure) -> {
            if (policy == ErrorPolicy.FAIL) {
                throw new MillraceException(
                        failure.getCause() instanceof MillraceException e ? e.code() : ErrorCode.USER_FUNCTION,
                        "job " + id.job() + " stopped at a record: topic=" + id.topic() + " partition=" + id.partition()
                                + " position=" + context.position() + " operator=" + failure.operatorName() + ": "
                                + reason(failure),
                        failure.getCause());
            }
            counters.addSkippedRecord();
            skipped.accept(new SkippedRecord(
                    id.job(), id.topic(), id.partition(), context.position(), failure.operatorName(), reason(failure)));
        };
    }

    private static String reason(final OperatorException failure) {
        final Throwable cause = failure.getCause();
        return cause instanceof MillraceException ? cause.getMessage() : cause.toString();
    }

    @Override
    public int doWork() {
        return isComplete ? 0 : reader.poll(handler, POLL_LIMIT);
    }

    private void onRecord(final RecordFlyweight record) {
        if (isComplete) {
            return;
        }
        context.record(record.position(), record.eventTimeNs(), record.logTimeNs());
        context.key(record.buffer(), record.keyOffset(), record.keyLength());
        switch (record.kind()) {
            case RecordKind.DATA -> onData(record);
            case RecordKind.WATERMARK -> advance(watermark.onWatermark(record.producerId(), record.eventTimeNs()));
            default -> {
                // Kinds of a later version say nothing that this task needs to know.
            }
        }
    }

    private void onData(final RecordFlyweight record) {
        counters.addRecordIn();
        try {
            chain.process(context, decode(record));
        } catch (final OperatorException e) {
            failures.onFailure(context, e);
            return;
        }
        advance(watermark.onData(record.eventTimeNs()));
    }

    private V decode(final RecordFlyweight record) {
        try {
            return codec.decode(record.buffer(), record.valueOffset(), record.valueLength());
        } catch (final Exception e) {
            throw new OperatorException("decode", e);
        }
    }

    private void advance(final long watermarkNs) {
        if (watermarkNs <= context.watermarkNs()) {
            return;
        }
        context.watermarkNs(watermarkNs);
        chain.onWatermark(context, watermarkNs);
        if (watermarkNs == Long.MAX_VALUE) {
            isComplete = true;
        }
    }

    /**
     * Says whether the input has ended and all results are appended. May be called from any thread.
     *
     * @return true once the task has nothing left to do.
     */
    public boolean isComplete() {
        return isComplete;
    }

    /**
     * What the task has done so far. May be called from any thread.
     *
     * @return live counters.
     */
    public TaskCounters counters() {
        return counters;
    }

    /**
     * Names the task.
     *
     * @return its id.
     */
    public TaskId id() {
        return id;
    }

    @Override
    public String roleName() {
        return id.toString();
    }

    @Override
    public void onClose() {
        close();
    }

    @Override
    public void close() {
        reader.close();
        outputs.forEach(OutputAppender::close);
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
