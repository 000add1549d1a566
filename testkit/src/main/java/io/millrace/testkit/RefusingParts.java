package io.millrace.testkit;

import io.millrace.log.ProducerAppender;
import io.millrace.log.RecordClaim;
import io.millrace.log.record.Outcome;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;
import io.millrace.streams.plan.TaskParts;
import java.util.List;
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
            if (partition != lastPartition || sequence != lastSequence) {
                lastPartition = partition;
                lastSequence = sequence;
                refusesNext = !refusesNext;
                if (!refusesNext) {
                    refusals++;
                    return Outcome.BACK_PRESSURED;
                }
            }
            return super.tryClaim(partition, claim, sequence, kind, eventTimeNs, keyLength, valueLength);
        }
    }
}
