package io.millrace.log;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The process that is killed. It appends with three threads and two producers to one partition, and writes each position to
 * a side file after the record's commit. One thread of either sort writes batches. Its arguments are the directory, the number of
 * the round, and what the topic is to survive.
 */
final class KilledWriter {
    static final int WRITERS = 5;
    static final int PRODUCERS = 2;
    static final int SEGMENT_LENGTH = 128 * 1024;
    static final int REPORT_LENGTH = 14;
    static final int BATCH_SIZE = 4;
    static final String TOPIC = "t";

    private static final int REPORT_EVERY = 10;

    private KilledWriter() {}

    public static void main(final String[] args) throws Exception {
        final Path root = Path.of(args[0]);
        final int round = Integer.parseInt(args[1]);
        final LogStore store = LogStore.launch(context(root));
        final LogPartition partition = store.createTopic(TopicSpec.named(TOPIC).durability(Durability.valueOf(args[2])))
                .partition(0);
        for (int i = 0; i < WRITERS; i++) {
            final int writer = i;
            final int producerId = i < PRODUCERS ? store.producerId("producer " + i) : 0;
            final Thread thread = new Thread(() -> write(root, round, partition, writer, producerId));
            // Who waits for its end in vain ends: the test may have been killed itself.
            thread.setDaemon(true);
            thread.start();
        }
        Records.await("the end", () -> {
            if (Files.exists(root.resolve("create-another-topic"))) {
                store.createTopic(TopicSpec.named("another").partitions(3));
            }
            Thread.yield();
            return false;
        });
    }

    private static void write(
            final Path root, final int round, final LogPartition partition, final int writer, final int producerId) {
        try (BufferedWriter reports =
                Files.newBufferedWriter(reportFile(root, round, writer), StandardCharsets.US_ASCII)) {
            final ProducerAppender producer = producerId == 0 ? null : partition.producer(producerId);
            final LogAppender appender = partition.appender();
            final SplittableRandom random = new SplittableRandom(writer);
            final RecordClaim claim = new RecordClaim();
            final BatchClaim batch = new BatchClaim();
            long number = producer == null ? 0 : producer.lastSequence() + 1;
            while (true) {
                final int length = 20 + random.nextInt(300);
                final int batchLength = BATCH_SIZE * BatchClaim.recordLength(0, length);
                final long sequence = number;
                final long position;
                if (writesBatches(writer)) {
                    position = Records.untilAccepted(() -> producer == null
                            ? appender.claimBatch(batch, batchLength)
                            : producer.claimBatch(batch, sequence, batchLength));
                    for (int i = 0; i < BATCH_SIZE; i++) {
                        batch.next(RecordKind.DATA, 1, 0, length);
                        fill(new UnsafeBuffer(batch.buffer(), 0, length), writer, number + i, length);
                    }
                    batch.commit();
                } else {
                    position = Records.untilAccepted(() -> producer == null
                            ? appender.claim(claim, RecordKind.DATA, 1, 0, length)
                            : producer.claim(claim, sequence, RecordKind.DATA, 1, 0, length));
                    fill(new UnsafeBuffer(claim.buffer(), 0, length), writer, number, length);
                    claim.commit();
                }
                if (number % REPORT_EVERY == 0) {
                    reports.write(position + " " + number + "\n");
                    reports.flush();
                }
                number += writesBatches(writer) ? BATCH_SIZE : 1;
            }
        } catch (final IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    private static void fill(final UnsafeBuffer buffer, final int writer, final long number, final int length) {
        final byte[] bytes = new byte[length - 8];
        Arrays.fill(bytes, (byte) number);
        final UnsafeBuffer view = new UnsafeBuffer(bytes);
        view.putInt(0, writer);
        view.putLong(4, number);
        final CRC32 crc = new CRC32();
        crc.update(bytes);
        buffer.putBytes(0, bytes);
        buffer.putLong(bytes.length, crc.getValue());
    }

    static LogContext context(final Path root) {
        return new LogContext().directory(root.resolve("store")).segmentLength(SEGMENT_LENGTH);
    }

    /** Where a writer says what it has committed in a round: a position and a number per line. */
    static Path reportFile(final Path root, final int round, final int writer) {
        return root.resolve("reports-" + round + '-' + writer);
    }

    static boolean writesBatches(final int writer) {
        return writer == 1 || writer == WRITERS - 1;
    }

    /** Whether a value that {@link #fill} wrote is as it was. */
    static boolean isUnaltered(final RecordFlyweight record) {
        final byte[] bytes = new byte[record.valueLength() - 8];
        record.buffer().getBytes(record.valueOffset(), bytes);
        final CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue() == record.buffer().getLong(record.valueOffset() + bytes.length);
    }
}
