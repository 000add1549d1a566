package io.millrace.transport;

import java.util.List;

/** What a {@link Publisher} is made from. Channel, topic and producer name must be set; the rest has defaults. */
public final class PublisherContext extends ClientContext<PublisherContext> {
    private String topic;
    private String producerName;

    /** Creates a context with defaults. */
    public PublisherContext() {}

    /**
     * What to publish to.
     *
     * @param name of a topic that exists at the node
     * @return this
     */
    public PublisherContext topic(final String name) {
        checkOpen();
        topic = name;
        return this;
    }

    /**
     * Under which name; the log remembers each name's sequences for ever, and drops what it already holds.
     *
     * @param name of the producer
     * @return this
     */
    public PublisherContext producerName(final String name) {
        checkOpen();
        producerName = name;
        return this;
    }

    /**
     * The topic to publish to.
     *
     * @return name
     */
    public String topic() {
        return topic;
    }

    /**
     * The producer's name.
     *
     * @return name
     */
    public String producerName() {
        return producerName;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public PublisherContext conclude() {
        final List<String> problems = settings().problems();
        ConnectionSettings.checkTopic(topic, problems);
        if (producerName == null || producerName.isEmpty()) {
            problems.add("producerName is not set");
        }
        ConnectionSettings.check("publisher", problems);
        close();
        return this;
    }

    @Override
    public String toString() {
        return "topic=" + topic + " producerName=" + producerName;
    }

    @Override
    PublisherContext self() {
        return this;
    }

    ConnectionSettings settings() {
        return settings("topic=" + topic);
    }
}
