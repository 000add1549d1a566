package io.millrace.perf.streams;

import io.millrace.log.ProducerAppender;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Appends messages to a topic, each under the next sequence, as a task does. */
final class LogOutput implements MessageOutput {
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);
    private final ProducerAppender appender;
    private long sequence;

    LogOutput(final ProducerAppender appender) {
        this.appender = appender;
    }

    @Override
    public void append(final long instrumentId, final long eventTimeNs, final DirectBuffer message, final int length) {
        key.putLong(0, instrumentId, ByteOrder.LITTLE_ENDIAN);
        long outcome;
        do {
            outcome = appender.append(sequence, RecordKind.DATA, eventTimeNs, key, 0, Long.BYTES, message, 0, length);
        } while (outcome == Outcome.BACK_PRESSURED);
        if (outcome < 0) {
            throw new IllegalStateException(Outcome.name(outcome));
        }
        sequence++;
    }

    @Override
    public void close() {
        appender.close();
    }
}
