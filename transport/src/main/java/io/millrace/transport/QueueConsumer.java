package io.millrace.transport;

import io.millrace.log.error.MillraceException;
import io.millrace.transport.protocol.AttachQueueRequest;
import io.millrace.transport.protocol.DeliveredMessage;
import io.millrace.transport.protocol.SettleRequest;
import io.millrace.transport.protocol.SettleResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * One of the competing consumers of a queue. Each message that it is handed is its own until it acks it, gives it back, or the message's
 * lease passes; then another consumer gets it, and a late ack is refused. One thread.
 *
 * <p>{@link #poll} wants to be called several times within each lease: it takes messages, sends what was said of them, and shows that the
 * consumer is alive. A session that is lost is opened again; within its lease the consumer holds what it held, and says again what
 * was not answered.
 */
public final class QueueConsumer extends MemberClient {
    private static final int ACK = 0;
    private static final int NACK = 1;
    private static final int EXTEND = 2;
    private static final int BATCH = 64;

    /** Beyond the ids that connections give their commands: what is said may have to be said again in another session. */
    private static final long FIRST_CORRELATION_ID = 1L << 40;

    private final QueueConsumerContext context;
    private final List<DeliveredMessage> acks = new ArrayList<>();
    private final ArrayDeque<SettleRequest> unsent = new ArrayDeque<>();
    private final Long2ObjectHashMap<SettleRequest> unanswered = new Long2ObjectHashMap<>();
    private ConsumerEvents events;
    private long member;
    private long goneMember;
    private long nextCorrelationId = FIRST_CORRELATION_ID;
    private long ackedCount;
    private long fencedCount;

    private QueueConsumer(final QueueConsumerContext context) {
        super(context.settings(), context.leaseNs());
        this.context = context;
    }

    /**
     * Connects to a node and attaches to the queue; waits for it as long as the context allows.
     *
     * @param context with the settings
     * @return the consumer
     * @throws MillraceException when the settings are wrong, no node answers, or the node refuses (no such queue, …)
     */
    public static QueueConsumer connect(final QueueConsumerContext context) {
        final QueueConsumer consumer = new QueueConsumer(context.conclude());
        consumer.connect();
        return consumer;
    }

    /**
     * Takes messages that have arrived, and does whatever else is due. While the node cannot be reached it takes nothing, and may take as
     * long as the connection's timeout to find that out.
     *
     * @param handler that takes each message
     * @param limit   of messages to take
     * @return how many messages were taken
     * @throws MillraceException when the node refuses for a reason that will not pass
     */
    public int poll(final QueueHandler handler, final int limit) {
        if (!ensureConnected()) {
            return 0;
        }
        if (goneMember != 0 && goneMember == member) {
            enterAnew();
            if (!hasSession()) {
                return 0;
            }
        }
        showAlive();
        flush();
        events.begin(handler);
        connection().poll(limit);
        final int count = events.end();
        flush();
        return count;
    }

    /**
     * Says that a message is done with. It counts once the node has answered, see {@link #pendingCount()}.
     *
     * @param message from the handler
     */
    public void ack(final DeliveredMessage message) {
        acks.add(message);
        if (acks.size() >= BATCH) {
            queueAcks();
        }
    }

    /**
     * Gives a message back: it is delivered again, to any consumer, or becomes a dead letter if it was delivered as often as it may be.
     *
     * @param message from the handler
     * @param delayNs before which it is not delivered again, in nanoseconds, 0 to 24 h
     * @param cause   in one line, may be empty
     */
    public void nack(final DeliveredMessage message, final long delayNs, final String cause) {
        queueAcks();
        say(NACK, delayNs, cause, List.of(message));
    }

    /**
     * Takes more time for a message.
     *
     * @param message from the handler
     * @param leaseNs that begins when the node hears of it, in nanoseconds, 100 ms to 24 h
     */
    public void extend(final DeliveredMessage message, final long leaseNs) {
        say(EXTEND, leaseNs, "", List.of(message));
    }

    /**
     * How many messages something was said of that the node has not answered.
     *
     * @return messages
     */
    public int pendingCount() {
        int count = acks.size();
        for (final SettleRequest request : unsent) {
            count += request.entries().size();
        }
        for (final SettleRequest request : unanswered.values()) {
            count += request.entries().size();
        }
        return count;
    }

    /**
     * How many acks the node has accepted.
     *
     * @return messages
     */
    public long ackedCount() {
        return ackedCount;
    }

    /**
     * How many messages the node would not hear of because this consumer did not hold them any more.
     *
     * @return messages; one whose ack was accepted just before the session was lost may be among them
     */
    public long fencedCount() {
        return fencedCount;
    }

    /**
     * Number that the node knows this consumer by.
     *
     * @return number, another one after the lease has passed
     */
    public long consumerId() {
        return member;
    }

    @Override
    public String toString() {
        return "QueueConsumer{" + context + ", consumer=" + member + '}';
    }

    @Override
    SessionEvents events() {
        return events;
    }

    @Override
    SessionEvents newEvents() {
        events = new ConsumerEvents(this);
        return events;
    }

    @Override
    long member() {
        return member;
    }

    @Override
    void enter() {
        final long correlationId = connection().nextCorrelationId();
        final AttachQueueRequest request = new AttachQueueRequest(
                correlationId, key(), leaseNs(), context.credit(), context.queue(), context.consumerName());
        final ConsumerEvents ofThisSession = events;
        connection()
                .request(
                        "attach",
                        correlationId,
                        () -> commands().attachQueue(request),
                        () -> ofThisSession.isAttached() && ofThisSession.attachedMember() != goneMember);
        member = ofThisSession.attachedMember();
        // What was said in the last session and not answered may not have arrived.
        final List<SettleRequest> again = new ArrayList<>(unanswered.values());
        again.sort((one, other) -> Long.compare(one.correlationId(), other.correlationId()));
        unanswered.clear();
        for (int i = again.size() - 1; i >= 0; i--) {
            unsent.addFirst(again.get(i));
        }
    }

    @Override
    void leave() {
        flush();
        commands().leave(member);
    }

    void onSettled(final long correlationId, final int settlement, final List<SettleResult> results) {
        if (unanswered.remove(correlationId) == null) {
            return;
        }
        for (final SettleResult result : results) {
            if (!result.isAccepted()) {
                fencedCount++;
            } else if (settlement == ACK) {
                ackedCount++;
            }
        }
    }

    /** The node would not look at it: the messages come back when their leases pass. */
    void onRejected(final long correlationId) {
        final SettleRequest rejected = unanswered.remove(correlationId);
        fencedCount += rejected == null ? 0 : rejected.entries().size();
    }

    /** The lease has passed: what was held is held by others, and the next poll attaches as another consumer. */
    void onGone(final long id) {
        goneMember = id;
    }

    private void queueAcks() {
        if (!acks.isEmpty()) {
            say(ACK, 0, "", List.copyOf(acks));
            acks.clear();
        }
    }

    private void say(
            final int settlement, final long delayNs, final String cause, final List<DeliveredMessage> messages) {
        unsent.add(
                new SettleRequest(nextCorrelationId++, messages.get(0).member(), settlement, delayNs, cause, messages));
    }

    private void flush() {
        queueAcks();
        while (!unsent.isEmpty() && commands().settle(unsent.peek()) > 0) {
            final SettleRequest sent = unsent.remove();
            unanswered.put(sent.correlationId(), sent);
        }
    }
}
