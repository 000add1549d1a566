package io.millrace.perf.kafka.streams;

import io.millrace.perf.compare.latency.Pace;
import io.millrace.perf.compare.recovery.RecoveryContender;
import io.millrace.perf.compare.recovery.RecoveryMeter;
import io.millrace.perf.compare.stream.StreamWorkload;
import io.millrace.perf.kafka.KafkaAddress;
import io.millrace.perf.streams.RecoveryTrades;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** Kafka Streams in this process, with a broker that lives on: its state is restored from the changelog. */
public final class KafkaRecovery implements RecoveryContender {
    private static final Duration POLL = Duration.ofMillis(10);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(200);

    /** A static member need not wait until the one that was killed is given up; a commit each second is its checkpoint. */
    private static final Map<String, Object> SETTINGS = Map.of(
            StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
            StreamWorkload.CHECKPOINT_INTERVAL.toMillis(),
            StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
            "one");

    /** Creates one. */
    public KafkaRecovery() {}

    @Override
    public void fill(final Path directory, final int keys, final Runnable ready) throws Exception {
        final RunningJob job = new RunningJob(KafkaAddress.await(directory), "s7");
        job.createTopics();
        try (KafkaConsumer<Long, TaggedSums> consumer = job.consumer();
                KafkaStreams streams = job.start(true, directory, SETTINGS);
                KafkaProducer<Long, TaggedTrade> producer = job.producer()) {
            final Feed feed = new Feed(job, producer, keys, 0);
            while (feed.next < keys) {
                feed.send();
            }
            // What can be read is committed, and so is the state behind it.
            for (long results = 0; results < keys; ) {
                results += consumer.poll(POLL).count();
            }
            ready.run();
            final Pace pace = pace();
            while (streams.state() != KafkaStreams.State.ERROR) {
                feed.sendDue(pace);
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        throw new IllegalStateException("Kafka Streams has failed");
    }

    private static Pace pace() {
        final Pace pace = new Pace(TimeUnit.SECONDS.toNanos(1) / RATE, Integer.MAX_VALUE);
        pace.begin();
        return pace;
    }

    @Override
    public void recover(final Path directory, final int keys, final RecoveryMeter meter) throws Exception {
        final long startNs = System.nanoTime();
        final RunningJob job = new RunningJob(KafkaAddress.await(directory), "s7");
        try (KafkaConsumer<Long, TaggedSums> consumer = job.consumer();
                KafkaStreams streams = job.start(true, directory, SETTINGS);
                KafkaProducer<Long, TaggedTrade> producer = job.producer()) {
            final Feed feed = new Feed(job, producer, keys, job.tradeCount(consumer));
            final Pace pace = pace();
            while (!meter.isComplete()) {
                feed.sendDue(pace);
                for (final ConsumerRecord<Long, TaggedSums> result : consumer.poll(POLL)) {
                    final TaggedSums sums = result.value();
                    meter.onResult(
                            sums.tag(), result.key(), sums.count(), sums.quantity(), sums.notional() / sums.quantity());
                }
                meter.check(startNs);
                if (streams.state() == KafkaStreams.State.ERROR) {
                    throw new IllegalStateException("Kafka Streams has failed");
                }
            }
        }
    }

    @Override
    public String version() {
        return new KafkaStreamsContender().version();
    }

    private static final class Feed {
        private final RunningJob job;
        private final KafkaProducer<Long, TaggedTrade> producer;
        private final int keys;
        private long next;
        private int paced;

        Feed(final RunningJob job, final KafkaProducer<Long, TaggedTrade> producer, final int keys, final long next) {
            this.job = job;
            this.producer = producer;
            this.keys = keys;
            this.next = next;
        }

        private void send() {
            final TaggedTrade trade = new TaggedTrade(RecoveryTrades.price(next), RecoveryTrades.quantity(next), next);
            producer.send(job.record(RecoveryTrades.instrumentId(keys, next), trade));
            next++;
        }

        private void sendDue(final Pace pace) {
            final int due = pace.dueAt(System.nanoTime());
            for (; paced < due; paced++) {
                send();
            }
        }
    }
}
