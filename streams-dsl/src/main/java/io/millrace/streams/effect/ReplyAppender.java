package io.millrace.streams.effect;

import io.millrace.log.LogAppender;
import io.millrace.log.LogPartition;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.effect.Call;
import io.millrace.operators.effect.CallCodec;
import io.millrace.operators.effect.CallRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends what came of calls to the partition that their inputs came from, in the order in which it came. It needs no sequences:
 * that an input has one reply is seen to where it is read.
 */
final class ReplyAppender<R> {
    private static final int MAX_REASON_LENGTH = 1024;
    private static final int OUTCOME_LENGTH = Long.BYTES + CallCodec.KIND_LENGTH;

    private final LogPartition partition;
    private final Codec<R> codec;
    private final CallCodec records;
    private final CallRecord record = new CallRecord();
    private final Deque<Reply> replies = new ArrayDeque<>();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private LogAppender appender;

    private record Reply(OpenCall call, byte kind, byte[] bytes) {}

    ReplyAppender(final LogPartition partition, final Codec<R> codec) {
        this.partition = partition;
        this.codec = codec.forTask();
        this.records = new CallCodec(codec);
    }

    /** Writes a reply, to be appended; fails where the partition would not take it. */
    byte[] encode(final Call call, final R reply) {
        final int length = codec.encodedLength(reply);
        final long whole = (long) RecordDescriptor.HEADER_LENGTH + call.keyLength() + length + OUTCOME_LENGTH;
        final int most = RecordDescriptor.maxRecordLength(partition.segmentLength());
        if (whole > most) {
            throw new IllegalArgumentException("record of " + whole + " bytes is longer than the " + most
                    + " that topic " + partition.topic() + " takes");
        }
        final byte[] bytes = new byte[length];
        codec.encode(reply, new UnsafeBuffer(bytes), 0);
        return bytes;
    }

    void add(final OpenCall call, final byte kind, final byte[] bytes) {
        replies.add(new Reply(call, kind, bytes));
    }

    boolean isPending(final OpenCall call) {
        for (final Reply reply : replies) {
            if (reply.call() == call) {
                return true;
            }
        }
        return false;
    }

    boolean isBehind() {
        return !replies.isEmpty();
    }

    /** Appends as many as the log has room for now, and tells of each. */
    int doWork(final Consumer<OpenCall> appended) {
        int work = 0;
        while (!replies.isEmpty() && append(replies.peek())) {
            appended.accept(replies.poll().call());
            work++;
        }
        return work;
    }

    private boolean append(final Reply reply) {
        if (appender == null) {
            appender = partition.appender();
        }
        final Call call = reply.call().call();
        final int length = reply.kind() == CallRecord.FAILURE
                ? Math.min(reply.bytes().length, MAX_REASON_LENGTH)
                : reply.bytes().length;
        record.outcome(reply.kind(), call.position(), new UnsafeBuffer(reply.bytes()), 0, length);
        records.encode(record, buffer, 0);
        final long outcome = appender.append(
                RecordKind.DATA,
                call.eventTimeNs(),
                call.record(),
                0,
                call.keyLength(),
                buffer,
                0,
                records.encodedLength(record));
        if (outcome < 0 && outcome != Outcome.BACK_PRESSURED) {
            throw new MillraceException(
                    outcome == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                    "cannot append a reply: topic=" + partition.topic() + " partition=" + partition.index()
                            + " outcome=" + Outcome.name(outcome)
                            + (outcome == Outcome.STORAGE_FULL ? "; free space on the store's disk" : ""));
        }
        return outcome > 0;
    }
}
