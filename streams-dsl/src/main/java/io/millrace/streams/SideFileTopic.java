package io.millrace.streams;

import io.millrace.log.KeyHash;
import io.millrace.log.LogAppender;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.task.ExchangeWatermark;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic of a side file: holds what the file has said so far, as changes. Behind each set of changes stands a mark in every
 * partition, by which a set that was cut short is known: it is completed from the file, and nobody goes on with it without.
 *
 * <p>The mark is a watermark beyond all event times but not the last one. So rows that nobody changes neither hold up anybody's time
 * nor move it, and more may come.
 */
final class SideFileTopic {
    static final long MARK_NS = ExchangeWatermark.TIMELESS_NS;

    private static final Logger LOGGER = LoggerFactory.getLogger(Job.class);
    private static final int POLL_LIMIT = 1_000;
    private static final long RETRY_NS = 10_000;

    private final LogStore store;
    private final SideFile<?, ?> file;
    private final LogTopic topic;
    private final Map<ByteBuffer, byte[]> content = new LinkedHashMap<>();
    private final long[] lastPositions;
    private boolean isCutShort;
    private boolean isEmpty = true;

    SideFileTopic(final LogStore store, final String topic, final SideFile<?, ?> file) {
        this.store = store;
        this.file = file;
        this.topic = store.hasTopic(topic) ? store.topic(topic) : store.createTopic(TopicSpec.named(topic));
        this.lastPositions = new long[this.topic.partitionCount()];
        Arrays.fill(lastPositions, -1);
    }

    /** Appends what has changed in the file; nothing when the file is gone and was taken as a whole before. */
    void update() {
        for (int i = 0; i < topic.partitionCount(); i++) {
            read(i);
        }
        if (!Files.exists(file.path())) {
            checkGone();
            LOGGER.info("{} is gone; topic {} has its {} rows", file, topic.name(), content.size());
            return;
        }
        final int maxRecordLength =
                RecordDescriptor.maxRecordLength(topic.spec().segmentLength());
        final Map<ByteBuffer, byte[]> rows = new SideFileReader<>(file, maxRecordLength).read();
        final int changes = deleteAllBut(rows) + putAll(rows);
        if (changes > 0 || isCutShort || isEmpty) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                append(i, RecordKind.WATERMARK, MARK_NS, new byte[0], new byte[0]);
            }
        }
        LOGGER.info("{}: {} rows, {} changes appended to topic {}", file, rows.size(), changes, topic.name());
    }

    private void checkGone() {
        if (isEmpty || isCutShort) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    file + " is not there, and topic " + topic.name()
                            + (isEmpty
                                    ? " holds nothing of it"
                                    : " holds a part of it, since the process ended meanwhile")
                            + "; put the file back");
        }
    }

    private void read(final int partition) {
        final boolean[] isMarked = {true};
        try (LogReader reader = topic.partition(partition).reader()) {
            while (reader.poll(record -> isMarked[0] = take(partition, record, isMarked[0]), POLL_LIMIT) > 0) {
                // On to the end.
            }
        }
        isCutShort |= !isMarked[0];
    }

    // Whether a mark stands behind all changes up to here.
    private boolean take(final int partition, final RecordFlyweight record, final boolean isMarked) {
        lastPositions[partition] = record.position();
        final byte kind = record.kind();
        if (kind == RecordKind.WATERMARK) {
            isEmpty = false;
            return true;
        }
        if (kind != RecordKind.DATA && kind != RecordKind.TOMBSTONE) {
            return isMarked;
        }
        isEmpty = false;
        final ByteBuffer key = ByteBuffer.wrap(bytes(record, record.keyOffset(), record.keyLength()));
        // At its end again, so that it is deleted in the order of what it says last.
        content.remove(key);
        if (kind == RecordKind.DATA) {
            content.put(key, bytes(record, record.valueOffset(), record.valueLength()));
        }
        return false;
    }

    private static byte[] bytes(final RecordFlyweight record, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        record.buffer().getBytes(offset, bytes);
        return bytes;
    }

    private int deleteAllBut(final Map<ByteBuffer, byte[]> rows) {
        int deletes = 0;
        for (final ByteBuffer key : content.keySet()) {
            if (!rows.containsKey(key)) {
                append(key, RecordKind.TOMBSTONE, new byte[0]);
                deletes++;
            }
        }
        return deletes;
    }

    private int putAll(final Map<ByteBuffer, byte[]> rows) {
        int puts = 0;
        for (final Map.Entry<ByteBuffer, byte[]> row : rows.entrySet()) {
            if (!Arrays.equals(row.getValue(), content.get(row.getKey()))) {
                append(row.getKey(), RecordKind.DATA, row.getValue());
                puts++;
            }
        }
        return puts;
    }

    private void append(final ByteBuffer key, final byte kind, final byte[] value) {
        final UnsafeBuffer bytes = new UnsafeBuffer(key.array());
        final int partition = KeyHash.partition(bytes, 0, bytes.capacity(), topic.partitionCount());
        append(partition, kind, store.logTimeNs(), key.array(), value);
    }

    private void append(
            final int partition, final byte kind, final long eventTimeNs, final byte[] key, final byte[] value) {
        final LogAppender appender = topic.partition(partition).appender();
        while (true) {
            final long outcome = appender.append(
                    kind, eventTimeNs, new UnsafeBuffer(key), 0, key.length, new UnsafeBuffer(value), 0, value.length);
            if (outcome >= 0) {
                lastPositions[partition] = outcome;
                return;
            }
            if (outcome != Outcome.BACK_PRESSURED) {
                throw new MillraceException(
                        outcome == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                        file + " cannot be appended: topic=" + topic.name() + " partition=" + partition + " outcome="
                                + Outcome.name(outcome));
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    /** Where the last record of each partition stands; -1 where there is none. */
    long[] lastPositions() {
        return lastPositions.clone();
    }
}
