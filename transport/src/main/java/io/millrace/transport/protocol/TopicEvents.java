package io.millrace.transport.protocol;

import java.util.List;

/**
 * What a client hears of topics: one call per event with a template id from 120 to 129, on the thread that polls. A client that
 * asks nothing about topics hears nothing.
 */
public interface TopicEvents {
    /**
     * A topic was created, altered or deleted.
     *
     * @param correlationId of the command answered
     */
    default void onTopicDone(final long correlationId) {}

    /**
     * There are these topics.
     *
     * @param correlationId of the command answered
     * @param topics        a page of them, in the order of their names
     * @param hasMore       whether there are more behind the last one
     */
    default void onTopics(final long correlationId, final List<TopicSummary> topics, final boolean hasMore) {}

    /**
     * A topic is this.
     *
     * @param correlationId of the command answered
     * @param description   with some of the partitions
     */
    default void onTopicDescribed(final long correlationId, final TopicDescription description) {}
}
