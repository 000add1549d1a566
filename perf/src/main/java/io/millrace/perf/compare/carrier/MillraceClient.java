package io.millrace.perf.compare.carrier;

import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.perf.compare.contender.MessageHandler;
import io.millrace.transport.CoLocation;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import io.millrace.transport.SubscriptionHandler;
import org.agrona.DirectBuffer;

/** A publisher and a subscriber of a node, with sessions of their own. */
final class MillraceClient implements CarrierClient, SubscriptionHandler {
    private final String channel;
    private final String aeronDirectory;
    private final String topic;
    private final boolean readsLog;
    private final Publisher publisher;
    private Subscriber subscriber;
    private MessageHandler handler;

    MillraceClient(final String channel, final String aeronDirectory, final String topic, final boolean readsLog) {
        this.channel = channel;
        this.aeronDirectory = aeronDirectory;
        this.topic = topic;
        this.readsLog = readsLog;
        publisher = Publisher.connect(new PublisherContext()
                .channel(channel)
                .aeronDirectoryName(aeronDirectory)
                .topic(topic)
                .producerName("perf"));
    }

    @Override
    public boolean publish(final int partition, final DirectBuffer message, final int length) {
        final long outcome = publisher.offerTo(partition, 0, null, 0, 0, message, 0, length);
        if (outcome >= 0) {
            return true;
        }
        if (outcome != Outcome.WINDOW_FULL && outcome != Outcome.BACK_PRESSURED) {
            publisher.poll(); // which tells why it is over
            throw new IllegalStateException("the node refused a message: " + Outcome.name(outcome));
        }
        return false;
    }

    @Override
    public void work() {
        publisher.poll();
    }

    @Override
    public void flush() {
        publisher.flush();
    }

    @Override
    public long acknowledgedCount() {
        long count = 0;
        for (int i = 0, size = publisher.partitionCount(); i < size; i++) {
            count += publisher.acknowledgedSequence(i) + 1;
        }
        return count;
    }

    @Override
    public void subscribe(final boolean isFromBegin) {
        final SubscriberContext context = new SubscriberContext()
                .channel(channel)
                .aeronDirectoryName(aeronDirectory)
                .topic(topic)
                .coLocation(readsLog ? CoLocation.AUTO : CoLocation.NEVER);
        subscriber = Subscriber.connect(isFromBegin ? context.fromBegin() : context.fromEnd());
    }

    @Override
    public int poll(final MessageHandler newHandler, final int limit) {
        handler = newHandler;
        final int count = subscriber.poll(this, limit);
        if (count > 0 && readsLog != subscriber.isCoLocated()) {
            throw new IllegalStateException("the subscriber reads " + (readsLog ? "over the wire" : "the log itself"));
        }
        return count;
    }

    @Override
    public void onRecord(final int partition, final RecordFlyweight record) {
        handler.onMessage(record.buffer(), record.valueOffset(), record.valueLength());
    }

    @Override
    public void close() {
        if (subscriber != null) {
            subscriber.close();
        }
        publisher.close();
    }
}
