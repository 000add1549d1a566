package io.millrace.streams;

import io.millrace.log.Durability;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.ProducerAppender;
import io.millrace.log.TopicSpec;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.output.DeadLetter;
import io.millrace.operators.output.DeadLetterCodec;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The dead letters of one partition that were chosen to be sent back, in the order in which they are sent: copies, in the
 * topic {@code <topic>.redriven}. Its producer is open as long as this, so that no other thread sends at the same time.
 */
final class RedriveLedger implements AutoCloseable {
    private static final String SUFFIX = ".redriven";
    private static final int POLL_LIMIT = 256;

    private final LogPartition partition;
    private final ProducerAppender producer;
    private final DeadLetterCodec codec = new DeadLetterCodec();

    RedriveLedger(
            final LogStore store,
            final LogTopic letters,
            final int index,
            final String producerName,
            final boolean isDryRun) {
        final String topic = letters.name() + SUFFIX;
        if (!isDryRun && !store.hasTopic(topic)) {
            store.createTopic(TopicSpec.named(topic)
                    .partitions(letters.partitionCount())
                    .segmentLength(letters.spec().segmentLength())
                    .durability(Durability.POWER)
                    .internal(true));
        }
        partition = store.hasTopic(topic) ? store.topic(topic).partition(index) : null;
        producer = isDryRun ? null : partition.producer(store.producerId(producerName));
    }

    void forEach(final Consumer<DeadLetter> handler) {
        if (partition == null) {
            return;
        }
        try (LogReader reader = partition.reader()) {
            while (reader.poll(
                            record -> {
                                if (record.kind() == RecordKind.DATA) {
                                    handler.accept(
                                            codec.decode(record.buffer(), record.valueOffset(), record.valueLength()));
                                }
                            },
                            POLL_LIMIT)
                    > 0) {
                // There is more.
            }
        }
    }

    void append(final DeadLetter letter) {
        if (producer == null) {
            return;
        }
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[codec.encodedLength(letter)]);
        codec.encode(letter, bytes, 0);
        RedriveTarget.await(
                partition,
                () -> producer.append(
                        producer.lastSequence() + 1,
                        RecordKind.DATA,
                        letter.eventTimeNs(),
                        null,
                        0,
                        0,
                        bytes,
                        0,
                        bytes.capacity()));
    }

    @Override
    public void close() {
        CloseHelper.close(producer);
    }
}
