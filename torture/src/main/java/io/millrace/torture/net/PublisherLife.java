package io.millrace.torture.net;

import io.aeron.driver.MediaDriver;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The process of a network run that publishes, and writes down what it sends and what is acknowledged. */
public final class PublisherLife {
    private static final int BATCH = 16;
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);

    private final LifeSettings settings;
    private final Orders orders;
    private final History history;
    private final Publisher publisher;
    private final Message message = new Message();
    private final int client;
    private final int life;
    private final long intervalNs;
    private final long[] nextSequences;
    private final long[] acknowledged;
    private long turn;
    private boolean isFinishing;

    private PublisherLife(
            final LifeSettings settings, final Orders orders, final History history, final Publisher publisher) {
        this.settings = settings;
        this.orders = orders;
        this.history = history;
        this.publisher = publisher;
        this.client = settings.number("client");
        this.life = settings.number("life");
        this.intervalNs = TimeUnit.SECONDS.toNanos(BATCH) / settings.number("rate");
        this.nextSequences = new long[publisher.partitionCount()];
        this.acknowledged = new long[publisher.partitionCount()];
    }

    /**
     * Publishes until it is told to finish, and then until all is acknowledged.
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
            history.beginPublisher(settings.number("client"), settings.number("life"));
            status = run(driver, settings, orders, history);
        }
        System.exit(status);
    }

    private static int run(
            final MediaDriver driver, final LifeSettings settings, final Orders orders, final History history) {
        try (Publisher publisher =
                ClientLife.connect(() -> Publisher.connect(ClientLife.prepare(new PublisherContext(), driver, settings)
                        .topic(settings.text("topic"))
                        .producerName("publisher-" + settings.text("client"))))) {
            Orders.answer("UP");
            new PublisherLife(settings, orders, history, publisher).publish();
            history.end();
            return ClientLife.OK;
        } catch (final MillraceException e) {
            if (e.code() == ErrorCode.FENCED) {
                history.fenced();
            }
            return ClientLife.end(e);
        }
    }

    private void publish() {
        for (int i = 0; i < nextSequences.length; i++) {
            nextSequences[i] = settings.is("again") ? 0 : publisher.lastSequence(i) + 1;
            acknowledged[i] = nextSequences[i] - 1;
            publisher.resumeAt(i, nextSequences[i]);
        }
        long dueNs = System.nanoTime();
        while (!isFinishing || !publisher.isFullyAcknowledged()) {
            if (!isFinishing && System.nanoTime() - dueNs >= 0) {
                dueNs = Math.max(dueNs + intervalNs, System.nanoTime() - intervalNs * BATCH);
                publishBatch();
            } else {
                LockSupport.parkNanos(IDLE_NS);
            }
            listen();
        }
    }

    /** Written down first, then handed over: whatever of it is in the log is known to have been sent. */
    private void publishBatch() {
        final int partition = (int) (turn++ % nextSequences.length);
        final long first = nextSequences[partition];
        for (long i = first; i < first + BATCH; i++) {
            make(partition, i);
            history.sent(partition, i, client, message.checksum());
        }
        history.flush();
        for (long i = first; i < first + BATCH; i++) {
            make(partition, i);
            while (offer(partition, i) < 0) {
                LockSupport.parkNanos(IDLE_NS);
                listen();
            }
        }
        nextSequences[partition] = first + BATCH;
    }

    // What is sent again has to be the same; of others it can be told which life sent them.
    private void make(final int partition, final long sequence) {
        message.make(client, settings.is("repeatable") ? 0 : life, partition, sequence);
    }

    private long offer(final int partition, final long sequence) {
        final long result = publisher.offerTo(
                partition,
                sequence,
                message.buffer(),
                0,
                message.keyLength(),
                message.buffer(),
                message.keyLength(),
                message.valueLength());
        if (result >= 0 && result != sequence) {
            throw new IllegalStateException("sequence=" + result + " expected=" + sequence + ' ' + publisher);
        }
        return result;
    }

    private void listen() {
        publisher.poll();
        noteAcknowledged();
        isFinishing = isFinishing || "finish".equals(orders.next());
    }

    private void noteAcknowledged() {
        boolean hasNews = false;
        for (int i = 0; i < acknowledged.length; i++) {
            final long sequence = publisher.acknowledgedSequence(i);
            if (sequence > acknowledged[i]) {
                acknowledged[i] = sequence;
                history.acknowledged(i, sequence);
                hasNews = true;
            }
        }
        if (hasNews) {
            history.flush();
        }
    }
}
