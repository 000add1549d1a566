package io.millrace.streams.conformance;

import io.millrace.log.ProducerAppender;
import io.millrace.log.RecordBatch;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;
import io.millrace.streams.plan.TaskParts;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;

/** Has a task die at one of its next outputs: just before the log takes it, or just after. One thread. */
final class MortalParts implements TaskParts {
    private int outputsLeft = Integer.MAX_VALUE;
    private boolean diesAfter;
    private int deaths;

    void arm(final int newOutputsLeft, final boolean newDiesAfter) {
        outputsLeft = newOutputsLeft;
        diesAfter = newDiesAfter;
    }

    int deaths() {
        return deaths;
    }

    @Override
    public OutputAppender output(
            final String topic,
            final int maxRecordLength,
            final List<ProducerAppender> partitions,
            final IdleStrategy idleStrategy,
            final TaskCounters counters) {
        return new MortalAppender(topic, maxRecordLength, partitions, idleStrategy, counters);
    }

    private final class MortalAppender extends OutputAppender {
        MortalAppender(
                final String topic,
                final int maxRecordLength,
                final List<ProducerAppender> partitions,
                final IdleStrategy idleStrategy,
                final TaskCounters counters) {
            super(topic, maxRecordLength, partitions, idleStrategy, counters);
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
            final boolean dies = takes(1);
            final long outcome =
                    super.tryAppend(partition, sequence, eventTimeNs, key, keyOffset, keyLength, value, valueLength);
            if (dies) {
                die();
            }
            return outcome;
        }

        @Override
        protected long tryAppend(final ProducerAppender partition, final long firstSequence, final RecordBatch batch) {
            final boolean dies = takes(batch.count());
            final long outcome = super.tryAppend(partition, firstSequence, batch);
            if (dies) {
                die();
            }
            return outcome;
        }

        // Whether it is to die behind these outputs.
        private boolean takes(final int outputs) {
            final boolean dies = outputsLeft > 0 && outputsLeft <= outputs;
            outputsLeft -= outputs;
            if (dies && !diesAfter) {
                die();
            }
            return dies;
        }

        private void die() {
            deaths++;
            throw new AssertionError("killed by the test");
        }
    }
}
