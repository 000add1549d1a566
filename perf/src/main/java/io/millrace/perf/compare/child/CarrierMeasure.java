package io.millrace.perf.compare.child;

import io.millrace.perf.compare.carrier.CarrierClient;
import java.util.concurrent.TimeUnit;

/** What the measurements of carriers share. */
final class CarrierMeasure {
    static final int LENGTH = 128;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private CarrierMeasure() {}

    /** Publishes a message, however often that has to be tried. */
    static void publish(
            final CarrierClient client,
            final ServerProcess server,
            final int partition,
            final Messages messages,
            final long sequence) {
        publish(client, server, partition, messages, sequence, 0);
    }

    static void publish(
            final CarrierClient client,
            final ServerProcess server,
            final int partition,
            final Messages messages,
            final long sequence,
            final long value) {
        if (client.publish(partition, messages.at(sequence, value), LENGTH)) {
            return;
        }
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!client.publish(partition, messages.at(sequence, value), LENGTH)) {
            client.work();
            Thread.yield();
            checkTime(server, deadlineNs, "nobody takes messages");
        }
    }

    /** Waits until a number of messages has arrived. */
    static void awaitAcknowledged(final CarrierClient client, final ServerProcess server, final long count) {
        client.flush();
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (client.acknowledgedCount() < count) {
            client.work();
            Thread.yield();
            checkTime(server, deadlineNs, "messages are missing: " + client.acknowledgedCount() + " of " + count);
        }
        if (client.acknowledgedCount() != count) {
            throw new VerificationException(
                    "more messages have arrived than were published: " + client.acknowledgedCount() + " of " + count);
        }
    }

    /** Reads all that is kept from its begin on, and insists on each message of each partition. */
    static void readAll(
            final CarrierClient client, final ServerProcess server, final int partitions, final long count) {
        final StreamCheck check = new StreamCheck(LENGTH, partitions, Long.MAX_VALUE);
        client.subscribe(true);
        long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (check.total() < count) {
            if (client.poll(check, 64) > 0) {
                deadlineNs = System.nanoTime() + TIMEOUT_NS;
            } else {
                client.work();
                Thread.yield();
                checkTime(server, deadlineNs, "messages are missing: " + check.total() + " of " + count);
            }
        }
        client.poll(check, 64);
        if (check.total() != count) {
            throw new VerificationException(
                    "more messages were kept than published: " + check.total() + " of " + count);
        }
    }

    static void checkTime(final ServerProcess server, final long deadlineNs, final String problem) {
        if (System.nanoTime() - deadlineNs > 0) {
            throw new VerificationException(problem);
        }
        server.checkAlive();
    }
}
