package io.millrace.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.ByteRanges;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import org.agrona.ExpandableArrayBuffer;

/**
 * Compares two topics record by record: those of a job that runs and those of its next version that has replayed the
 * same input, for one. Partition by partition and in their order, the records have to have the same kind, event time, key and value.
 * When they were appended, and by whom, is not compared; ticks and watermarks are passed over.
 *
 * <p>Used by one thread. Topics may grow meanwhile: what is compared is what was there when the walk over a partition
 * began.
 */
public final class TopicDiff {
    private final LogTopic left;
    private final LogTopic right;
    private long comparedRecords;
    private long differences;

    private TopicDiff(final LogTopic left, final LogTopic right) {
        this.left = left;
        this.right = right;
    }

    /**
     * Prepares a comparison.
     *
     * @param leftStore  that holds the one topic.
     * @param leftTopic  name of the one.
     * @param rightStore that holds the other; may be the same store.
     * @param rightTopic name of the other.
     * @return a comparison that has compared nothing yet.
     * @throws MillraceException UNKNOWN_TOPIC if there is no such topic, CONFIGURATION if they have not the same number of
     *                           partitions: equal records may lie in different ones then.
     */
    public static TopicDiff of(
            final LogStore leftStore, final String leftTopic, final LogStore rightStore, final String rightTopic) {
        final LogTopic left = leftStore.topic(leftTopic);
        final LogTopic right = rightStore.topic(rightTopic);
        if (left.partitionCount() != right.partitionCount()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "topics can be compared that have the same number of partitions: topic " + leftTopic + " has "
                            + left.partitionCount() + ", topic " + rightTopic + " has " + right.partitionCount());
        }
        return new TopicDiff(left, right);
    }

    /**
     * Compares all that is there.
     *
     * @param handler told of each difference, on the caller's thread.
     * @return number of differences.
     * @throws MillraceException CORRUPT if a record is damaged.
     */
    public long run(final Handler handler) {
        comparedRecords = 0;
        differences = 0;
        for (int i = 0; i < left.partitionCount(); i++) {
            compare(left.partition(i), right.partition(i), handler);
        }
        return differences;
    }

    /**
     * How many pairs of records the last run has compared.
     *
     * @return pairs, with those that differ.
     */
    public long comparedRecords() {
        return comparedRecords;
    }

    private void compare(final LogPartition leftPartition, final LogPartition rightPartition, final Handler handler) {
        try (Walk leftWalk = new Walk(leftPartition);
                Walk rightWalk = new Walk(rightPartition)) {
            boolean hasLeft = leftWalk.next();
            boolean hasRight = rightWalk.next();
            for (long index = 0; hasLeft || hasRight; index++) {
                if (hasLeft && hasRight) {
                    comparedRecords++;
                }
                if (!hasLeft || !hasRight || !isSame(leftWalk.record, rightWalk.record)) {
                    differences++;
                    handler.onDifference(
                            leftPartition.index(),
                            index,
                            hasLeft ? leftWalk.record : null,
                            hasRight ? rightWalk.record : null);
                }
                hasLeft = hasLeft && leftWalk.next();
                hasRight = hasRight && rightWalk.next();
            }
        }
    }

    private static boolean isSame(final RecordFlyweight one, final RecordFlyweight other) {
        return one.kind() == other.kind()
                && one.eventTimeNs() == other.eventTimeNs()
                && one.keyLength() == other.keyLength()
                && one.valueLength() == other.valueLength()
                && ByteRanges.areEqual(
                        one.buffer(), one.keyOffset(), other.buffer(), other.keyOffset(), one.keyLength())
                && ByteRanges.areEqual(
                        one.buffer(), one.valueOffset(), other.buffer(), other.valueOffset(), one.valueLength());
    }

    /** Takes differences. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Takes a place at which the topics differ.
         *
         * @param partition of both topics.
         * @param index     of the record among the data records and tombstones of the partition that are kept, from 0.
         * @param left      record of the one topic, valid inside the call; null where it has ended.
         * @param right     record of the other topic, valid inside the call; null where it has ended.
         */
        void onDifference(int partition, long index, RecordFlyweight left, RecordFlyweight right);
    }

    /** The data records of a partition, one at a time and each in a copy that stays until the next. */
    private static final class Walk implements AutoCloseable {
        final RecordFlyweight record = new RecordFlyweight();

        private final LogReader reader;
        private final long endPosition;
        private final ExpandableArrayBuffer copy = new ExpandableArrayBuffer();
        private boolean isData;

        Walk(final LogPartition partition) {
            this.endPosition = partition.tailPosition();
            this.reader = partition.reader();
        }

        boolean next() {
            isData = false;
            while (!isData && reader.poll(this::onRecord, 1, endPosition) > 0) {
                // Watermarks and ticks.
            }
            return isData;
        }

        private void onRecord(final RecordFlyweight found) {
            isData = found.kind() == RecordKind.DATA || found.kind() == RecordKind.TOMBSTONE;
            if (isData) {
                copy.putBytes(0, found.buffer(), found.offset(), found.length());
                record.wrap(copy, 0, found.length(), found.position());
            }
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
