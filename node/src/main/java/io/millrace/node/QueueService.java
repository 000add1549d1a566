package io.millrace.node;

import io.millrace.broker.BrokerEvents;
import io.millrace.broker.Member;
import io.millrace.broker.MessageDelivery;
import io.millrace.broker.MessageQueue;
import io.millrace.broker.QueueMessage;
import io.millrace.broker.QueueSpec;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.AttachQueueRequest;
import io.millrace.transport.protocol.CreateQueueRequest;
import io.millrace.transport.protocol.DeliveredMessage;
import io.millrace.transport.protocol.SettleRequest;
import io.millrace.transport.protocol.SettleResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the node does with queues: it looks at what clients ask, records it, and sends messages that {@link QueueDelivery} chooses. The
 * node's agent thread.
 */
final class QueueService implements BrokerEvents, AutoCloseable {
    private static final int ACK = 0;
    private static final int NACK = 1;
    private static final int EXTEND = 2;

    private final LogStore store;
    private final Broker broker;
    private final BrokerLimits limits;
    private final QueueDelivery delivery;
    private final QueueDescription description;
    private List<SettleResult> results = new ArrayList<>();

    QueueService(final LogStore store, final Broker broker, final BrokerLimits limits) {
        this.store = store;
        this.broker = broker;
        this.limits = limits;
        this.delivery = new QueueDelivery(store, broker);
        this.description = new QueueDescription(store, broker.machine());
    }

    /** Lines about the queue; null when that has to wait. */
    String create(final CreateQueueRequest request, final Predicate<String> visibleTopics) {
        BrokerAdmission.checkQueue(request, limits.maxOutstanding());
        final LogTopic topic = Admission.topic(store, request.topic(), visibleTopics);
        BrokerAdmission.checkReadable(topic);
        final MessageQueue known = broker.machine().queue(request.queueName());
        if (known != null) {
            checkSame(known, request);
            return description.of(known);
        }
        BrokerAdmission.checkRoom("queues", broker.machine().queues().size(), limits.maxQueues(), "max.queues");
        final LogTopic letters = deadLetterTopic(request.deadLetterTopic(), topic);
        store.derives(topic.name(), letters.name());
        broker.dependsOn(topic.name());
        broker.dependsOn(letters.name());
        final long[] starts = new long[topic.partitionCount()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = request.isFromEnd()
                    ? topic.partition(i).tailPosition()
                    : topic.partition(i).beginPosition();
        }
        final QueueSpec spec = new QueueSpec(
                request.queueName(),
                topic.name(),
                letters.name(),
                request.leaseNs(),
                request.maxDeliveries(),
                request.maxOutstanding());
        return broker.execute(broker.commands().queueCreate(spec, starts))
                ? description.of(broker.machine().queue(spec.name()))
                : null;
    }

    boolean attach(final ClientSession session, final AttachQueueRequest request) {
        final MessageQueue queue = queue(request.queueName());
        BrokerAdmission.checkMemberName(request.memberName());
        BrokerAdmission.checkLease(request.leaseNs());
        BrokerAdmission.check(request.memberKey() != 0, "member key must not be 0");
        BrokerAdmission.check(
                request.credit() >= 1 && request.credit() <= BrokerAdmission.MAX_CREDIT,
                "credit must be from 1 to " + BrokerAdmission.MAX_CREDIT + ": " + request.credit());
        if (broker.machine().member(queue.name(), true, request.memberKey()) == null) {
            BrokerAdmission.checkRoom(
                    "consumers of a queue", queue.consumers().size(), limits.maxMembers(), "max.members");
        }
        if (!broker.execute(broker.commands()
                .queueAttach(queue.name(), request.memberKey(), request.memberName(), request.leaseNs()))) {
            return false;
        }
        final Member consumer = broker.machine().member(queue.name(), true, request.memberKey());
        broker.connect(consumer.id(), session, request.credit())
                .tell(egress ->
                        broker.proxy().attached(egress, request.correlationId(), consumer.id(), queue.leaseNs()));
        return true;
    }

    boolean settle(final ClientSession session, final SettleRequest request) {
        final MemberLink link = broker.link(session, request.member());
        if (link == null || broker.machine().member(request.member()) == null) {
            // Its lease has passed, or another session speaks for it: it holds nothing.
            final List<SettleResult> fenced = request.entries().stream()
                    .map(entry -> new SettleResult(entry.partition(), entry.position(), entry.delivery(), false))
                    .toList();
            session.answer(egress -> broker.proxy()
                    .settled(egress, request.correlationId(), request.member(), request.settlement(), fenced));
            return true;
        }
        final List<MessageDelivery> entries = new ArrayList<>(request.entries().size());
        for (final DeliveredMessage entry : request.entries()) {
            entries.add(new MessageDelivery(entry.partition(), entry.position(), entry.delivery()));
        }
        results = new ArrayList<>(entries.size());
        final List<SettleResult> ofThis = results;
        if (!broker.execute(encode(request, entries))) {
            return false;
        }
        link.tell(egress -> broker.proxy()
                .settled(egress, request.correlationId(), request.member(), request.settlement(), ofThis));
        return true;
    }

