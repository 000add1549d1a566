package io.millrace.log;

import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The process that loses its power. Some threads append to a topic, each under a producer of its own, and one copies what it
 * reads there to a topic that is derived from it. A line is written to standard output once the store has said that a record
 * is durable.
 */
final class PowerCutWriter {
    static final String SOURCE = "source";
    static final String DERIVED = "derived";
    static final int WRITERS = 2;
    static final int SEGMENT_LENGTH = 256 * 1024;
    private static final int RECORDS_PER_REPORT = 20;
    private static final int BATCH_SIZE = 4;

    private PowerCutWriter() {}

    /** Arguments: directory of the store; number of the boot; whether the disk really forces. */
    public static void main(final String[] args) {
        final LogStore store =
                LogStore.launch(context(Path.of(args[0]), Integer.parseInt(args[1]), Boolean.parseBoolean(args[2])));
        final PrintStream reports = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        final LogPartition source = store.topic(SOURCE).partition(0);
        for (int i = 0; i < WRITERS; i++) {
            final int writer = i;
            final ProducerAppender producer = source.producer(store.producerId("writer " + i));
            new Thread(() -> write(reports, source, producer, writer)).start();
        }
        final LogPartition derived = store.topic(DERIVED).partition(0);
        copy(reports, source, derived, derived.producer(store.producerId("copier")));
    }

    static LogContext context(final Path directory, final int boot, final boolean forces) {
        return new LogContext()
                .directory(directory)
                .segmentLength(SEGMENT_LENGTH)
                .storage(RebootedStorage.of(boot, forces));
    }

    /** Makes the topics, before any power is lost. */
    static void createTopics(final Path directory) {
        try (LogStore store = LogStore.launch(context(directory, 0, true))) {
            store.createTopic(TopicSpec.named(SOURCE).durability(Durability.POWER));
            store.createTopic(TopicSpec.named(DERIVED).durability(Durability.POWER));
            store.derives(SOURCE, DERIVED);
        }
    }

    private static void write(
            final PrintStream reports,
            final LogPartition partition,
            final ProducerAppender producer,
            final int writer) {
        final SplittableRandom random = new SplittableRandom(writer + 31 * producer.lastSequence());
        final BatchClaim batch = new BatchClaim();
        final UnsafeBuffer value = new UnsafeBuffer(new byte[1024]);
        while (true) {
            long position = 0;
            for (int i = 0; i < RECORDS_PER_REPORT; i++) {
                final long number = producer.lastSequence() + 1;
                final int length = 20 + random.nextInt(500);
                if (random.nextInt(8) == 0) {
                    position = batch(producer, batch, writer, number, length);
                } else {
                    fill(value, writer, number, length);
                    position = Records.untilAccepted(
                            () -> producer.append(number, RecordKind.DATA, 1, null, 0, 0, value, 0, length));
                }
            }
            report(reports, partition, "S " + writer, producer.lastSequence(), position);
        }
    }

    private static long batch(
            final ProducerAppender producer,
            final BatchClaim batch,
            final int writer,
            final long number,
            final int length) {
        Records.untilAccepted(
                () -> producer.claimBatch(batch, number, BATCH_SIZE * BatchClaim.recordLength(0, length)));
        long position = 0;
        for (int i = 0; i < BATCH_SIZE; i++) {
            position = batch.next(RecordKind.DATA, 1, 0, length);
            fill(batch.buffer(), writer, number + i, length);
        }
        batch.commit();
        return position;
    }

    /** Copies each record of the source under its own number: the n-th record of the source is sequence n. */
    private static void copy(
            final PrintStream reports,
            final LogPartition source,
            final LogPartition derived,
            final ProducerAppender producer) {
        final long[] read = {0};
        final long[] position = {0};
        final UnsafeBuffer value = new UnsafeBuffer(new byte[1024]);
        try (LogReader reader = source.reader()) {
            while (true) {
                final int count = reader.poll(record -> copy(producer, value, record, read[0]++, position), 50);
                if (count == 0) {
                    LockSupport.parkNanos(100_000);
                } else if (position[0] > 0) {
                    report(reports, derived, "D 0", producer.lastSequence(), position[0]);
                }
            }
        }
    }

    private static void copy(
            final ProducerAppender producer,
            final UnsafeBuffer value,
            final RecordFlyweight record,
            final long number,
            final long[] position) {
        if (number > producer.lastSequence()) {
            final int length = record.valueLength();
            value.putBytes(0, record.buffer(), record.valueOffset(), length);
            position[0] = Records.untilAccepted(
                    () -> producer.append(number, RecordKind.DATA, 1, null, 0, 0, value, 0, length));
        }
    }

    /** Waits until a record is durable and says so. */
    private static void report(
            final PrintStream reports,
            final LogPartition partition,
            final String who,
            final long number,
            final long position) {
        while (partition.durablePosition() <= position) {
            LockSupport.parkNanos(20_000);
        }
        reports.print(who + ' ' + number + ' ' + position + '\n');
    }

    /** Writes a value that tells whose it is and whether it is whole. */
    static void fill(final MutableDirectBuffer buffer, final int writer, final long number, final int length) {
        buffer.setMemory(0, length, (byte) number);
        buffer.putInt(0, writer);
        buffer.putLong(4, number);
        buffer.putInt(length - 4, crc(buffer, 0, length));
    }

    /** Checks a value. */
    static boolean isWhole(final RecordFlyweight record) {
        final int length = record.valueLength();
        final int offset = record.valueOffset();
        return record.isChecksumValid()
                && length >= 16
                && record.buffer().getInt(offset + length - 4) == crc(record.buffer(), offset, length);
    }

    private static int crc(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length - 4];
        buffer.getBytes(offset, bytes);
        final CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
