package io.millrace.operators.output;

import io.millrace.log.ProducerAppender;
import io.millrace.log.RecordBatch;
import io.millrace.log.RecordClaim;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordDescriptor;
import io.millrace.log.record.RecordKind;
import io.millrace.log.record.RecordMemory;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.OperatorException;
import io.millrace.operators.core.TaskCounters;
import io.millrace.operators.core.TaskStoppedException;
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A task's door to one output topic: appends under the task's producer id with a dense sequence per partition, counted
 * from 0, or from where a checkpoint was taken.
 *
 * <p>That is what makes results exactly-once: a task that starts again reads its input again, all of it or what came
 * behind the checkpoint, makes the same outputs under the same sequences, and the log drops those it holds already. Nothing
 * is held back and nothing waits for a commit.
 *
 * <p>Short records are gathered and appended together by {@link #flush()}, which the task calls when it has read what there was to
 * read, or when {@value GatheredOutputs#BATCH_LENGTH} bytes are together: see decision 0036. To whoever reads them they are as if appended one by
 * one, and a task that dies with some of them gathered makes them again.
 *
 * <p>While the log has no space ready (its conductor is behind with preparing a segment), the task waits here; it can not
 * go on with the record and it can not forget it. A full or failed store ends the task with the log's error. Used by the
 * task's thread.
 *
 * <p>Of a task with replicas, each has a door of its own to partitions that are shared: all of them make the same outputs, and
 * the log drops all copies but the first. They are encoded aside whatever their length, since a replica that dies must leave
 * no claim open in front of the others.
 */
public class OutputAppender implements AutoCloseable {
    /**
     * Values up to this length are encoded beside the log and copied. A claim costs one atomic step more, which waits until the
     * bytes written before it have reached the cache: more than copying so few of them does.
     */
    static final int MAX_ASIDE_LENGTH = 512;

    private final String topic;
    private final ProducerAppender[] partitions;
    private final long[] sequences;
    private final IdleStrategy idleStrategy;
    private final TaskCounters counters;
    private final int maxRecordLength;
    private final RecordClaim claim = new RecordClaim();
    private final MutableDirectBuffer discarded = new ExpandableArrayBuffer();
    private OutputAudit audit;
    private boolean isMuted;
    private final boolean isShared;

    private final GatheredOutputs gathered;

    // Outside the heap, so that whoever looks at a part of it needs to store no reference.
    private ByteBuffer asideMemory = ByteBuffer.allocateDirect(MAX_ASIDE_LENGTH);
    private final UnsafeBuffer aside = new UnsafeBuffer(0, 0);

    /**
     * Creates the door.
     *
     * @param topic           for messages.
     * @param maxRecordLength that the topic takes, in bytes with the header.
     * @param partitions      of the topic, opened for the task's producer id; closed with this appender.
     * @param idleStrategy    that waits while the log has no space ready.
     * @param counters        of the task.
     */
    public OutputAppender(
            final String topic,
            final int maxRecordLength,
            final List<ProducerAppender> partitions,
            final IdleStrategy idleStrategy,
            final TaskCounters counters) {
        this.topic = topic;
        this.maxRecordLength = maxRecordLength;
        this.partitions = partitions.toArray(ProducerAppender[]::new);
        this.isShared = this.partitions[0].isShared();
        this.sequences = new long[partitions.size()];
        this.idleStrategy = idleStrategy;
        this.counters = counters;
        this.gathered = new GatheredOutputs(partitions.size(), maxRecordLength, isShared);
    }

    /**
     * Has outputs that the log holds already compared with those. Before the first append.
     *
     * @param newAudit of the topic; closed with this appender.
     */
    public final void audit(final OutputAudit newAudit) {
        audit = newAudit;
    }

    /**
     * Makes the door mute, or lets it speak. A mute one takes data records, encodes them and forgets them; it uses no
     * sequence for them.
     *
     * @param newMuted true to append nothing.
     */
    public final void mute(final boolean newMuted) {
        isMuted = newMuted;
    }

    /**
     * Number of partitions of the topic.
     *
     * @return at least 1.
     */
    public final int partitionCount() {
        return partitions.length;
    }

    /**
     * Name of the topic.
     *
     * @return the name.
     */
    public final String topic() {
        return topic;
    }

    /**
     * How many records the task has made for a partition, whether the log held them already or not.
     *
     * @param partition of the topic.
     * @return sequence of the next record.
     */
    public final long nextSequence(final int partition) {
        return sequences[partition];
    }

    /**
     * Goes on from what the task had made when a checkpoint was taken.
     *
     * @param partition    of the topic.
     * @param nextSequence of the next record; not more than {@link #sequenceEnd} of the partition.
     */
    public final void nextSequence(final int partition, final long nextSequence) {
        sequences[partition] = nextSequence;
    }

    /**
     * How many records of the task a partition holds, or held before they were removed.
     *
     * @param partition of the topic.
     * @return one more than the last sequence, 0 when there is none.
     */
    public final long sequenceEnd(final int partition) {
        return partitions[partition].lastSequence() + 1;
    }

    /**
     * Appends a data record. A long value is encoded straight into the log.
     *
     * @param step        that appends, for messages.
     * @param partition   to append to.
     * @param eventTimeNs of the record, in ns since the epoch.
     * @param key         buffer that holds the key; null if there is none.
     * @param keyOffset   at which the key begins.
     * @param keyLength   in bytes.
     * @param codec       of the value.
     * @param value       to append.
     * @param <V>         type of the value.
     * @throws OperatorException if the record is longer than the log takes.
     * @throws TaskStoppedException if the store is full, failed or closed, or the thread was interrupted while it waited.
     */
    public final <V> void append(
            final String step,
            final int partition,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final Codec<V> codec,
            final V value) {
        final int length = encodedLength(codec, value);
        checkLength(keyLength, length);
        if (isMuted) {
            // What fails fails as it would be heard, so that whatever else is done about it is done.
            discard(codec, value, length);
            return;
        }
        final RecordBatch batch = gathered.batch(partition);
        if (batch != null && hasRoom(partition, batch, keyLength, length)) {
            gathered.add(step, batch, eventTimeNs, key, keyOffset, keyLength, codec, value, length);
            sequences[partition]++;
            counters.addRecordOut();
            return;
        }
        final boolean isNew = length <= MAX_ASIDE_LENGTH || isShared
                ? copy(step, partition, eventTimeNs, key, keyOffset, keyLength, codec, value, length)
                : write(step, partition, eventTimeNs, key, keyOffset, keyLength, codec, value, length);
        sequences[partition]++;
        if (isNew) {
            counters.addRecordOut();
            if (batch == null && gathered.isAllowed() && isGathering()) {
                // What follows is new, too: nobody else appends under the task's producer id.
                gathered.begin(partition);
            }
        } else {
            counters.addReplayedOutput();
        }
    }

    // Makes room where it can. False: it has none in a batch, and may be appended by itself now.
    private boolean hasRoom(final int partition, final RecordBatch batch, final int keyLength, final int length) {
        final long tickNs = tickNs();
        if (gathered.takes(partition, keyLength, length, tickNs)) {
            return true;
        }
        flush(partition, batch);
        return gathered.takes(partition, keyLength, length, tickNs);
    }

    /**
     * Appends what is gathered, so that others see it.
     *
     * @throws TaskStoppedException if the store is full, failed or closed, or the thread was interrupted while it waited.
     */
    public final void flush() {
        for (int i = 0; i < partitions.length; i++) {
            flush(i);
        }
    }

    /**
     * Tells when the log's conductor has ticked last, which costs no reading of a clock.
     *
     * @return log time in ns since the epoch.
     */
    public final long tickNs() {
        return partitions[0].tickNs();
    }

    private void flush(final int partition) {
        final RecordBatch batch = gathered.batch(partition);
        if (batch != null) {
            flush(partition, batch);
        }
    }

    private void flush(final int partition, final RecordBatch batch) {
        if (batch.count() == 0) {
            return;
        }
        idleStrategy.reset();
        while (true) {
            final long outcome = tryAppend(partitions[partition], sequences[partition] - batch.count(), batch);
            if (outcome > 0) {
                return;
            }
            await(gathered.step(), partition, outcome);
        }
    }

    /**
     * Tells whether short records are gathered. For tools that test operators: they have each appended by itself.
     *
     * @return true, here.
     */
    protected boolean isGathering() {
        return true;
    }

    /** Encodes first, whether or not the log holds the record: a value that cannot be encoded takes no sequence. */
    private <V> boolean copy(
            final String step,
            final int partition,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final Codec<V> codec,
            final V value,
            final int length) {
        wrapAside(length);
        // Zero as the log is, so that bytes which a codec leaves out never depend on the record before.
        if (!(codec instanceof EncodingCodec)) {
            RecordMemory.clear(aside.addressOffset(), length);
        }
        encode(codec, value, aside, 0);
        idleStrategy.reset();
        while (true) {
            final long outcome = tryAppend(
                    partitions[partition], sequences[partition], eventTimeNs, key, keyOffset, keyLength, aside, length);
            if (outcome > 0) {
                return true;
            }
            if (outcome == Outcome.DUPLICATE) {
                audit(step, partition, RecordKind.DATA, eventTimeNs, key, keyOffset, keyLength, aside, length, codec);
                return false;
            }
            await(step, partition, outcome);
        }
    }

    // Of the value's length, so that a codec that writes more than it said hits the bounds.
    private void wrapAside(final int length) {
        if (aside.capacity() != length) {
            if (length > asideMemory.capacity()) {
                asideMemory = ByteBuffer.allocateDirect(Math.max(length, 2 * asideMemory.capacity()));
            }
            aside.wrap(asideMemory, 0, length);
        }
    }

    private void audit(
            final String step,
            final int partition,
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueLength,
            final Codec<?> codec) {
        if (audit != null) {
            audit.compare(
                    step,
                    partition,
                    sequences[partition],
                    kind,
                    eventTimeNs,
                    key,
                    keyOffset,
                    keyLength,
                    value,
                    valueLength,
                    codec);
        }
    }

    private <V> boolean write(
            final String step,
            final int partition,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final Codec<V> codec,
            final V value,
            final int length) {
        if (!claim(step, partition, RecordKind.DATA, eventTimeNs, keyLength, length)) {
            // What the log holds already was encoded before. A value that cannot be encoded took no sequence then, so
            // it must fail here too, and not be mistaken for its successor.
            discard(codec, value, length);
            audit(step, partition, RecordKind.DATA, eventTimeNs, key, keyOffset, keyLength, discarded, length, codec);
            return false;
        }
        try {
            if (keyLength > 0) {
                claim.buffer().putBytes(claim.keyOffset(), key, keyOffset, keyLength);
            }
            encode(codec, value, claim.buffer(), claim.valueOffset());
        } catch (final RuntimeException e) {
            claim.abort();
            throw e;
        }
        claim.commit();
        return true;
    }

    private <V> void discard(final Codec<V> codec, final V value, final int length) {
        discarded.checkLimit(length);
        discarded.setMemory(0, length, (byte) 0);
        encode(codec, value, discarded, 0);
    }

    // Before a sequence is asked for: a record that is too long never takes one, in this run or in another.
    private void checkLength(final int keyLength, final int valueLength) {
        final long length = RecordDescriptor.HEADER_LENGTH + (long) keyLength + valueLength;
        if (length > maxRecordLength) {
            throw new OperatorException(
                    new IllegalArgumentException("record of " + length + " bytes is longer than the " + maxRecordLength
                            + " that topic " + topic + " takes; raise its segment length"));
        }
    }

    static <V> void encode(final Codec<V> codec, final V value, final MutableDirectBuffer buffer, final int offset) {
        try {
            codec.encode(value, buffer, offset);
        } catch (final Exception e) {
            throw new OperatorException(e);
        }
    }

    private static <V> int encodedLength(final Codec<V> codec, final V value) {
        try {
            return codec.encodedLength(value);
        } catch (final Exception e) {
            throw new OperatorException(e);
        }
    }

    /**
     * Appends a watermark to one partition.
     *
     * @param step        that appends, for errors.
     * @param partition   to append to.
     * @param watermarkNs in ns since the epoch.
     * @param originNs    log time of the record or tick in a source topic that made it, see {@link ExchangeMark}.
     * @param isIdle      true to say that the task's input is silent and not to be waited for.
     * @throws TaskStoppedException when the store is full, failed or closed.
     */
    public final void appendWatermark(
            final String step, final int partition, final long watermarkNs, final long originNs, final boolean isIdle) {
        flush(partition);
        wrapAside(ExchangeMark.LENGTH);
        ExchangeMark.write(aside, 0, originNs, isIdle);
        if (!appendWhole(step, partition, RecordKind.WATERMARK, watermarkNs, aside, 0, 0, ExchangeMark.LENGTH)) {
            audit(step, partition, RecordKind.WATERMARK, watermarkNs, aside, 0, 0, aside, ExchangeMark.LENGTH, null);
            counters.addReplayedOutput();
        }
        sequences[partition]++;
    }

    // Its value, if it has any, lies aside. False: the log holds this sequence already.
    private boolean appendWhole(
            final String step,
            final int partition,
            final byte kind,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final int valueLength) {
        idleStrategy.reset();
        while (true) {
            final long outcome = partitions[partition].append(
                    sequences[partition], kind, eventTimeNs, key, keyOffset, keyLength, aside, 0, valueLength);
            if (outcome > 0) {
                return true;
            }
            if (outcome == Outcome.DUPLICATE) {
                return false;
            }
            await(step, partition, outcome);
        }
    }

    /**
     * Appends the delete of a key.
     *
     * @param step        that appends, for messages.
     * @param partition   to append to.
     * @param eventTimeNs of the record, in ns since the epoch.
     * @param key         buffer that holds the key.
     * @param keyOffset   at which the key begins.
     * @param keyLength   in bytes, at least 1.
     * @throws OperatorException if the record has no key, or is longer than the log takes.
     * @throws TaskStoppedException if the store is full, failed or closed, or the thread was interrupted while it waited.
     */
    public final void appendTombstone(
            final String step,
            final int partition,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength) {
        if (keyLength == 0) {
            throw new OperatorException(new IllegalArgumentException("a delete needs the key that it deletes"));
        }
        checkLength(keyLength, 0);
        if (isMuted) {
            return;
        }
        flush(partition);
        if (isShared
                ? appendWhole(step, partition, RecordKind.TOMBSTONE, eventTimeNs, key, keyOffset, keyLength, 0)
                : claimTombstone(step, partition, eventTimeNs, key, keyOffset, keyLength)) {
            counters.addRecordOut();
        } else {
            audit(step, partition, RecordKind.TOMBSTONE, eventTimeNs, key, keyOffset, keyLength, discarded, 0, null);
            counters.addReplayedOutput();
        }
        sequences[partition]++;
    }

    private boolean claimTombstone(
            final String step,
            final int partition,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength) {
        if (!claim(step, partition, RecordKind.TOMBSTONE, eventTimeNs, keyLength, 0)) {
            return false;
        }
        claim.buffer().putBytes(claim.keyOffset(), key, keyOffset, keyLength);
        claim.commit();
        return true;
    }

    // False: the log holds this sequence already, there is nothing to write.
    private boolean claim(
            final String step,
            final int partition,
            final byte kind,
            final long eventTimeNs,
            final int keyLength,
            final int valueLength) {
        final long sequence = sequences[partition];
        final ProducerAppender appender = partitions[partition];
        idleStrategy.reset();
        while (true) {
            final long outcome = tryClaim(appender, claim, sequence, kind, eventTimeNs, keyLength, valueLength);
            if (outcome > 0) {
                return true;
            }
            if (outcome == Outcome.DUPLICATE) {
                return false;
            }
            await(step, partition, outcome);
        }
    }

    /**
     * Tries once to claim room for a long record or a watermark. For tools that test operators: they refuse what the log would take.
     *
     * @param partition   to append to.
     * @param newClaim    receives the room.
     * @param sequence    of the record.
     * @param kind        of the record.
     * @param eventTimeNs of the record, in ns since the epoch.
     * @param keyLength   in bytes.
     * @param valueLength in bytes.
     * @return position of the record, or a negative outcome; on {@link Outcome#BACK_PRESSURED} the task waits and tries again.
     */
    protected long tryClaim(
            final ProducerAppender partition,
            final RecordClaim newClaim,
            final long sequence,
            final byte kind,
            final long eventTimeNs,
            final int keyLength,
            final int valueLength) {
        return partition.claim(newClaim, sequence, kind, eventTimeNs, keyLength, valueLength);
    }

    /**
     * Tries once to append a short data record. For tools that test operators: they refuse what the log would take.
     *
     * @param partition   to append to.
     * @param sequence    of the record.
     * @param eventTimeNs of the record, in ns since the epoch.
     * @param key         buffer that holds the key; null if there is none.
     * @param keyOffset   at which the key begins.
     * @param keyLength   in bytes.
     * @param value       buffer that begins with the value.
     * @param valueLength in bytes.
     * @return position of the record, or a negative outcome; on {@link Outcome#BACK_PRESSURED} the task waits and tries again.
     */
    protected long tryAppend(
            final ProducerAppender partition,
            final long sequence,
            final long eventTimeNs,
            final DirectBuffer key,
            final int keyOffset,
            final int keyLength,
            final DirectBuffer value,
            final int valueLength) {
        return partition.append(
                sequence, RecordKind.DATA, eventTimeNs, key, keyOffset, keyLength, value, 0, valueLength);
    }

    /**
     * Tries once to append what was gathered. For tools that test operators: they refuse what the log would take.
     *
     * @param partition     to append to.
     * @param firstSequence of the first record.
     * @param batch         that holds a record at least, and is empty afterwards if they were appended.
     * @return position of the first record, or a negative outcome; on {@link Outcome#BACK_PRESSURED} the task waits and tries again.
     */
    protected long tryAppend(final ProducerAppender partition, final long firstSequence, final RecordBatch batch) {
        return partition.append(batch, firstSequence);
    }

    private void await(final String step, final int partition, final long outcome) {
        if (outcome != Outcome.BACK_PRESSURED) {
            throw new TaskStoppedException(
                    outcome == Outcome.STORAGE_FULL ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                    "step " + step + " cannot append: topic=" + topic + " partition=" + partition + " outcome="
                            + Outcome.name(outcome)
                            + (outcome == Outcome.STORAGE_FULL ? "; free space on the store's disk" : ""),
                    null);
        }
        idleStrategy.idle();
        if (Thread.currentThread().isInterrupted()) {
            throw new TaskStoppedException(
                    ErrorCode.INTERRUPTED,
                    "step " + step + " was interrupted while it waited for space: topic=" + topic + " partition="
                            + partition + "; the record is made again when the job starts again",
                    null);
        }
    }

    @Override
    public void close() {
        for (final ProducerAppender appender : partitions) {
            appender.close();
        }
        CloseHelper.close(audit);
    }
}
