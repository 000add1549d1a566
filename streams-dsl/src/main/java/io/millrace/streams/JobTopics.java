package io.millrace.streams;

import io.millrace.log.Durability;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.TopologyNode;

/** Creates the topics that a job writes, and tells the store what each is made from. */
final class JobTopics {
    private final LogStore store;
    private final Plan plan;

    JobTopics(final LogStore store, final Plan plan) {
        this.store = store;
        this.plan = plan;
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
                createOutput(stage, sink.name());
            }
            createDeadLetters(stage, stage.root());
            stage.nodes().forEach(node -> createDeadLetters(stage, node));
        }
    }

    private Durability strongestOutput() {
        for (final Stage stage : plan.stages()) {
            for (final SinkNode sink : stage.sinks()) {
                if (store.hasTopic(sink.name())
                        && store.topic(sink.name()).spec().durability() == Durability.POWER) {
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
            createOutput(stage, policy.deadLetterTopic());
        }
    }

    private void createOutput(final Stage stage, final String topic) {
        if (!store.hasTopic(topic)) {
            store.createTopic(TopicSpec.named(topic).partitions(stage.tasks()));
        }
        store.derives(stage.inputTopic(), topic);
    }
}
