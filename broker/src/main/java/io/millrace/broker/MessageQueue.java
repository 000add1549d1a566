package io.millrace.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A queue on the partitions of a topic: its settings, its consumers, and the messages under way. */
public final class MessageQueue {
    private final long id;
    private final String name;
    private final String topic;
    private final String deadLetterTopic;
    private final long leaseNs;
    private final int maxDeliveries;
    private final int maxOutstanding;
    private final List<QueuePartition> partitions = new ArrayList<>();
    private final List<Member> consumers = new ArrayList<>();
    private long ackedCount;
    private long redeliveredCount;
    private long goneCount;

    MessageQueue(
            final long id,
            final String name,
            final String topic,
            final String deadLetterTopic,
            final long leaseNs,
            final int maxDeliveries,
            final int maxOutstanding) {
        this.id = id;
        this.name = name;
        this.topic = topic;
        this.deadLetterTopic = deadLetterTopic;
        this.leaseNs = leaseNs;
        this.maxDeliveries = maxDeliveries;
        this.maxOutstanding = maxOutstanding;
    }

    /**
     * Tells its number.
     *
     * @return greater than 0; a queue that is made again under its name has another.
     */
    public long id() {
        return id;
    }

    /**
     * Tells its name.
     *
     * @return the name.
     */
    public String name() {
        return name;
    }

    /**
     * Tells whose records it hands out.
     *
     * @return name of the topic.
     */
    public String topic() {
        return topic;
    }

    /**
     * Tells where messages go that nobody could process.
     *
     * @return name of the topic.
     */
    public String deadLetterTopic() {
        return deadLetterTopic;
    }

    /**
     * Tells how long a consumer may hold a message.
     *
     * @return lease in ns.
     */
    public long leaseNs() {
        return leaseNs;
    }

    /**
     * Tells how often a message is delivered at most.
     *
     * @return at least 1.
     */
    public int maxDeliveries() {
        return maxDeliveries;
    }

    /**
     * Tells how many messages may be under way.
     *
     * @return messages that were delivered and are not done with, over all partitions.
     */
    public int maxOutstanding() {
        return maxOutstanding;
    }

    /**
     * Lists the partitions.
     *
     * @return partitions of the topic, from 0.
     */
    public List<QueuePartition> partitions() {
        return Collections.unmodifiableList(partitions);
    }

    /**
     * Lists the consumers.
     *
     * @return consumers, oldest first.
     */
    public List<Member> consumers() {
        return Collections.unmodifiableList(consumers);
    }

    /**
     * Counts the messages that were delivered and are not done with.
     *
     * @return held, waiting and dead ones of all partitions.
     */
    public int outstandingCount() {
        int count = 0;
        for (final QueuePartition partition : partitions) {
            count += partition.count();
        }
        return count;
    }

    /**
     * Counts what a consumer holds.
     *
     * @param consumerId of the consumer.
     * @return messages.
     */
    public int heldCount(final long consumerId) {
        int count = 0;
        for (final QueuePartition partition : partitions) {
            for (final QueueMessage message : partition.all()) {
                if (message.state() == QueueMessage.State.HELD && message.consumerId() == consumerId) {
                    count++;
                }
            }
        }
        return count;
    }

    /**
     * Counts the acks that were accepted.
     *
     * @return messages, each counted once.
     */
    public long ackedCount() {
        return ackedCount;
    }

    /**
     * Counts the deliveries of messages that had been delivered before.
     *
     * @return deliveries.
     */
    public long redeliveredCount() {
        return redeliveredCount;
    }

    /**
     * Counts the messages that retention removed while they were under way.
     *
     * @return messages.
     */
    public long goneCount() {
        return goneCount;
    }

    QueuePartition partition(final int index) {
        return index < 0 || index >= partitions.size() ? null : partitions.get(index);
    }

    QueueMessage message(final int partition, final long position) {
        final QueuePartition found = partition(partition);
        return found == null ? null : found.message(position);
    }

    void add(final QueuePartition partition) {
        partitions.add(partition);
    }

    void add(final Member consumer) {
        consumers.add(consumer);
    }

    void remove(final Member consumer) {
        consumers.remove(consumer);
    }

    void onAcked() {
        ackedCount++;
    }

    void onRedelivered() {
        redeliveredCount++;
    }

    void onGone() {
        goneCount++;
    }

    void write(final StateOutput out) {
        out.number(id);
        out.text(name);
        out.text(topic);
        out.text(deadLetterTopic);
        out.number(leaseNs);
        out.number(maxDeliveries);
        out.number(maxOutstanding);
        out.number(ackedCount);
        out.number(redeliveredCount);
        out.number(goneCount);
        out.number(partitions.size());
        for (final QueuePartition partition : partitions) {
            partition.write(out);
        }
    }

    static MessageQueue read(final StateInput in) {
        final MessageQueue queue = new MessageQueue(
                in.longNumber(), in.text(), in.text(), in.text(), in.longNumber(), in.number(), in.number());
        queue.ackedCount = in.longNumber();
        queue.redeliveredCount = in.longNumber();
        queue.goneCount = in.longNumber();
        final int count = in.count(Long.BYTES);
        for (int i = 0; i < count; i++) {
            queue.add(QueuePartition.read(i, in));
        }
        return queue;
    }
}
