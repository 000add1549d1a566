package io.millrace.operators.output;

import io.millrace.log.LogReader;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.ByteRanges;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.TaskStoppedException;
import java.util.HexFormat;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * Compares the outputs that a task makes again with those in a topic. They come in the order of their sequences, so one walk
 * over each partition finds them all. Used by the task's thread.
 */
public final class OutputAudit implements AutoCloseable {
    private static final int SHOWN_BYTES = 64;

    private final TaskAudit task;
    private final String topic;
    private final int producerId;
    private final LogReader[] readers;

    // What is compared at the moment.
    private String step;
    private long sequence;
    private byte kind;
    private long eventTimeNs;
    private DirectBuffer key;
    private int keyOffset;
    private int keyLength;
    private DirectBuffer value;
    private int valueLength;
    private Codec<?> codec;
    private boolean isFound;
    private long laterPosition;

    /**
     * Creates the audit of one topic.
     *
     * @param task       that is audited.
     * @param topic      for messages.
     * @param producerId of the task.
     * @param readers    one for each partition, at its beginning; closed with this audit.
     */
    public OutputAudit(final TaskAudit task, final String topic, final int producerId, final List<LogReader> readers) {
        this.task = task;
        this.topic = topic;
        this.producerId = producerId;
        this.readers = readers.toArray(LogReader[]::new);
    }

    /**
     * Compares an output with the record of its sequence. Where that has been removed from the log there is nothing to compare.
     *
     * @param newStep        that makes it.
     * @param partition      of the topic.
     * @param newSequence    of the task in that partition; the log holds it.
     * @param newKind        of the record.
     * @param newEventTimeNs of the record.
     * @param newKey         buffer that holds the key.
     * @param newKeyOffset   at which it begins.
     * @param newKeyLength   in bytes.
     * @param newValue       buffer that holds the value at its beginning.
     * @param newValueLength in bytes.
     * @param newCodec       of the value, to show it; null for a watermark.
     * @throws TaskStoppedException NOT_DETERMINISTIC if they differ.
     */
    void compare(
            final String newStep,
            final int partition,
            final long newSequence,
            final byte newKind,
            final long newEventTimeNs,
            final DirectBuffer newKey,
            final int newKeyOffset,
            final int newKeyLength,
            final DirectBuffer newValue,
            final int newValueLength,
            final Codec<?> newCodec) {
        step = newStep;
        sequence = newSequence;
        kind = newKind;
        eventTimeNs = newEventTimeNs;
        key = newKey;
        keyOffset = newKeyOffset;
        keyLength = newKeyLength;
        value = newValue;
        valueLength = newValueLength;
        codec = newCodec;
        find(partition);
    }

    private void find(final int partition) {
        final LogReader reader = readers[partition];
        isFound = false;
        laterPosition = -1;
        while (!isFound && laterPosition < 0 && reader.poll(this::onRecord, 1) > 0) {
            // Records of other producers, and those before the one that was asked for.
        }
        if (laterPosition >= 0) {
            reader.seek(laterPosition);
        }
        if (isFound) {
            task.addAudited();
        }
    }

    private void onRecord(final RecordFlyweight record) {
        if (record.producerId() != producerId || record.sequence() < sequence) {
            return;
        }
        if (record.sequence() > sequence) {
            laterPosition = record.position();
            return;
        }
        isFound = true;
        if (!isSame(record)) {
            throw new TaskStoppedException(
                    ErrorCode.NOT_DETERMINISTIC,
                    "a replay of the same input makes another output: " + task.place(step) + "; output topic=" + topic
                            + " outputPosition=" + record.position() + " sequence=" + sequence + "; in the log: "
                            + show(
                                    record.kind(),
                                    record.eventTimeNs(),
                                    record.buffer(),
                                    record.keyOffset(),
                                    record.keyLength(),
                                    record.buffer(),
                                    record.valueOffset(),
                                    record.valueLength())
                            + "; made again: "
                            + show(kind, eventTimeNs, key, keyOffset, keyLength, value, 0, valueLength)
                            + "; its functions may depend on nothing but the records: no clock, no unseeded random"
                            + " numbers, no order of an unordered collection",
                    null);
        }
    }

    private boolean isSame(final RecordFlyweight record) {
        return record.kind() == kind
                && record.eventTimeNs() == eventTimeNs
                && record.keyLength() == keyLength
                && record.valueLength() == valueLength
                && ByteRanges.areEqual(record.buffer(), record.keyOffset(), key, keyOffset, keyLength)
                && ByteRanges.areEqual(record.buffer(), record.valueOffset(), value, 0, valueLength);
    }

    private String show(
            final byte ofKind,
            final long ofEventTimeNs,
            final DirectBuffer keyBuffer,
            final int ofKeyOffset,
            final int ofKeyLength,
            final DirectBuffer valueBuffer,
            final int ofValueOffset,
            final int ofValueLength) {
        return "{kind=" + ofKind + " eventTimeNs=" + ofEventTimeNs + " key="
                + hex(keyBuffer, ofKeyOffset, ofKeyLength) + " value="
                + decoded(valueBuffer, ofValueOffset, ofValueLength) + '}';
    }

    private String decoded(final DirectBuffer buffer, final int offset, final int length) {
        if (codec != null) {
            try {
                // An instance of its own: the task's may stand on the input.
                return String.valueOf(codec.forTask().decode(buffer, offset, length));
            } catch (final RuntimeException e) {
                return hex(buffer, offset, length) + " (cannot be decoded: " + e.getMessage() + ')';
            }
        }
        return hex(buffer, offset, length);
    }

    private static String hex(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[Math.min(length, SHOWN_BYTES)];
        if (bytes.length > 0) {
            buffer.getBytes(offset, bytes);
        }
        return "0x" + HexFormat.of().formatHex(bytes) + (length > SHOWN_BYTES ? "... of " + length + " bytes" : "");
    }

    @Override
    public void close() {
        CloseHelper.closeAll(readers);
    }
}
