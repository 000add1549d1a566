package io.millrace.worker;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.JobContext;
import io.millrace.streams.Topology;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/** Which topics of the node a job reads and writes. */
final class JobTopology {
    private final String job;
    private final Set<String> sources = new TreeSet<>();
    private final Map<String, Integer> outputs = new TreeMap<>();

    /**
     * Plans a job.
     *
     * @param topology        to run.
     * @param context         that may name the job and its outputs.
     * @param partitionCounts of the node's topics.
     */
    JobTopology(final Topology topology, final JobContext context, final ToIntFunction<String> partitionCounts) {
        final Set<String> sides = topology.sideTopics();
        final Plan plan = topology.plan(topic -> sides.contains(topic) ? 1 : partitionCounts.applyAsInt(topic))
                .withOutputs(context.outputs());
        job = context.jobName() == null ? plan.graph().name() : context.jobName();
        for (final Stage stage : plan.stages()) {
            if (stage.isSource() && !sides.contains(stage.inputTopic())) {
                sources.add(stage.inputTopic());
            }
            for (final SinkNode sink : stage.sinks()) {
                outputs.put(plan.outputTopic(sink.name()), stage.tasks());
            }
            addDeadLetters(plan, stage, stage.root());
            stage.nodes().forEach(node -> addDeadLetters(plan, stage, node));
        }
    }

    private void addDeadLetters(final Plan plan, final Stage stage, final TopologyNode node) {
        final ErrorPolicy policy = node.onErrorOr(plan.graph().onError());
        if (policy.kind() == ErrorPolicy.Kind.DEAD_LETTER) {
            outputs.merge(plan.outputTopic(policy.deadLetterTopic()), stage.tasks(), (first, later) -> first);
        }
    }

    String job() {
        return job;
    }

    /** Topics that are mirrored: what it reads but the rows of side files, which the worker reads itself. */
    Set<String> sources() {
        return sources;
    }

    /** Topics that are forwarded, with the number of partitions that each gets when it is not there. */
    Map<String, Integer> outputs() {
        return outputs;
    }
}
