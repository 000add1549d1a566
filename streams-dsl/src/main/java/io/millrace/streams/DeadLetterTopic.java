package io.millrace.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.output.DeadLetter;
import io.millrace.operators.output.DeadLetterCodec;

/**
 * A topic into which {@link io.millrace.operators.core.ErrorPolicy#deadLetter} puts records that could not be processed: to be
 * looked at, and to be sent back to where they came from once the cause is gone.
 *
 * <p>Used by one thread.
 */
public final class DeadLetterTopic {
    private static final int POLL_LIMIT = 256;

    private final LogStore store;
    private final LogTopic topic;
    private final DeadLetterCodec codec = new DeadLetterCodec();
    private long remaining;

    private DeadLetterTopic(final LogStore store, final LogTopic topic) {
        this.store = store;
        this.topic = topic;
    }

    /**
     * Finds a topic of dead letters.
     *
     * @param store that holds it; one that is open for reading only will do to look at letters.
     * @param topic its name.
     * @return the topic.
     * @throws MillraceException UNKNOWN_TOPIC when there is none of this name.
     */
    public static DeadLetterTopic open(final LogStore store, final String topic) {
        return new DeadLetterTopic(store, store.topic(topic));
    }

    /**
     * Hands out the letters that are there now, partition by partition, in the order in which they were written.
     *
     * @param selection of letters.
     * @param handler   that takes them.
     * @return number of letters handed out.
     * @throws MillraceException CONFIGURATION when the topic holds something else, or has no such partition.
     */
    public long forEach(final LetterSelection selection, final LetterHandler handler) {
        checkPartition(selection);
        remaining = selection.limit();
        for (int i = 0; i < topic.partitionCount(); i++) {
            if (isSelected(selection, i)) {
                read(i, selection.fromPosition(), handler);
            }
        }
        return selection.limit() - remaining;
    }

    private void read(final int index, final long fromPosition, final LetterHandler handler) {
        final LogPartition partition = topic.partition(index);
        // What is written while this goes on, if only by what is re-driven, is for the next time.
        final long endPosition = partition.tailPosition();
        try (LogReader reader = partition.reader()) {
            if (fromPosition > reader.position()) {
                reader.seek(fromPosition);
            }
            while (remaining > 0
                    && reader.poll(record -> onRecord(index, record, handler), POLL_LIMIT, endPosition) > 0) {
                // There is more.
            }
        }
    }

    private void onRecord(final int index, final RecordFlyweight record, final LetterHandler handler) {
        if (record.kind() == RecordKind.DATA && remaining > 0) {
            remaining--;
            handler.onLetter(index, record.position(), letter(index, record));
        }
    }

    private DeadLetter letter(final int index, final RecordFlyweight record) {
        try {
            return codec.decode(record.buffer(), record.valueOffset(), record.valueLength());
        } catch (final MillraceException e) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "topic " + topic.name() + " holds something else than dead letters: partition=" + index
                            + " position=" + record.position() + ": " + e.getMessage()
                            + "; name the topic of an error policy",
                    e);
        }
    }

    /**
     * Appends the records of dead letters to the topics and partitions that they came from, with their key, value and event
     * time, where the jobs that read those find them as new records.
     *
     * <p>A record is sent once, however often this is called and wherever it was stopped: what is to be sent is written down
     * first, in the topic {@code <topic>.redriven}, and appended by the numbers that it has there. A record that several
     * letters tell of is sent once; if it fails again, that is a new letter about a new record.
     *
     * @param selection of letters; its limit is on records that are sent.
     * @param isDryRun  true to count and write nothing.
     * @return what was done.
     * @throws MillraceException     CONFIGURATION when the topic holds something else, or has no such partition; STORAGE_FULL or
     *                               STORAGE_FAILED; CORRUPT when what was written down is gone.
     * @throws IllegalStateException when letters of the same partition are being re-driven elsewhere in this process, or the
     *                               store was opened for reading only.
     */
    public RedriveResult redrive(final LetterSelection selection, final boolean isDryRun) {
        // Everything is read before anything is written: what is no letter is found before the first is sent.
        forEach(new LetterSelection(selection.partition(), 0, Long.MAX_VALUE), (partition, position, letter) -> {});
        RedriveResult result = new RedriveResult(0, 0, 0, 0);
        long left = selection.limit();
        for (int i = 0; i < topic.partitionCount(); i++) {
            if (isSelected(selection, i)) {
                try (PartitionRedrive redrive = new PartitionRedrive(store, topic, i, isDryRun)) {
                    final RedriveResult here =
                            redrive.run(this, new LetterSelection(i, selection.fromPosition(), Long.MAX_VALUE), left);
                    left = Math.max(0, left - here.redriven());
                    result = result.plus(here);
                }
            }
        }
        return result;
    }

    private static boolean isSelected(final LetterSelection selection, final int partition) {
        return selection.partition() == LetterSelection.ALL_PARTITIONS || selection.partition() == partition;
    }

    private void checkPartition(final LetterSelection selection) {
        if (selection.partition() >= topic.partitionCount()) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "topic " + topic.name() + " has no partition " + selection.partition() + ", it has "
                            + topic.partitionCount());
        }
    }

    @Override
    public String toString() {
        return "dead letters of " + topic.name();
    }
}
