package io.millrace.torture.net;

import io.aeron.driver.MediaDriver;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.GroupAdmin;
import io.millrace.transport.QueueConsumer;
import io.millrace.transport.QueueConsumerContext;
import io.millrace.transport.protocol.DeliveredMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process of a network run that consumes a queue. It writes down what is delivered to it, what it acks, and which of these acks the node
 * has taken. Some messages it gives back, some it never speaks of again, and a few it always gives back, so that they end as dead letters.
 */
public final class ConsumerLife {
    private static final int LIMIT = 32;
    private static final int CREDIT = 32;
    private static final int BATCH = 8;
    private static final int MAX_OUTSTANDING = 1_000;
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long MAX_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final MemberHistory history;
    private final TakenRecord taken = new TakenRecord();
    private final ArrayDeque<DeliveredMessage> toAck = new ArrayDeque<>();
    private final List<DeliveredMessage> asked = new ArrayList<>();
    private final int poisonEvery;
    private QueueConsumer consumer;
    private long knownConsumer;
    private long callBeginNs;
    private long ackedBefore;

    private ConsumerLife(final LifeSettings settings, final MemberHistory history) {
        this.history = history;
        this.poisonEvery = settings.number("poisonEvery");
    }

    /**
     * Consumes until it is told to finish.
     *
     * @param args settings.
     * @throws IOException if the history cannot be written.
     */
    public static void main(final String[] args) throws IOException {
        final LifeSettings settings = new LifeSettings(args);
        final Orders orders = Orders.listen();
        int status;
        try (MediaDriver driver = ClientLife.launchDriver(settings);
                MemberHistory history = MemberHistory.create(Path.of(settings.text("history")))) {
            makeQueue(driver, settings);
            status = new ConsumerLife(settings, history).run(driver, settings, orders);
        } catch (final MillraceException e) {
            status = ClientLife.end(e);
        }
        System.exit(status);
    }

    private static void makeQueue(final MediaDriver driver, final LifeSettings settings) {
        ClientLife.connect(() -> {
            try (GroupAdmin admin =
                    GroupAdmin.connect(ClientLife.prepare(new GroupAdmin.Context(), driver, settings))) {
                final String queue = settings.text("queue");
                return admin.createQueue(
                        queue,
                        settings.text("topic"),
                        queue + ".dead",
                        TimeUnit.MILLISECONDS.toNanos(settings.number("messageLeaseMs")),
                        settings.number("maxDeliveries"),
                        MAX_OUTSTANDING);
            }
        });
    }

    private int run(final MediaDriver driver, final LifeSettings settings, final Orders orders) {
        try (QueueConsumer attached = ClientLife.connect(() -> {
            callBeginNs = System.nanoTime();
            return QueueConsumer.connect(ClientLife.prepare(new QueueConsumerContext(), driver, settings)
                    .queue(settings.text("queue"))
                    .consumerName("consumer-" + settings.text("client"))
                    .leaseNs(TimeUnit.MILLISECONDS.toNanos(settings.number("leaseMs")))
                    .credit(CREDIT));
        })) {
            consumer = attached;
            Orders.answer("UP");
            while (!"finish".equals(orders.next())) {
                consume();
            }
            history.end();
            return ClientLife.OK;
        } catch (final MillraceException e) {
            return ClientLife.end(e);
        }
    }

    private void consume() {
        callBeginNs = System.nanoTime();
        final int count = consumer.poll(this::onMessage, LIMIT);
        history.flush();
        if (!asked.isEmpty() && consumer.pendingCount() == 0) {
            noteAnswers();
        }
        if (asked.isEmpty() && !toAck.isEmpty()) {
            ask();
        } else if (count == 0) {
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    private void onMessage(final DeliveredMessage message, final RecordFlyweight record) {
        if (message.member() != knownConsumer) {
            knownConsumer = message.member();
            history.joined(knownConsumer, callBeginNs);
        }
        taken.of(record);
        history.delivered(message.partition(), message.position(), message.delivery(), taken);
        // The same for each delivery, whoever gets it, and another one for the next delivery.
        final int fate = Math.floorMod(taken.checksum() + message.delivery() * 7, 32);
        if (Math.floorMod(taken.checksum(), poisonEvery) == 0) {
            consumer.nack(message, 0, "poison");
        } else if (fate == 0) {
            consumer.nack(message, Math.floorMod(taken.checksum(), MAX_DELAY_NS), "not now");
        } else if (fate == 1) {
            consumer.extend(message, 2 * MAX_DELAY_NS);
            toAck.addLast(message);
        } else if (fate != 2) {
            toAck.addLast(message);
        }
    }

    private void ask() {
        while (asked.size() < BATCH && !toAck.isEmpty()) {
            final DeliveredMessage message = toAck.poll();
            history.acks(message.partition(), message.position(), message.delivery());
            asked.add(message);
        }
        history.flush();
        ackedBefore = consumer.ackedCount();
        asked.forEach(consumer::ack);
    }

    /** How many were taken is known, but not which, so nothing is known where some were refused. */
    private void noteAnswers() {
        if (consumer.ackedCount() - ackedBefore == asked.size()) {
            for (final DeliveredMessage message : asked) {
                history.acked(message.partition(), message.position(), message.delivery());
            }
        } else {
            history.refused();
        }
        history.flush();
        asked.clear();
    }
}
