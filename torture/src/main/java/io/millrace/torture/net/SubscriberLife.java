package io.millrace.torture.net;

import io.aeron.driver.MediaDriver;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.transport.CoLocation;
import io.millrace.transport.Subscriber;
import io.millrace.transport.SubscriberContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process of a network run that subscribes, and writes down what it sees. What is written is also where it goes on after it was
 * killed.
 */
public final class SubscriberLife {
    private static final int LIMIT = 32;
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);

    private final History history;
    private final TakenRecord taken = new TakenRecord();

    private SubscriberLife(final History history) {
        this.history = history;
    }

    /**
     * Subscribes until it is told where the end is, and then until it is there.
     *
     * @param args settings.
     * @throws IOException if the history cannot be written.
     */
    public static void main(final String[] args) throws IOException {
        final LifeSettings settings = new LifeSettings(args);
        final Orders orders = Orders.listen();
        int status;
        try (MediaDriver driver = ClientLife.launchDriver(settings);
                History history = History.open(Path.of(settings.text("history")))) {
            final SubscriberContext context = ClientLife.prepare(new SubscriberContext(), driver, settings)
                    .topic(settings.text("topic"))
                    // The network is what is put to the test, not the disk that both ends share.
                    .coLocation(CoLocation.NEVER);
            for (int i = 0; i < settings.number("partitions"); i++) {
                final long position = history.lastSeen(i);
                if (position >= 0) {
                    context.fromPosition(i, position + 1);
                }
            }
            history.beginSubscriber(settings.number("client"), settings.number("life"));
            try (Subscriber subscriber = ClientLife.connect(() -> Subscriber.connect(context))) {
                Orders.answer("UP");
                new SubscriberLife(history).follow(subscriber, orders);
                history.end();
                status = ClientLife.OK;
            } catch (final MillraceException e) {
                status = ClientLife.end(e);
            }
        }
        System.exit(status);
    }

    private void follow(final Subscriber subscriber, final Orders orders) {
        String[] ends = null;
        while (ends == null || !isAt(subscriber, ends)) {
            if (subscriber.poll(this::onRecord, LIMIT) == 0) {
                LockSupport.parkNanos(IDLE_NS);
            } else {
                history.flush();
            }
            final String order = orders.next();
            if (order != null && order.startsWith("finish ")) {
                ends = order.substring("finish ".length()).split(" ");
            }
        }
    }

    private static boolean isAt(final Subscriber subscriber, final String[] ends) {
        for (int i = 0; i < ends.length; i++) {
            if (subscriber.position(i) < Long.parseLong(ends[i])) {
                return false;
            }
        }
        return true;
    }

    private void onRecord(final int partition, final RecordFlyweight record) {
        taken.of(record);
        history.seen(partition, record.position(), taken.sequence(), taken.client(), taken.checksum());
    }
}
