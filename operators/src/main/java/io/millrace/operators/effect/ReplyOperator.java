package io.millrace.operators.effect;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.Step;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import org.agrona.DirectBuffer;

/**
 * Brings inputs and their replies together. Both are records of the partition that the task reads, so which reply is the first
 * for an input is for the log to say, and so is the order of the results: that of the inputs, or that of the replies. Any
 * further reply to the same input is left out.
 *
 * <p>A result goes on under key and event time of its input, and what fails behind this step fails at the input's record. No
 * clock and no call is in here: the watermark is held back by {@link io.millrace.operators.task.ReplyWatermark}.
 *
 * @param <R> type of the replies.
 */
public final class ReplyOperator<R> extends Step<CallRecord, R> implements Stateful {
    private final boolean isOrdered;
    private final Codec<R> codec;
    private final OutstandingCalls calls;

    /**
     * Creates the operator.
     *
     * @param failures  takes inputs to which there is no reply, and replies that cannot be read.
     * @param isOrdered true for results in the order of the inputs, false for that of the replies.
     * @param codec     of the replies, of this operator alone.
     * @param task      calls of the task.
     * @param next      step that takes the replies.
     */
    public ReplyOperator(
            final FailureHandler failures,
            final boolean isOrdered,
            final Codec<R> codec,
            final TaskCalls task,
            final Operator<? super R> next) {
        super(failures, next);
        this.isOrdered = isOrdered;
        this.codec = codec;
        this.calls = new OutstandingCalls(task);
    }

    @Override
    public void process(final RecordContext context, final CallRecord record) {
        calls.use();
        if (record.kind() == CallRecord.REQUEST) {
            calls.add(context);
            return;
        }
        final Call call = calls.waiting(record.inputPosition());
        if (call == null) {
            return;
        }
        if (isOrdered && call != calls.first()) {
            final DirectBuffer bytes = record.bytes();
            call.hold(record.kind(), bytes, 0, bytes.capacity());
            return;
        }
        emit(context, call, record.kind(), record.bytes());
        while (isOrdered && calls.first() != null && !calls.first().isWaiting()) {
            final Call held = calls.first();
            emit(context, held, held.outcome(), held.reply());
        }
    }

    private void emit(final RecordContext context, final Call call, final byte outcome, final DirectBuffer bytes) {
        calls.remove(call);
        final long position = context.position();
        final long recordTimeNs = context.recordEventTimeNs();
        final DirectBuffer recordBuffer = context.recordBuffer();
        final int recordKeyOffset = context.recordKeyOffset();
        final int recordKeyLength = context.recordKeyLength();
        final int valueOffset = context.valueOffset();
        final int valueLength = context.valueLength();
        final long timeNs = context.eventTimeNs();
        final DirectBuffer keyBuffer = context.keyBuffer();
        final int keyOffset = context.keyOffset();
        final int keyLength = context.keyLength();

        moveTo(context, call);
        handOn(context, outcome, bytes);

        context.record(position, recordTimeNs, context.logTimeNs());
        context.eventTimeNs(timeNs);
        context.key(keyBuffer, keyOffset, keyLength);
        context.recordKey(recordKeyOffset, recordKeyLength);
        context.value(recordBuffer, valueOffset, valueLength);
    }

    private static void moveTo(final RecordContext context, final Call call) {
        context.record(call.position(), call.eventTimeNs(), context.logTimeNs());
        context.key(call.record(), 0, call.keyLength());
        context.recordKey(0, call.keyLength());
        context.value(call.record(), call.keyLength(), call.record().capacity() - call.keyLength());
    }

    private void handOn(final RecordContext context, final byte outcome, final DirectBuffer bytes) {
        if (outcome == CallRecord.FAILURE) {
            failures.onFailure(
                    context,
                    new MillraceException(
                            ErrorCode.USER_FUNCTION, bytes.getStringWithoutLengthUtf8(0, bytes.capacity())));
            return;
        }
        final R reply;
        try {
            reply = codec.decode(bytes, 0, bytes.capacity());
        } catch (final Exception e) {
            failures.onFailure(context, e);
            return;
        }
        next.process(context, reply);
    }

    @Override
    public void snapshot(final StateWriter out) {
        calls.snapshot(out);
    }

    @Override
    public void restore(final StateReader in) {
        calls.restore(in);
    }
}
