package io.millrace.perf.compare.child;

import io.millrace.perf.compare.carrier.Carrier;
import io.millrace.perf.compare.carrier.CarrierClient;
import io.millrace.perf.compare.carrier.Carriers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One publisher as fast as it goes, through another process: from the first message until the last has arrived there. Where messages
 * are kept that is their acknowledgement, and all are read back afterwards.
 */
final class PublishMeasure {
    /** Short ones, each with a pause behind it in which the compilers of both processes have the cores for themselves. */
    private static final int MAX_WARM_UP_ROUNDS = 24;

    private static final int MESSAGES_PER_WARM_UP_ROUND = 20_000;
    private static final int WARM_UP_SHARE = 4;
    private static final long WARM_UP_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Rounds are short, and one core more or less for another thread is all that they differ in. */
    private static final int ROUNDS_FACTOR = 3;

    private final ChildContext context;
    private final Result result;
    private final int count;

    PublishMeasure(final ChildContext context, final Result result) {
        this.context = context;
        this.result = result;
        this.count = context.scale().messages;
    }

    void run() throws Exception {
        final Carrier carrier = Carriers.of(context.kind());
        try (ServerProcess server = ServerProcess.start(context, "serve-publish")) {
            measure(carrier, server, Carrier.ONE_PARTITION);
            if (carrier.keepsMessages()) {
                measure(carrier, server, Carrier.MAX_PARTITIONS);
            }
        }
    }

    private void measure(final Carrier carrier, final ServerProcess server, final int partitions) {
        final List<Double> rates = new ArrayList<>();
        final Messages[] messages = new Messages[partitions];
        for (int i = 0; i < partitions; i++) {
            messages[i] = new Messages(CarrierMeasure.LENGTH, i);
        }
        try (CarrierClient client =
                carrier.connect(server.address(), partitions, ServeMeasure.options(context, false))) {
            final Stream stream = new Stream(client, server, messages);
            final int warmUpRounds = Math.min(MAX_WARM_UP_ROUNDS, 1 + count / MESSAGES_PER_WARM_UP_ROUND);
            for (int i = 0; i < warmUpRounds; i++) {
                stream.publish(count / WARM_UP_SHARE);
                LockSupport.parkNanos(WARM_UP_PAUSE_NS);
            }
            for (int i = 0, rounds = ROUNDS_FACTOR * context.scale().rounds; i < rounds; i++) {
                final long startNs = System.nanoTime();
                stream.publish(count);
                rates.add(count * 1e9 / (System.nanoTime() - startNs));
            }
            final long published = stream.published;
            result.putMedian("publish." + partitions, rates);
            if (carrier.keepsMessages()) {
                CarrierMeasure.readAll(client, server, partitions, published);
            }
            result.addVerified(published);
        }
    }

    /** What one client publishes, to its partitions in turn. */
    private static final class Stream {
        private static final int CHUNK = 1024;

        private final CarrierClient client;
        private final ServerProcess server;
        private final Messages[] messages;
        private long published;

        private Stream(final CarrierClient client, final ServerProcess server, final Messages[] messages) {
            this.client = client;
            this.server = server;
            this.messages = messages;
        }

        /** Until the last one has arrived. */
        private void publish(final long count) {
            for (final long end = published + count; published < end; ) {
                publishChunk(Math.min(end, published + CHUNK));
            }
            CarrierMeasure.awaitAcknowledged(client, server, published);
        }

        /** Short and called often, so that it is compiled as a whole and not halfway. */
        private void publishChunk(final long end) {
            final int mask = messages.length - 1;
            final int shift = Integer.numberOfTrailingZeros(messages.length);
            long sequence = published;
            for (; sequence < end; sequence++) {
                final int partition = (int) sequence & mask;
                CarrierMeasure.publish(client, server, partition, messages[partition], sequence >> shift);
            }
            published = sequence;
        }
    }
}
