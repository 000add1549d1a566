package io.millrace.testkit;

import io.millrace.log.ProducerAppender;
import io.millrace.log.RecordBatch;
import io.millrace.log.RecordClaim;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;
import io.millrace.streams.plan.TaskParts;
import io.millrace.streams.topology.StepScope;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;

/**
 * Decides at which moments a job is killed. Moments are counted over all its lives: one behind each record of a task and the block of a
 * checkpoint that may follow it, one in front of each output and one behind it. So a kill may come between two records,
 * between two outputs of one record (with every second seed they are appended one by one, otherwise gathered), and between an output and the checkpoint that knows of it. Used by one thread.
 */
final class Kills {
    /** Ends a life; an error, so that nothing takes it for a failure of a user's function. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed by the test", null, false, false);
        }
    }

    private final TreeSet<Long> left = new TreeSet<>();
    private final boolean isGathering;
    private long moments;
    private boolean isRunning;

    /** So many kills, spread over so many moments. */
    Kills(final long seed, final int times, final long within) {
        final SplittableRandom random = new SplittableRandom(seed);
        while (left.size() < times) {
            left.add(1 + random.nextLong(within));
        }
        isGathering = random.nextBoolean();
    }

    /** Whether no further kill will come. */
    boolean areOver() {
        return left.isEmpty();
    }

    /** Moments so far. */
    long moments() {
        return moments;
    }

    /** Says whether the job is at work; what opens and restores it is not killed. */
    void run(final boolean isAtWork) {
        isRunning = isAtWork;
    }

    /** Something has happened behind which the job may be killed. */
    void moment() {
        if (!isRunning) {
            return;
        }
        moments++;
        if (!left.isEmpty() && moments >= left.first()) {
            left.pollFirst();
            throw new Killed();
        }
    }

    /** The same parts, with outputs that the job may be killed at. */
    TaskParts in(final TaskParts parts) {
        return new TaskParts() {
            @Override
            public Operator<?> operator(final StepScope scope, final Function<StepScope, Operator<?>> maker) {
                return parts.operator(scope, maker);
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
        };
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

        // What is claimed is written by others, so there is no moment behind it before the record's end.
        @Override
        protected long tryClaim(
                final ProducerAppender partition,
                final RecordClaim claim,
                final long sequence,
                final byte kind,
                final long eventTimeNs,
                final int keyLength,
                final int valueLength) {
            moment();
            return super.tryClaim(partition, claim, sequence, kind, eventTimeNs, keyLength, valueLength);
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
            moment();
            final long outcome =
                    super.tryAppend(partition, sequence, eventTimeNs, key, keyOffset, keyLength, value, valueLength);
            moment();
            return outcome;
        }

        @Override
        protected long tryAppend(final ProducerAppender partition, final long firstSequence, final RecordBatch batch) {
            moment();
            final long outcome = super.tryAppend(partition, firstSequence, batch);
            moment();
            return outcome;
        }

        @Override
        protected boolean isGathering() {
            return isGathering;
        }
    }
}
