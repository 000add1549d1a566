package io.millrace.perf.kafka.streams;

import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyContender;
import io.millrace.perf.compare.latency.LatencyMeter;
import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.kafka.KafkaAddress;
import io.millrace.perf.streams.TradeBlock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.streams.KafkaStreams;

/** Kafka Streams in this process: the thread that calls produces each trade when it is due, another reads the results. */
public final class KafkaLatency implements LatencyContender {
    private static final Duration POLL = Duration.ofMillis(10);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(20);

    private KafkaAddress broker;
    private int jobs;

    /** Creates one. */
    public KafkaLatency() {}

    @Override
    public void open(final Path directory) throws Exception {
        broker = KafkaAddress.await(directory);
    }

    @Override
    public void run(final LatencyCase latencyCase, final Pace pace, final LatencyMeter meter, final Path directory)
            throws Exception {
        final TradeBlock trades = new TradeBlock(LatencyCase.KEYS, pace.intervalNs(), pace.total());
        final RunningJob job = new RunningJob(broker, "s6-" + jobs++);
        job.createTopics();
        try (KafkaStreams streams = job.start(latencyCase.isCheckpointed(), directory, Map.of());
                KafkaProducer<Long, TaggedTrade> producer = job.producer()) {
            awaitRunning(streams);
            final Thread reader = new Thread(new Reader(job, pace, meter), "reader");
            reader.setDaemon(true);
            reader.start();
            pace.begin();
            produce(job, producer, trades, pace);
            meter.await(pace);
            reader.join();
        }
    }

    private static void awaitRunning(final KafkaStreams streams) {
        final long startNs = System.nanoTime();
        while (streams.state() != KafkaStreams.State.RUNNING) {
            if (System.nanoTime() - startNs > TimeUnit.SECONDS.toNanos(60)) {
                throw new IllegalStateException("Kafka Streams does not run within a minute: " + streams.state());
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private static void produce(
            final RunningJob job,
            final KafkaProducer<Long, TaggedTrade> producer,
            final TradeBlock trades,
            final Pace pace) {
        int sent = 0;
        while (sent < pace.total() && !pace.isOver(System.nanoTime())) {
            final int due = pace.dueAt(System.nanoTime());
            for (; sent < due; sent++) {
                final TaggedTrade trade = new TaggedTrade(trades.price(sent), trades.quantity(sent), pace.dueNs(sent));
                producer.send(job.record(trades.instrumentId(sent), trade));
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    @Override
    public String version() {
        return new KafkaStreamsContender().version();
    }

    @Override
    public void close() {
        // Nothing is left open.
    }

    private record Reader(RunningJob job, Pace pace, LatencyMeter meter) implements Runnable {
        @Override
        public void run() {
            try (KafkaConsumer<Long, TaggedSums> consumer = job.consumer()) {
                while (!meter.isComplete() && !pace.isOver(System.nanoTime())) {
                    for (final ConsumerRecord<Long, TaggedSums> result : consumer.poll(POLL)) {
                        final TaggedSums sums = result.value();
                        meter.onResult(
                                sums.tag(),
                                result.key(),
                                sums.count(),
                                sums.quantity(),
                                sums.notional() / sums.quantity());
                    }
                }
            }
        }
    }
}
