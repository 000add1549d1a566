package io.millrace.streams.plan;

import io.millrace.log.ProducerAppender;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;
import io.millrace.streams.topology.StepScope;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.IdleStrategy;

/**
 * Makes what tasks are put together from. A job uses {@link #STANDARD}; tools that test operators make one of the parts
 * themselves, to have it do what happens seldom in the world. All methods are called by the thread that opens the job.
 */
public interface TaskParts {
    /** The parts that a job uses. */
    TaskParts STANDARD = new TaskParts() {};

    /**
     * Makes the operator of a step.
     *
     * @param scope of the task, for the step.
     * @param maker makes a new operator of the step in a scope, each time it is asked.
     * @return the operator that stands in the chain.
     */
    default Operator<?> operator(final StepScope scope, final Function<StepScope, Operator<?>> maker) {
        return maker.apply(scope);
    }

    /**
     * Makes a task's door to a topic.
     *
     * @param topic           to append to.
     * @param maxRecordLength that the topic takes, in bytes with the header.
     * @param partitions      of the topic, opened for the task.
     * @param idleStrategy    that waits while the log has no space ready.
     * @param counters        of the task.
     * @return the door.
     */
    default OutputAppender output(
            final String topic,
            final int maxRecordLength,
            final List<ProducerAppender> partitions,
            final IdleStrategy idleStrategy,
            final TaskCounters counters) {
        return new OutputAppender(topic, maxRecordLength, partitions, idleStrategy, counters);
    }
}
