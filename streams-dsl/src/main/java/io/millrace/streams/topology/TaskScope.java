package io.millrace.streams.topology;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.output.OutputAppender;

/** What a step may ask for while the operators of one task are made. */
public interface TaskScope {
    /**
     * The task's own instance of a codec; the same for the same description.
     *
     * @param description given to the topology.
     * @param <T>         type of the values.
     * @return an instance for the task's thread.
     */
    <T> Codec<T> codec(Codec<T> description);

    /**
     * The task's door to a topic; the same for the same topic.
     *
     * @param topic to append to.
     * @return the appender.
     */
    OutputAppender output(String topic);

    /**
     * Number of the partition that the task reads.
     *
     * @return from 0.
     */
    int partition();

    /**
     * The task's counters.
     *
     * @return them.
     */
    TaskCounters counters();

    /**
     * Takes what could not be processed.
     *
     * @return the handler that follows the error policy.
     */
    FailureHandler failures();
}
