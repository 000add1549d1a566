package io.millrace.transport;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a {@link QueueConsumer} is made from. Channel and queue must be set; the rest has defaults. */
public final class QueueConsumerContext extends ClientContext<QueueConsumerContext> {
    private String queue;
    private long leaseNs = TimeUnit.SECONDS.toNanos(30);
    private int credit = 16;
    private String consumerName = "consumer";

    /** Creates a context with defaults. */
    public QueueConsumerContext() {}

    /**
     * Which queue to consume; it exists at the node.
     *
     * @param name of the queue
     * @return this
     */
    public QueueConsumerContext queue(final String name) {
        checkOpen();
        queue = name;
        return this;
    }

    /**
     * How long this consumer may be silent before all that it holds goes to others; 30 s when not set. How long it may hold one message
     * is a setting of the queue.
     *
     * @param lease in nanoseconds, 100 ms to 24 h
     * @return this
     */
    public QueueConsumerContext leaseNs(final long lease) {
        checkOpen();
        leaseNs = lease;
        return this;
    }

    /**
     * How many messages this consumer holds at most; 16 when not set. Their leases run while they wait for their turn.
     *
     * @param messages 1 to 10,000
     * @return this
     */
    public QueueConsumerContext credit(final int messages) {
        checkOpen();
        credit = messages;
        return this;
    }

    /**
     * What people who look at the queue shall see of this consumer; {@code consumer} when not set.
     *
     * @param name any text
     * @return this
     */
    public QueueConsumerContext consumerName(final String name) {
        checkOpen();
        consumerName = name;
        return this;
    }

    /**
     * Checks all settings; nothing can be changed afterwards.
     *
     * @return this
     * @throws io.millrace.log.error.MillraceException with all problems in one line
     */
    public QueueConsumerContext conclude() {
        final List<String> problems = settings().problems();
        if (queue == null || queue.isEmpty()) {
            problems.add("queue is not set");
        }
        if (leaseNs <= 0) {
            problems.add("leaseNs=" + leaseNs + " must be positive");
        }
        if (credit < 1) {
            problems.add("credit=" + credit + " must be at least 1");
        }
        ConnectionSettings.check("queue consumer", problems);
        close();
        return this;
    }

    @Override
    public String toString() {
        return "queue=" + queue;
    }

    @Override
    QueueConsumerContext self() {
        return this;
    }

    ConnectionSettings settings() {
        return settings("queue=" + queue);
    }

    String queue() {
        return queue;
    }

    long leaseNs() {
        return leaseNs;
    }

    int credit() {
        return credit;
    }

    String consumerName() {
        return consumerName;
    }
}
