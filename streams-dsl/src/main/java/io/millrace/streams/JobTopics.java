package io.millrace.streams;

import io.millrace.log.Durability;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;

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
            for (final ExchangeNode exchange : stage.exchanges()) {
                createExchange(stage, Plan.exchangeTopic(plan.graph().name(), exchange), exchangeDurability);
            }
            for (final SinkNode sink : stage.sinks()) {
                createOutput(stage, sink.name());
            }
            for (final String topic : stage.lateTopics()) {
                createOutput(stage, topic);
            }
        }
    }

    /** An exchange is made anew from its input, so it needs to survive no more than what it feeds. */
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

    /** One that is there must fit the plan. */
    private void createExchange(final Stage stage, final String topic, final Durability durability) {
        final boolean exists = store.hasTopic(topic);
        store.createTopic(TopicSpec.named(topic)
                .partitions(stage.tasks())
                .internal(true)
                .durability(exists ? store.topic(topic).spec().durability() : durability));
        store.derives(stage.inputTopic(), topic);
    }

    /** One that somebody made before keeps its settings. */
    private void createOutput(final Stage stage, final String topic) {
        if (!store.hasTopic(topic)) {
            store.createTopic(TopicSpec.named(topic).partitions(stage.tasks()));
        }
        store.derives(stage.inputTopic(), topic);
    }
}
