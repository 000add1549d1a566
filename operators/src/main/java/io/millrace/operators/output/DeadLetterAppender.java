package io.millrace.operators.output;

import io.millrace.log.error.ErrorCode;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.OperatorException;
import io.millrace.operators.core.RecordContext;
import io.millrace.operators.core.TaskStoppedException;

/**
 * Appends dead letters of one task to a topic, under the task's sequences: a replay does not double them.
 */
public final class DeadLetterAppender implements DeadLetters {
    private final String job;
    private final String topic;
    private final int partition;
    private final OutputAppender output;
    private final Codec<DeadLetter> codec = new DeadLetterCodec();

    /**
     * Creates the appender.
     *
     * @param job       that reads the records.
     * @param topic     that it reads.
     * @param partition of the topic.
     * @param output    door to the topic of dead letters.
     */
    public DeadLetterAppender(final String job, final String topic, final int partition, final OutputAppender output) {
        this.job = job;
        this.topic = topic;
        this.partition = partition;
        this.output = output;
    }

    @Override
    public void append(final RecordContext context, final String operator, final String reason) {
        final DeadLetter letter = DeadLetter.of(job, topic, partition, context, operator, reason);
        try {
            output.append(
                    operator,
                    partition % output.partitionCount(),
                    letter.eventTimeNs(),
                    letter.keyBuffer(),
                    0,
                    letter.key().length,
                    codec,
                    letter);
        } catch (final OperatorException e) {
            // It can not be set aside, so it must not be taken for a failure of a step before, and not be lost.
            throw new TaskStoppedException(
                    ErrorCode.CONFIGURATION,
                    "job " + job + " stopped at a record whose dead letter cannot be written: topic=" + topic
                            + " partition=" + partition + " position=" + context.position() + " operator=" + operator
                            + ": " + e.failure().getMessage() + "; it failed because of: " + reason,
                    e);
        }
    }
}