    /** What a queue hands out; nothing when there is no such queue. */
    List<String> topics(final String name) {
        final MessageQueue queue = broker.machine().queue(name);
        return queue == null ? List.of() : List.of(queue.topic());
    }

    String describe(final String name, final Predicate<String> visibleTopics) {
        return name.isEmpty() ? description.list(visibleTopics) : description.of(queue(name));
    }

    /** Lines about the queues that are left; null when that has to wait. */
    String delete(final String name, final Predicate<String> visibleTopics) {
        final MessageQueue queue = queue(name);
        if (!queue.consumers().isEmpty()) {
            throw new MillraceException(
                    ErrorCode.IN_USE,
                    "queue has consumers: queue=" + name + " consumers="
                            + queue.consumers().size() + "; close them, or wait until their leases have passed");
        }
        final boolean hasLetterTopic = store.hasTopic(queue.topic()) && store.hasTopic(queue.deadLetterTopic());
        for (int i = 0; i < queue.partitions().size() && hasLetterTopic; i++) {
            if (!broker.machine().deadMessages(queue.partitions().get(i)).isEmpty()) {
                throw new MillraceException(
                        ErrorCode.IN_USE,
                        "queue has dead letters that are on their way: queue=" + name + "; try again");
            }
        }
        if (!broker.execute(broker.commands().queueDelete(name))) {
            return null;
        }
        delivery.forget(queue);
        return description.list(visibleTopics);
    }

    int doWork(final long nowNs) {
        return delivery.doWork(nowNs);
    }

    @Override
    public void close() {
        delivery.close();
    }

    @Override
    public void onDelivered(
            final Member consumer, final MessageQueue queue, final int partition, final QueueMessage message) {
        delivery.send(consumer, queue, partition, message);
    }

    @Override
    public void onSettled(
            final long consumerId,
            final int partition,
            final long position,
            final int deliveryNumber,
            final boolean isAccepted) {
        results.add(new SettleResult(partition, position, deliveryNumber, isAccepted));
    }

    @Override
    public void onDead(final MessageQueue queue, final int partition, final QueueMessage message) {
        delivery.onDead();
    }

    private int encode(final SettleRequest request, final List<MessageDelivery> entries) {
        return switch (request.settlement()) {
            case ACK -> broker.commands().queueAck(request.member(), entries);
            case NACK -> {
                BrokerAdmission.checkDelay(request.delayNs());
                yield broker.commands().queueNack(request.member(), request.delayNs(), request.cause(), entries);
            }
            case EXTEND -> {
                BrokerAdmission.checkLease(request.delayNs());
                yield broker.commands().queueExtend(request.member(), request.delayNs(), entries);
            }
            default ->
                throw new MillraceException(
                        ErrorCode.CONFIGURATION, "settlement must be 0, 1 or 2: " + request.settlement());
        };
    }

    private LogTopic deadLetterTopic(final String name, final LogTopic source) {
        final LogTopic letters = store.hasTopic(name)
                ? store.topic(name)
                : store.createTopic(TopicSpec.named(name)
                        .partitions(source.partitionCount())
                        .segmentLength(source.spec().segmentLength())
                        .durability(source.spec().durability()));
        BrokerAdmission.check(
                letters.partitionCount() >= source.partitionCount()
                        && !letters.spec().isInternal(),
                "dead-letter topic must have as many partitions as the queue's topic: topic=" + name + " partitions="
                        + letters.partitionCount() + " needed=" + source.partitionCount());
        return letters;
    }

    private static void checkSame(final MessageQueue queue, final CreateQueueRequest request) {
        final boolean isSame = queue.topic().equals(request.topic())
                && queue.deadLetterTopic().equals(request.deadLetterTopic())
                && queue.leaseNs() == request.leaseNs()
                && queue.maxDeliveries() == request.maxDeliveries()
                && queue.maxOutstanding() == request.maxOutstanding();
        if (!isSame) {
            throw new MillraceException(
                    ErrorCode.ALREADY_EXISTS,
                    "queue exists with other settings: queue=" + queue.name() + " topic=" + queue.topic()
                            + " deadLetterTopic=" + queue.deadLetterTopic() + " leaseNs=" + queue.leaseNs()
                            + " maxDeliveries=" + queue.maxDeliveries() + " maxOutstanding=" + queue.maxOutstanding());
        }
    }

    private MessageQueue queue(final String name) {
        BrokerAdmission.checkName("queue", name);
        final MessageQueue queue = broker.machine().queue(name);
        if (queue == null) {
            throw new MillraceException(
                    ErrorCode.NOT_FOUND,
                    "no such queue: queue=" + name + "; `millrace queue list` shows those that there are");
        }
        return queue;
    }
}
