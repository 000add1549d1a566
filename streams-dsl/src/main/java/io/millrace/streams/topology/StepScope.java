package io.millrace.streams.topology;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Aggregator;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ClassCopies;
import io.millrace.operators.core.FailureHandler;
import io.millrace.operators.core.Operator;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.effect.TaskCalls;
import io.millrace.operators.output.OutputAppender;
import io.millrace.operators.state.StateMemory;
import io.millrace.streams.effect.CallSpec;

/**
 * What a node may use of the task that it makes an operator for.
 */
public interface StepScope {
    /**
     * Makes an operator from a copy of its class that belongs to this node alone, so that the chain can be inlined.
     *
     * @param <I>       type of the values that it takes.
     * @param type      of the operator; it has one public constructor.
     * @param arguments of the constructor.
     * @return the operator.
     */
    <I> Operator<I> operator(Class<?> type, Object... arguments);

    /**
     * The copies of classes that belong to this node.
     *
     * @return shared by all tasks of the stage.
     */
    ClassCopies copies();

    /**
     * Makes what does the work of an aggregation. In test mode, views that its functions keep throw when they are used after
     * the call.
     *
     * @param aggregation of the node.
     * @param <V>         type of the records.
     * @param <R>         type of the result.
     * @return an aggregator for one operator, of a copy of its class that belongs to this node alone.
     */
    <V, R> Aggregator<V, R> aggregator(Aggregation<V, ?, R> aggregation);

    /**
     * Says whether views are caught that are used after the call that they were lent for.
     *
     * @return true in test mode.
     */
    boolean isTestMode();

    /**
     * The task's instance of a codec, the same for each use of the same description. What keeps values between records
     * asks {@link Codec#forTask()} for one of its own, since this one may stand on the input record.
     *
     * @param <T>         type of the values.
     * @param description given to the topology.
     * @return the task's instance.
     */
    <T> Codec<T> codec(Codec<T> description);

    /**
     * A codec for values that the operator keeps as bytes and hands on one at a time. In test mode a view that it lends throws
     * when it is used after what follows has returned.
     *
     * @param <T>         type of the values.
     * @param description given to the topology.
     * @return an instance of its own for each call.
     */
    <T> Codec<T> keptCodec(Codec<T> description);

    /**
     * The task's door to a topic.
     *
     * @param topic that exists.
     * @return the same door for each call with the same topic.
     */
    OutputAppender output(String topic);

    /**
     * Has somebody outside of the task call for the inputs of this node.
     *
     * @param spec says what to call, and how.
     * @return the inputs that wait for replies, none yet; the task's watermark does not pass them.
     */
    TaskCalls calls(CallSpec<?, ?> spec);

    /**
     * Takes what this node's functions throw.
     *
     * @return handler that follows the node's error policy.
     */
    FailureHandler failures();

    /**
     * Memory for the node's keyed state; it counts towards the budget of the job.
     *
     * @return memory of the task.
     */
    StateMemory memory();

    /**
     * Name of the node.
     *
     * @return the operator's name in messages.
     */
    String name();

    /**
     * Number of the partition that the task reads.
     *
     * @return from 0.
     */
    int partition();

    /**
     * Counters of the task.
     *
     * @return counters.
     */
    TaskCounters counters();
}
