package io.millrace.streams;

import io.millrace.log.Durability;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.TopologyNode;

/** Creates the topics that a job writes, and tells the store what each is made from. */
final class JobTopics {
    private static final int CHECKPOINT_SEGMENT_LENGTH = 16 * 1024 * 1024;
    private static final int MAX_NAME_LENGTH = 249;

    private final LogStore store;
    private final Plan plan;
    private final boolean hasCheckpoints;

    JobTopics(final LogStore store, final Plan plan, final boolean hasCheckpoints) {
        this.store = store;
        this.plan = plan;
        this.hasCheckpoints = hasCheckpoints;
    }

    void create() {
        final Durability exchangeDurability = strongestOutput();
        for (final Stage stage : plan.stages()) {
            if (!stage.isSource()) {
                createExchange(stage, exchangeDurability);
            }
        }
        for (final Stage stage : plan.stages()) {
            for (final ExchangeNode exchange : stage.exchanges()) {
                store.derives(
                        stage.inputTopic(), Plan.exchangeTopic(plan.graph().name(), exchange));
            }
            for (final SinkNode sink : stage.sinks()) {
                createOutput(stage, plan.outputTopic(sink.name()));
            }
            createDeadLetters(stage, stage.root());
            stage.nodes().forEach(node -> createDeadLetters(stage, node));
            // Those that are there are restored, and one may be taken then, whether the job takes any or not.
            if (hasCheckpoints
                    || store.hasTopic(Plan.checkpointTopic(plan.graph().name(), stage.name()))) {
                createCheckpoints(stage, exchangeDurability);
            }
        }
    }

    private void createCheckpoints(final Stage stage, final Durability durability) {
        final String topic = Plan.checkpointTopic(plan.graph().name(), stage.name());
        if (!store.hasTopic(topic)) {
            if (topic.length() > MAX_NAME_LENGTH) {
                throw new MillraceException(
                        ErrorCode.CONFIGURATION,
                        "the topic for the checkpoints of stage " + stage.name() + " of job "
                                + plan.graph().name() + " is named after both and would have " + topic.length()
                                + " characters, " + MAX_NAME_LENGTH + " are allowed; shorten one of the names");
            }
            final int inputSegments = store.topic(stage.inputTopic()).spec().segmentLength();
            store.createTopic(TopicSpec.named(topic)
                    .partitions(stage.tasks())
                    .segmentLength(Math.min(CHECKPOINT_SEGMENT_LENGTH, inputSegments))
                    .internal(true)
                    .durability(durability));
        }
        // After a loss of power, no checkpoint may know of more than the topics still hold.
        store.derives(stage.inputTopic(), topic);
        stage.exchanges()
                .forEach(exchange ->
                        store.derives(Plan.exchangeTopic(plan.graph().name(), exchange), topic));
        stage.sinks().forEach(sink -> store.derives(plan.outputTopic(sink.name()), topic));
        deriveFromDeadLetters(stage.root(), topic);
        stage.nodes().forEach(node -> deriveFromDeadLetters(node, topic));
    }

    private void deriveFromDeadLetters(final TopologyNode node, final String topic) {
        final ErrorPolicy policy = node.onErrorOr(plan.graph().onError());
        if (policy.kind() == ErrorPolicy.Kind.DEAD_LETTER) {
            store.derives(plan.outputTopic(policy.deadLetterTopic()), topic);
        }
    }

    private Durability strongestOutput() {
        for (final Stage stage : plan.stages()) {
            for (final SinkNode sink : stage.sinks()) {
                final String topic = plan.outputTopic(sink.name());
                if (store.hasTopic(topic) && store.topic(topic).spec().durability() == Durability.POWER) {
                    return Durability.POWER;
                }
            }
        }
        return Durability.PROCESS;
    }

    private void createExchange(final Stage stage, final Durability durability) {
        final String topic = stage.inputTopic();
        final boolean exists = store.hasTopic(topic);
        store.createTopic(TopicSpec.named(topic)
                .partitions(stage.tasks())
                .internal(true)
                .durability(exists ? store.topic(topic).spec().durability() : durability));
    }

    private void createDeadLetters(final Stage stage, final TopologyNode node) {
        final ErrorPolicy policy = node.onErrorOr(plan.graph().onError());
        if (policy.kind() == ErrorPolicy.Kind.DEAD_LETTER) {
            createOutput(stage, plan.outputTopic(policy.deadLetterTopic()));
        }
    }

    private void createOutput(final Stage stage, final String topic) {
        if (!store.hasTopic(topic)) {
            store.createTopic(TopicSpec.named(topic).partitions(stage.tasks()));
        }
        store.derives(stage.inputTopic(), topic);
    }
}
