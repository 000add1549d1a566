package io.millrace.testkit;

import io.millrace.log.ProducerAppender;
import io.millrace.log.RecordBatch;
import io.millrace.log.RecordClaim;
import io.millrace.log.record.Outcome;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;
import io.millrace.streams.plan.TaskParts;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;

/** Refuses every second output of a task once, as a log does whose next segment is not ready yet. */
final class RefusingParts implements TaskParts {
    private int refusals;

    @Override
    public OutputAppender output(
            final String topic,
            final int maxRecordLength,
            final List<ProducerAppender> partitions,
            final IdleStrategy idleStrategy,
            final TaskCounters counters) {
        return new RefusingAppender(topic, maxRecordLength, partitions, idleStrategy, counters);
    }

    int refusals() {
        return refusals;
    }

    private final class RefusingAppender extends OutputAppender {
        private ProducerAppender lastPartition;
        private long lastSequence;
        private boolean refusesNext;

        RefusingAppender(
                final String topic,
                final int maxRecordLength,
                final List<ProducerAppender> partitions,
                final IdleStrategy idleStrategy,
                final TaskCounters counters) {
            super(topic, maxRecordLength, partitions, idleStrategy, counters);
        }

        @Override
        protected long tryClaim(
                final ProducerAppender partition,
                final RecordClaim claim,
                final long sequence,
                final byte kind,
                final long eventTimeNs,
                final int keyLength,
                final int valueLength) {
            return isRefused(partition, sequence)
                    ? Outcome.BACK_PRESSURED
                    : super.tryClaim(partition, claim, sequence, kind, eventTimeNs, keyLength, valueLength);
        }

        @Override
        protected long tryAppend(
                final ProducerAppender partition,
                final long sequence,
                final long eventTimeNs,
                final DirectBuffer key,
                final int keyOffset,
                final int keyLength,
                final DirectBuffer value,
                final int valueLength) {
            return isRefused(partition, sequence)
                    ? Outcome.BACK_PRESSURED
                    : super.tryAppend(partition, sequence, eventTimeNs, key, keyOffset, keyLength, value, valueLength);
        }

        @Override
        protected long tryAppend(final ProducerAppender partition, final long firstSequence, final RecordBatch batch) {
            return isRefused(partition, firstSequence)
                    ? Outcome.BACK_PRESSURED
                    : super.tryAppend(partition, firstSequence, batch);
        }

        private boolean isRefused(final ProducerAppender partition, final long sequence) {
            if (partition == lastPartition && sequence == lastSequence) {
                return false;
            }
            lastPartition = partition;
            lastSequence = sequence;
            refusesNext = !refusesNext;
            if (!refusesNext) {
                refusals++;
            }
            return !refusesNext;
        }
    }
}
