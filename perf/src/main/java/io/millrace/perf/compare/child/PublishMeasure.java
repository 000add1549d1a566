package io.millrace.perf.compare.child;

import io.millrace.perf.compare.carrier.Carrier;
import io.millrace.perf.compare.carrier.CarrierClient;
import io.millrace.perf.compare.carrier.Carriers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One publisher as fast as it goes, through another process: from the first message until the last has arrived there. Where messages
 * are kept that is their acknowledgement, and all are read back afterwards.
 */
final class PublishMeasure {
    /** Before a round counts, for each that does: compilers have to be done with both processes. */
    private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int MIN_WARM_UP_ROUNDS = 3;
    private static final int MAX_WARM_UP_ROUNDS = 8;

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
            long published = 0;
            final long warmUpEndNs = System.nanoTime() + WARM_UP_NS * context.scale().rounds;
            int warmUpRounds = 0;
            while (rates.size() < context.scale().rounds) {
                final long startNs = System.nanoTime();
                final boolean isWarmUp = warmUpRounds < MIN_WARM_UP_ROUNDS
                        || (startNs - warmUpEndNs < 0 && warmUpRounds < MAX_WARM_UP_ROUNDS);
                for (final long end = published + count; published < end; published++) {
                    final int partition = (int) (published & (partitions - 1));
                    CarrierMeasure.publish(client, server, partition, messages[partition], published / partitions);
                }
                CarrierMeasure.awaitAcknowledged(client, server, published);
                if (isWarmUp) {
                    warmUpRounds++;
                } else {
                    rates.add(count * 1e9 / (System.nanoTime() - startNs));
                }
            }
            result.putMedian("publish." + partitions, rates);
            if (carrier.keepsMessages()) {
                CarrierMeasure.readAll(client, server, partitions, published);
            }
            result.addVerified(published);
        }
    }
}
