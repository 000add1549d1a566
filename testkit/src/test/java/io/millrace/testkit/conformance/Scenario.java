package io.millrace.testkit.conformance;

import io.millrace.streams.Topology;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * A topology and what its stages mean.
 *
 * @param topology of the job.
 * @param inputs   topics that it reads.
 * @param sinks    number of partitions of each topic that it writes.
 * @param stages   in their order.
 * @param isKeyed  whether the input has keys in the log.
 * @param commands how many commands a value has at most.
 * @param waiting  count what each task has yet to hand on, by the definitions, as they are made.
 * @param isEverIdle whether event time goes on when all input is silent.
 */
record Scenario(
        Topology topology,
        List<String> inputs,
        Map<String, Integer> sinks,
        List<Stage> stages,
        boolean isKeyed,
        int commands,
        List<IntSupplier> waiting,
        boolean isEverIdle) {
    /**
     * A stage, which runs once for each partition of a topic.
     *
     * @param input   topic that it reads.
     * @param time    how time passes there.
     * @param meaning of the stage, given where it writes.
     */
    record Stage(String input, PartitionTime time, Function<Written, Meaning> meaning) {}
}
