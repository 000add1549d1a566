package io.millrace.worker;

import io.millrace.log.Durability;
import io.millrace.log.LogReader;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordHandler;
import io.millrace.transport.ClientContext;
import io.millrace.transport.Publisher;
import io.millrace.transport.PublisherContext;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/**
 * Sends one output of a job to the node. Each partition's records go to the same partition there, in their order, each under its
 * number in the partition: 0, 1, 2 … The node drops what it holds, so each is there once, whatever is sent again. One thread.
 *
 * <p>The numbers are counted, not stored: the log keeps the order of a partition for good. What a loss of power could take from the
 * worker's log does not leave it when the topic is to survive such losses, since it would be made again in another way.
 */
final class OutputForwarder implements RecordHandler, AutoCloseable {
    private static final int RECORD_LIMIT = 64;
    private static final int MIN_MARK_LENGTH = 64 * 1024;

    private final String job;
    private final LogTopic topic;
    private final boolean isPower;
    private final Publisher publisher;
    private final LogReader[] readers;
    private final ForwardMarks[] marks;
    private final long[] pendingOrdinals;
    private final long[] pendingPositions;
    private final long[] markedPositions;
    private final AtomicLong forwardedCount;
    private final int markLength;
    private int partition;

    /** Connects, and makes sure that the directory holds what the node does; whoever forwards for this job elsewhere does not notice. */
    OutputForwarder(
            final String job,
            final LogTopic topic,
            final LogTopic markTopic,
            final Consumer<ClientContext<?>> node,
            final AtomicLong forwardedCount) {
        this.job = job;
        this.topic = topic;
        this.isPower = topic.spec().durability() == Durability.POWER;
        this.forwardedCount = forwardedCount;
        final int count = topic.partitionCount();
        this.readers = new LogReader[count];
        this.marks = new ForwardMarks[count];
        this.pendingOrdinals = new long[count];
        this.pendingPositions = new long[count];
        this.markedPositions = new long[count];
        this.markLength = Math.max(MIN_MARK_LENGTH, topic.spec().segmentLength() / 8);
        final PublisherContext context = new PublisherContext()
                .clientName("job worker")
                .topic(topic.name())
                .producerName(producerName(job))
                .beginLater();
        node.accept(context);
        publisher = Publisher.connect(context);
        try {
            checkPartitions();
            for (int i = 0; i < count; i++) {
                marks[i] = new ForwardMarks(markTopic.partition(i), topic.partition(i));
                readers[i] = topic.partition(i).reader();
                seek(i, publisher.lastSequence(i) + 1);
            }
        } catch (final RuntimeException ex) {
            close();
            throw ex;
        }
    }

    /** Ends whoever forwards for this job elsewhere, and finds where to go on: that one may have sent more until now. */
    void begin() {
        publisher.begin();
        for (int i = 0; i < readers.length; i++) {
            seek(i, publisher.lastSequence(i) + 1);
            publisher.resumeAt(i, publisher.lastSequence(i) + 1);
            markedPositions[i] = readers[i].position();
        }
    }

    /** The name under which the node knows what a job's worker sends. */
    static String producerName(final String job) {
        return "job:" + job;
    }

