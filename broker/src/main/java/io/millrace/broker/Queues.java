package io.millrace.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * What happens to queues. A message is delivered, and then acked, or it comes back: by a nack, because its lease or that of its
 * consumer has passed, or because its consumer left. What comes back for the last time it may is a dead letter: it gets the next
 * number of its partition, and is outstanding until the node has said that it lies in the dead-letter topic under that number.
 */
final class Queues {
    static final String LEASE_PASSED = "lease passed";
    static final String CONSUMER_GONE = "consumer gone";
    private static final int MAX_CAUSE_LENGTH = 200;

    private final TreeMap<String, MessageQueue> queues = new TreeMap<>();
    private final Collection<MessageQueue> all = Collections.unmodifiableCollection(queues.values());
    private final Members members;
    private long nextId = 1;

    Queues(final Members members) {
        this.members = members;
    }

    MessageQueue find(final String name) {
        return queues.get(name);
    }

    MessageQueue find(final long id) {
        for (final MessageQueue queue : queues.values()) {
            if (queue.id() == id) {
                return queue;
            }
        }
        return null;
    }

    /** Asked for in each duty cycle, so it is no new object. */
    Collection<MessageQueue> all() {
        return all;
    }

    void create(
            final String name,
            final String topic,
            final String deadLetterTopic,
            final long leaseNs,
            final int maxDeliveries,
            final int maxOutstanding,
            final long[] starts) {
        if (!queues.containsKey(name)) {
            final MessageQueue queue =
                    new MessageQueue(nextId++, name, topic, deadLetterTopic, leaseNs, maxDeliveries, maxOutstanding);
            for (int i = 0; i < starts.length; i++) {
                queue.add(new QueuePartition(i, starts[i]));
            }
            queues.put(name, queue);
        }
    }

    void delete(final String name) {
        final MessageQueue queue = queues.get(name);
        if (queue != null && queue.consumers().isEmpty()) {
            queues.remove(name);
        }
    }

    void attach(final String name, final long key, final String memberName, final long leaseNs, final long logTimeNs) {
        final MessageQueue queue = queues.get(name);
        if (queue == null) {
            return;
        }
        Member consumer = members.find(queue.consumers(), key);
        if (consumer == null) {
            consumer = members.add(key, memberName, name, true, logTimeNs, new int[0]);
            queue.add(consumer);
        }
        consumer.lease(leaseNs, logTimeNs);
    }

    void deliver(
            final long memberId,
            final int partitionIndex,
            final long position,
            final long nextPosition,
            final long logTimeNs,
            final BrokerEvents events) {
        final MessageQueue queue = queueOf(memberId);
        final QueuePartition partition = queue == null ? null : queue.partition(partitionIndex);
        if (partition == null) {
            return;
        }
        QueueMessage message = partition.message(position);
        if (message == null) {
            if (position < partition.cursor()
                    || nextPosition <= position
                    || queue.outstandingCount() >= queue.maxOutstanding()) {
                return;
            }
            message = partition.begin(position, nextPosition);
        } else if (message.state() == QueueMessage.State.WAITING && message.deadlineNs() <= logTimeNs) {
            queue.onRedelivered();
        } else {
            return;
        }
        message.hold(memberId, logTimeNs, queue.leaseNs());
        events.onDelivered(members.find(memberId), queue, partitionIndex, message);
    }

    void ack(
            final long memberId,
            final int partition,
            final long position,
            final int delivery,
            final BrokerEvents events) {
        final QueueMessage message = held(memberId, partition, position, delivery);
        if (message != null) {
            final MessageQueue queue = queueOf(memberId);
            queue.partition(partition).remove(message);
            queue.onAcked();
        }
        events.onSettled(memberId, partition, position, delivery, message != null);
    }

    void nack(
            final long memberId,
            final int partition,
            final long position,
            final int delivery,
            final long delayNs,
            final String cause,
            final long logTimeNs,
            final BrokerEvents events) {
        final QueueMessage message = held(memberId, partition, position, delivery);
        if (message != null) {
            final MessageQueue queue = queueOf(memberId);
            final String shortCause = cause.length() <= MAX_CAUSE_LENGTH ? cause : cause.substring(0, MAX_CAUSE_LENGTH);
            comeBack(queue, queue.partition(partition), message, delayNs, shortCause, logTimeNs, events);
        }
        events.onSettled(memberId, partition, position, delivery, message != null);
    }

    void extend(
            final long memberId,
            final int partition,
            final long position,
            final int delivery,
            final long leaseNs,
            final long logTimeNs,
            final BrokerEvents events) {
        final QueueMessage message = held(memberId, partition, position, delivery);
        if (message != null) {
            message.extend(logTimeNs + leaseNs);
        }
        events.onSettled(memberId, partition, position, delivery, message != null);
    }

