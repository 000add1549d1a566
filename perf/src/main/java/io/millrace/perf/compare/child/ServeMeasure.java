package io.millrace.perf.compare.child;

import io.millrace.perf.compare.carrier.CarrierOptions;
import io.millrace.perf.compare.carrier.CarrierServer;
import io.millrace.perf.compare.carrier.Carriers;
import io.millrace.perf.compare.contender.MessageHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** The serving side of a carrier, until its process is asked to end. */
final class ServeMeasure {
    private final ChildContext context;
    private final boolean isForLatency;
    private volatile boolean isEnding;

    ServeMeasure(final ChildContext context, final boolean isForLatency) {
        this.context = context;
        this.isForLatency = isForLatency;
    }

    static Path addressFile(final ChildContext context) {
        return context.directory().resolve("address");
    }

    /** Either side starts its half of a carrier with this. */
    static CarrierOptions options(final ChildContext context, final boolean isForLatency) {
        return new CarrierOptions(context.directory(), context.memoryDirectory(), isForLatency);
    }

    void run() throws IOException, InterruptedException {
        final MessageHandler sink =
                isForLatency ? null : new StreamCheck(CarrierMeasure.LENGTH, 1, context.scale().messages);
        final CountDownLatch ended = new CountDownLatch(1);
        try (CarrierServer server = Carriers.of(context.kind()).serve(options(context, isForLatency), sink)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(ended), "end"));
            tell(server.address());
            serve(server);
        } finally {
            ended.countDown();
        }
    }

    private void serve(final CarrierServer server) throws InterruptedException {
        final IdleStrategy idleStrategy = new YieldingIdleStrategy();
        while (!isEnding) {
            final int count = server.doWork();
            if (count < 0) {
                Thread.sleep(10); // it has threads of its own
            } else {
                idleStrategy.idle(count);
            }
        }
    }

    /** In one piece, so that nobody reads half of it. */
    private void tell(final String address) throws IOException {
        final Path file = addressFile(context);
        final Path temporary = file.resolveSibling("address.tmp");
        Files.writeString(temporary, address);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void end(final CountDownLatch ended) {
        isEnding = true;
        try {
            ended.await();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