    private void checkPartitions() {
        if (publisher.partitionCount() != readers.length) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "an output has other partitions at the node than in the worker's directory: topic=" + topic.name()
                            + " node=" + publisher.partitionCount() + " worker=" + readers.length);
        }
    }

    /** Moves a reader to the record of a number. */
    private void seek(final int index, final long ordinal) {
        if (!marks[index].find(ordinal)) {
            throw new MillraceException(
                    ErrorCode.POSITION_GONE,
                    "the node does not hold any more what it had acknowledged, and the worker does not either: job="
                            + job
                            + " topic=" + topic.name() + " partition=" + index + " records at the node=" + ordinal
                            + "; start the job under another name, with a new directory and other outputs");
        }
        readers[index].seek(marks[index].foundPosition());
        long count = marks[index].foundOrdinal();
        while (count < ordinal) {
            final int passed = readers[index].poll(record -> {}, (int) Math.min(RECORD_LIMIT, ordinal - count));
            if (passed <= 0) {
                throw missing(index, ordinal, count);
            }
            count += passed;
        }
    }

    private MillraceException missing(final int index, final long ordinal, final long count) {
        return new MillraceException(
                ErrorCode.CONFIGURATION,
                "the node holds output of this job that the worker's directory does not: job=" + job + " topic="
                        + topic.name() + " partition=" + index + " records at the node=" + ordinal + " here=" + count
                        + "; start the worker in the directory that the job has run in, or give the job another name and"
                        + " other outputs");
    }

    /** Sends what the job has made since, as far as the node takes it, and hears what it holds. */
    int doWork() {
        int count = 0;
        try {
            count = publisher.poll();
        } catch (final MillraceException ex) {
            throw ex.code() == ErrorCode.FENCED ? fenced(ex) : ex;
        }
        for (int i = 0; i < readers.length; i++) {
            partition = i;
            count += forward(i);
            mark(i);
        }
        publisher.flush();
        return count;
    }

    private int forward(final int index) {
        final long end = isPower ? topic.partition(index).durablePosition() : Long.MAX_VALUE;
        final long before = publisher.nextSequence(index);
        try {
            readers[index].poll(this, RECORD_LIMIT, end);
        } catch (final Pause ex) {
            // The window is full; the record stays where it is.
        }
        final int sent = (int) (publisher.nextSequence(index) - before);
        if (sent > 0) {
            forwardedCount.lazySet(forwardedCount.get() + sent);
        }
        return sent;
    }

    @Override
    public void onRecord(final RecordFlyweight record) {
        final long outcome = publisher.forward(partition, record);
        if (outcome == Outcome.RECORD_TOO_LONG) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "an output is too long for the way to the node: job=" + job + " topic=" + topic.name()
                            + " partition="
                            + partition + " position=" + record.position() + " length="
                            + (record.keyLength() + record.valueLength()) + " max=" + publisher.maxRecordLength());
        }
        if (outcome < 0) {
            throw Pause.INSTANCE;
        }
    }

    private void mark(final int index) {
        marks[index].truncate();
        if (pendingOrdinals[index] == 0) {
            final long position = readers[index].position();
            if (position - markedPositions[index] < markLength) {
                return;
            }
            pendingPositions[index] = position;
            pendingOrdinals[index] = publisher.nextSequence(index);
        }
        if (publisher.acknowledgedSequence(index) >= pendingOrdinals[index] - 1) {
            marks[index].mark(pendingPositions[index], pendingOrdinals[index]);
            markedPositions[index] = pendingPositions[index];
            pendingOrdinals[index] = 0;
        }
    }

    /** Whether the node has acknowledged all that is there. */
    boolean isDrained() {
        for (int i = 0; i < readers.length; i++) {
            if (!readers[i].isAtEnd()) {
                return false;
            }
        }
        return publisher.isFullyAcknowledged();
    }

    /** Counts what the node has acknowledged in this run. */
    long acknowledgedCount() {
        long count = 0;
        for (int i = 0; i < readers.length; i++) {
            count += Math.max(0, publisher.acknowledgedSequence(i) - publisher.lastSequence(i));
        }
        return count;
    }

    long reconnectCount() {
        return publisher.reconnectCount();
    }

    /** A last mark of each partition, so that the next start has nothing to count. */
    void markEnds() {
        for (int i = 0; i < readers.length; i++) {
            if (publisher.acknowledgedSequence(i) == publisher.nextSequence(i) - 1 && publisher.nextSequence(i) > 0) {
                marks[i].mark(readers[i].position(), publisher.nextSequence(i));
            }
        }
    }

    @Override
    public void close() {
        CloseHelper.quietClose(publisher);
        CloseHelper.quietCloseAll(readers);
    }

    private MillraceException fenced(final MillraceException cause) {
        return new MillraceException(
                ErrorCode.FENCED,
                "another worker of job " + job + " was started later, and this one ends: " + cause.getMessage(),
                cause);
    }
}
