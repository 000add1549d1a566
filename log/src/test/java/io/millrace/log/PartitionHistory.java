package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** What a test has done to one partition: the records that it appended and the claims that it holds, and how it goes on. */
final class PartitionHistory {
    private static final int MAX_BATCH_LENGTH = 8 * 1024;

    private final String topic;
    private final int index;
    private final int longPercentage;
    private final List<ExpectedRecord> records = new ArrayList<>();
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[Records.SEGMENT_LENGTH]);
    private final BatchClaim batch = new BatchClaim();

    private LogPartition partition;
    private LogReader reader;
    private long durablePosition;
    private long beginPosition;
    private boolean isStopped;
    private LogAppender appender;
    private ProducerAppender producer;
    private RecordClaim claim;
    private ExpectedRecord claimed;
    private long nextNumber;

    /**
     * Creates the history of a partition in which nothing has happened.
     *
     * @param topic          of the partition.
     * @param index          in the topic.
     * @param longPercentage of the records, so many are long: then segments are full after a few.
     */
    PartitionHistory(final String topic, final int index, final int longPercentage) {
        this.topic = topic;
        this.index = index;
        this.longPercentage = longPercentage;
    }

    String topic() {
        return topic;
    }

    int index() {
        return index;
    }

    LogPartition partition() {
        return partition;
    }

    /** Takes the partition of a store that was just opened, null for none; claims of the one before are forgotten. */
    void partition(final LogPartition newPartition, final int producerId) {
        durablePosition = durablePosition();
        beginPosition = beginPosition();
        isStopped &= newPartition != null;
        partition = newPartition;
        reader = newPartition == null ? null : newPartition.reader();
        claim = new RecordClaim();
        claimed = null;
        appender = newPartition == null ? null : newPartition.appender();
        producer = newPartition == null || producerId == 0 ? null : newPartition.producer(producerId);
    }

    /** Up to where a loss of power must not take anything now; while the store is closed, what it said last. */
    long durablePosition() {
        return partition == null || isStopped
                ? durablePosition
                : Math.max(durablePosition, partition.durablePosition());
    }

    /** What lies before may have been removed; while the store is closed, as it said last. */
    long beginPosition() {
        return partition == null || isStopped ? beginPosition : Math.max(beginPosition, partition.beginPosition());
    }

    /** Lets the partition remove what lies before some position. */
    void truncate(final SplittableRandom random) {
        partition.truncateBefore(random.nextLong(partition.tailPosition() + 1));
    }

    /** Does as if nothing that the store says from now on had been heard. */
    void stop() {
        durablePosition = durablePosition();
        beginPosition = beginPosition();
        isStopped = true;
    }

    /** Has {@link #nextToDerive()} go on with the record behind a position. */
    void continueAfter(final long position) {
        reader.seek(position + 1);
    }

    /** Position of the next record that was not yet made into another one, or -1. */
    long nextToDerive() {
        final long[] next = {-1};
        reader.poll(record -> next[0] = record.position(), 1);
        return next[0];
    }

    /** The records that a reader is to find after a crash of the process, in order. */
    ExpectedRecord[] committed() {
        return records.stream().filter(ExpectedRecord::isCommitted).toArray(ExpectedRecord[]::new);
    }

    /** The records that a reader finds while the store is open: it stops at a claim that is open. */
    ExpectedRecord[] readable() {
        return records.stream()
                .filter(record -> record.isCommitted()
                        && record.position() >= partition.beginPosition()
                        && record.position() < openPosition())
                .toArray(ExpectedRecord[]::new);
    }

    /** Where the claim is that is open, behind everything when none is. */
    long openPosition() {
        return claimed == null ? Long.MAX_VALUE : claimed.position();
    }

    /** Goes on from what a crash left: all records from an index of {@link #committed()} on are gone. */
    void cut(final int keptCount) {
        records.removeIf(record -> !record.isCommitted());
        records.subList(Math.min(keptCount, records.size()), records.size()).clear();
    }

    /** Does one random thing to the partition; false when the next segment is not ready. */
    boolean step(final SplittableRandom random) {
        final int choice = random.nextInt(10);
        if (choice < 5) {
            return append(random, ExpectedRecord.NO_SOURCE, random.nextInt(3) == 0);
        } else if (choice < 8) {
            return claimed == null ? claim(random) : finishClaim(random.nextInt(3) > 0);
        }
        return appendBatch(random, random.nextInt(4) > 0);
    }

    boolean append(final SplittableRandom random, final long sourcePosition, final boolean isProducers) {
        final int keyLength = random.nextInt(12);
        final int valueLength = valueLength(random);
        final boolean usesProducer = isProducers && producer != null;
        final long sequence = usesProducer ? producer.lastSequence() + 1 : 0;
        ExpectedRecord.fill(bytes, 0, keyLength, valueLength, nextNumber, sourcePosition);
        final long position = usesProducer
                ? producer.append(
                        sequence, RecordKind.DATA, nextNumber, bytes, 0, keyLength, bytes, keyLength, valueLength)
                : appender.append(RecordKind.DATA, nextNumber, bytes, 0, keyLength, bytes, keyLength, valueLength);
        if (position > 0) {
            final int producerId = usesProducer ? producer.producerId() : 0;
            add(position, keyLength, valueLength, sourcePosition, producerId, sequence)
                    .committed();
        }
        return position > 0;
    }

    private ExpectedRecord add(
            final long position,
            final int keyLength,
            final int valueLength,
            final long sourcePosition,
            final int producerId,
            final long sequence) {
        final ExpectedRecord record = new ExpectedRecord(
                position, nextNumber++, keyLength, valueLength, sourcePosition, producerId, sequence);
        records.add(record);
        return record;
    }

    private boolean claim(final SplittableRandom random) {
        final int keyLength = random.nextInt(12);
        final int valueLength = valueLength(random);
        final long position = appender.claim(claim, RecordKind.DATA, nextNumber, keyLength, valueLength);
        if (position > 0) {
            ExpectedRecord.fill(claim.buffer(), 0, keyLength, valueLength, nextNumber, ExpectedRecord.NO_SOURCE);
            claimed = add(position, keyLength, valueLength, ExpectedRecord.NO_SOURCE, 0, 0);
        }
        return position > 0;
    }

    /** Commits or aborts the claim that is open, if one is. */
    boolean finishClaim(final boolean commits) {
        if (claimed != null) {
            if (commits) {
                commitClaim();
            } else {
                claim.abort();
            }
            claimed = null;
        }
        return true;
    }

    private void commitClaim() {
        try {
            claim.commit();
            claimed.committed();
        } catch (final MillraceException ex) {
            assertThat(ex.code()).isEqualTo(ErrorCode.CLAIM_REVOKED);
        }
    }

    private boolean appendBatch(final SplittableRandom random, final boolean commits) {
        final int length = (40 + random.nextInt(random.nextInt(8) == 0 ? MAX_BATCH_LENGTH : 1000) + 7) & -8;
        final long position = appender.claimBatch(batch, length);
        if (position < 0) {
            return false;
        }
        final List<ExpectedRecord> added = new ArrayList<>();
        int valueLength = ExpectedRecord.MIN_VALUE_LENGTH + random.nextInt(100);
        while (batch.hasRoomFor(0, valueLength)) {
            final long at = batch.next(RecordKind.DATA, nextNumber, 0, valueLength);
            ExpectedRecord.fill(batch.buffer(), 0, 0, valueLength, nextNumber, ExpectedRecord.NO_SOURCE);
            added.add(add(at, 0, valueLength, ExpectedRecord.NO_SOURCE, 0, 0));
            valueLength = ExpectedRecord.MIN_VALUE_LENGTH + random.nextInt(100);
        }
        if (commits && !added.isEmpty()) {
            batch.commit();
            added.forEach(ExpectedRecord::committed);
            added.subList(0, added.size() - 1).forEach(ExpectedRecord::continued);
        } else {
            batch.abort();
        }
        return true;
    }

    private int valueLength(final SplittableRandom random) {
        return ExpectedRecord.MIN_VALUE_LENGTH + random.nextInt(random.nextInt(100) < longPercentage ? 14_000 : 300);
    }

    @Override
    public String toString() {
        return "PartitionHistory{topic=" + topic + ", index=" + index + ", records=" + records.size() + '}';
    }
}