    void bury(final long queueId, final int partition, final long position) {
        final MessageQueue queue = find(queueId);
        final QueueMessage message = queue == null ? null : queue.message(partition, position);
        if (message != null && message.state() == QueueMessage.State.DEAD) {
            queue.partition(partition).remove(message);
        }
    }

    void gone(final long queueId, final int partition, final long position) {
        final MessageQueue queue = find(queueId);
        final QueueMessage message = queue == null ? null : queue.message(partition, position);
        if (message != null && message.state() == QueueMessage.State.WAITING) {
            queue.partition(partition).remove(message);
            queue.onGone();
        }
    }

    /** The consumer is out of the registry already. */
    void remove(final Member consumer, final long logTimeNs, final BrokerEvents events) {
        final MessageQueue queue = queues.get(consumer.home());
        queue.remove(consumer);
        for (final QueuePartition partition : queue.partitions()) {
            for (final QueueMessage message : partition.messages()) {
                if (message.state() == QueueMessage.State.HELD && message.consumerId() == consumer.id()) {
                    comeBack(queue, partition, message, 0, CONSUMER_GONE, logTimeNs, events);
                }
            }
        }
    }

    void expire(final long logTimeNs, final BrokerEvents events) {
        for (final MessageQueue queue : queues.values()) {
            for (final QueuePartition partition : queue.partitions()) {
                for (final QueueMessage message : partition.messages()) {
                    if (message.state() == QueueMessage.State.HELD && message.deadlineNs() <= logTimeNs) {
                        comeBack(queue, partition, message, 0, LEASE_PASSED, logTimeNs, events);
                    }
                }
            }
        }
    }

    void renew(final long logTimeNs) {
        for (final MessageQueue queue : queues.values()) {
            for (final QueuePartition partition : queue.partitions()) {
                for (final QueueMessage message : partition.all()) {
                    if (message.state() == QueueMessage.State.HELD) {
                        message.extend(Math.max(message.deadlineNs(), logTimeNs + queue.leaseNs()));
                    }
                }
            }
        }
    }

    long earliestDeadlineNs() {
        long earliest = Long.MAX_VALUE;
        for (final MessageQueue queue : queues.values()) {
            for (final QueuePartition partition : queue.partitions()) {
                for (final QueueMessage message : partition.all()) {
                    if (message.state() == QueueMessage.State.HELD) {
                        earliest = Math.min(earliest, message.deadlineNs());
                    }
                }
            }
        }
        return earliest;
    }

    void write(final StateOutput out) {
        out.number(nextId);
        out.number(queues.size());
        for (final MessageQueue queue : queues.values()) {
            queue.write(out);
        }
    }

    void read(final StateInput in) {
        queues.clear();
        nextId = in.longNumber();
        final int count = in.count(Long.BYTES);
        for (int i = 0; i < count; i++) {
            final MessageQueue queue = MessageQueue.read(in);
            queues.put(queue.name(), queue);
        }
        for (final Member member : new ArrayList<>(members.all())) {
            if (member.isConsumer()) {
                queues.get(member.home()).add(member);
            }
        }
    }

    /** Those that are to be written to dead-letter topics, in the order of their numbers within a partition. */
    static List<QueueMessage> dead(final QueuePartition partition) {
        final List<QueueMessage> dead = new ArrayList<>();
        for (final QueueMessage message : partition.all()) {
            if (message.state() == QueueMessage.State.DEAD) {
                dead.add(message);
            }
        }
        dead.sort((one, other) -> Long.compare(one.letterNumber(), other.letterNumber()));
        return dead;
    }

    private MessageQueue queueOf(final long memberId) {
        final Member member = members.find(memberId);
        return member == null || !member.isConsumer() ? null : queues.get(member.home());
    }

    private QueueMessage held(final long memberId, final int partition, final long position, final int delivery) {
        final MessageQueue queue = queueOf(memberId);
        final QueueMessage message = queue == null ? null : queue.message(partition, position);
        return message != null && message.isHeldBy(memberId, delivery) ? message : null;
    }

    private static void comeBack(
            final MessageQueue queue,
            final QueuePartition partition,
            final QueueMessage message,
            final long delayNs,
            final String cause,
            final long logTimeNs,
            final BrokerEvents events) {
        if (message.delivery() < queue.maxDeliveries()) {
            message.comeBack(logTimeNs, delayNs, cause);
        } else {
            message.die(logTimeNs, partition.nextLetterNumber(), cause);
            events.onDead(queue, partition.index(), message);
        }
    }
}
