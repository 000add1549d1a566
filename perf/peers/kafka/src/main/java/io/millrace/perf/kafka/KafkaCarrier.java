package io.millrace.perf.kafka;

import io.millrace.perf.compare.carrier.Carrier;
import io.millrace.perf.compare.carrier.CarrierClient;
import io.millrace.perf.compare.carrier.CarrierOptions;
import io.millrace.perf.compare.carrier.CarrierServer;
import io.millrace.perf.compare.contender.MessageHandler;
import java.io.IOException;
import java.util.Map;

/** A broker in the serving process; its client has a producer and a consumer. Found as a service. */
public final class KafkaCarrier implements Carrier {
    /** Creates a carrier. */
    public KafkaCarrier() {}

    static String topic(final int partitions) {
        return "messages-" + partitions;
    }

    @Override
    public CarrierServer serve(final CarrierOptions options, final MessageHandler sink) throws IOException {
        final KafkaBroker broker = KafkaBroker.start(options.directory().resolve("broker"));
        for (final int partitions : new int[] {ONE_PARTITION, MAX_PARTITIONS}) {
            broker.createTopic(topic(partitions), partitions, Map.of());
        }
        return new Server(broker);
    }

    @Override
    public CarrierClient connect(final String address, final int partitions, final CarrierOptions options) {
        return new KafkaClient(address, topic(partitions), partitions, options.isForLatency());
    }

    @Override
    public boolean keepsMessages() {
        return true;
    }

    @Override
    public boolean isWaiting() {
        return true;
    }

    private record Server(KafkaBroker broker) implements CarrierServer {
        @Override
        public String address() {
            return broker.address();
        }

        @Override
        public void close() {
            broker.close();
        }
    }
}
