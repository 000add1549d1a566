package io.millrace.streams;

import io.millrace.log.JdkAccess;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.agrona.CloseHelper;

/**
 * Reads the values of a topic in the same process: the results of a job, or what was fed to one.
 *
 * <pre>{@code
 * try (TopicReader<String> counts = TopicReader.open(store, "word-counts", Codecs.string())) {
 *     counts.readAll(count -> System.out.println(count.value()));
 * }
 * }</pre>
 *
 * <p>The records of a partition come in their order; there is no order between partitions. Watermarks and ticks are left out,
 * and so are deletes: for them read the topic as a table.
 * A reader stands at the beginning when it is opened, and keeps what it has read by its positions alone: nothing is written.
 * Used by one thread.
 *
 * @param <V> type of the values.
 */
public final class TopicReader<V> implements AutoCloseable {
    static {
        JdkAccess.open();
    }

    private static final int POLL_LIMIT = 256;

    private final LogTopic topic;
    private final Codec<V> codec;
    private final LogReader[] readers;
    private final TopicRecord<V>[] records;
    private int nextPartition;
    private int handedOut;

    private TopicReader(final LogTopic topic, final Codec<V> codec) {
        this.topic = topic;
        this.codec = codec;
        this.readers = IntStream.range(0, topic.partitionCount())
                .mapToObj(i -> topic.partition(i).reader())
                .toArray(LogReader[]::new);
        this.records = records(readers.length);
    }

    @SuppressWarnings("unchecked") // An array of a generic type; it is filled here and goes nowhere.
    private static <V> TopicRecord<V>[] records(final int count) {
        return IntStream.range(0, count).mapToObj(TopicRecord<V>::new).toArray(TopicRecord[]::new);
    }

    /**
     * Opens a topic for reading, at its beginning.
     *
     * @param store that holds it; one that is open for reading only will do.
     * @param topic its name.
     * @param codec that the values were written with.
     * @param <V>   type of the values.
     * @return the reader; the caller closes it.
     * @throws MillraceException UNKNOWN_TOPIC when there is none of this name.
     */
    public static <V> TopicReader<V> open(final LogStore store, final String topic, final Codec<V> codec) {
        return new TopicReader<>(store.topic(topic), codec.forTask());
    }

    /**
     * Moves to the first record that each partition still has.
     *
     * @return this reader.
     */
    public TopicReader<V> seekToBegin() {
        for (final LogReader reader : readers) {
            reader.seekToBegin();
        }
        return this;
    }

    /**
     * Moves behind the last record of each partition: what comes next is new.
     *
     * @return this reader.
     */
    public TopicReader<V> seekToEnd() {
        for (final LogReader reader : readers) {
            reader.seekToEnd();
        }
        return this;
    }

    /**
     * Moves to a record.
     *
     * @param partition of the topic, from 0.
     * @param position  of a record, or one that {@link #position} gave; rounded up to the next record, and down to the end.
     * @return this reader.
     * @throws IllegalArgumentException                    if the topic has no such partition.
     * @throws io.millrace.log.error.PositionGoneException when the record was removed; the reader does not move.
     */
    public TopicReader<V> seek(final int partition, final long position) {
        reader(partition).seek(position);
        return this;
    }

    /**
     * Where a partition is read next, to go on there another time.
     *
     * @param partition of the topic, from 0.
     * @return bytes from the beginning of the partition.
     * @throws IllegalArgumentException if the topic has no such partition.
     */
    public long position(final int partition) {
        return reader(partition).position();
    }

    private LogReader reader(final int partition) {
        if (partition < 0 || partition >= readers.length) {
            throw new IllegalArgumentException("topic " + topic.name() + " has no partition " + partition
                    + ": its partitions are 0 to " + (readers.length - 1));
        }
        return readers[partition];
    }

    /**
     * Hands out the next records that are there, without waiting. Partitions take turns at being first.
     *
     * @param consumer called for each. When it throws, the exception goes to the caller and the record comes again.
     * @param limit    at most so many records, greater than 0.
     * @return number of records handed out, 0 when there are none now.
     * @throws MillraceException     MALFORMED_RECORD, with the place, when a value was written with another codec.
     * @throws IllegalStateException when the reader or its store is closed.
     */
    public int poll(final Consumer<? super TopicRecord<V>> consumer, final int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a poll asks for at least 1 record, not " + limit);
        }
        handedOut = 0;
        for (int i = 0; i < readers.length && handedOut < limit; i++) {
            final int partition = (nextPartition + i) % readers.length;
            while (handedOut < limit && read(partition, consumer, limit - handedOut, Long.MAX_VALUE) > 0) {
                // Watermarks and ticks take room in a poll of the log and are not handed out.
            }
        }
        nextPartition = (nextPartition + 1) % readers.length;
        return handedOut;
    }

    /**
     * Hands out all records up to those that are there now, partition by partition.
     *
     * @param consumer called for each, as by {@link #poll}.
     * @return number of records handed out.
     * @throws MillraceException     as {@link #poll} does.
     * @throws IllegalStateException when the reader or its store is closed.
     */
    public long readAll(final Consumer<? super TopicRecord<V>> consumer) {
        long count = 0;
        for (int i = 0; i < readers.length; i++) {
            final LogPartition partition = topic.partition(i);
            // What is appended while this goes on, if only by the consumer, is for the next time.
            final long endPosition = partition.tailPosition();
            int polled;
            do {
                handedOut = 0;
                polled = read(i, consumer, POLL_LIMIT, endPosition);
                count += handedOut;
            } while (polled > 0);
        }
        return count;
    }

    private int read(
            final int partition,
            final Consumer<? super TopicRecord<V>> consumer,
            final int limit,
            final long endPosition) {
        final int polled = readers[partition].poll(record -> onRecord(partition, record, consumer), limit, endPosition);
        if (polled < 0) {
            throw new IllegalStateException("the reader or its store is closed: " + this);
        }
        return polled;
    }

    private void onRecord(
            final int partition, final RecordFlyweight record, final Consumer<? super TopicRecord<V>> consumer) {
        if (record.kind() == RecordKind.DATA) {
            consumer.accept(records[partition].wrap(record, value(partition, record)));
            handedOut++;
        }
    }

    private V value(final int partition, final RecordFlyweight record) {
        try {
            return codec.decode(record.buffer(), record.valueOffset(), record.valueLength());
        } catch (final MillraceException e) {
            throw new MillraceException(
                    e.code(),
                    "cannot read a record as " + codec.describe() + ": topic=" + topic.name() + " partition="
                            + partition + " position=" + record.position() + ": " + e.getMessage()
                            + "; open the topic with the codec that it was written with",
                    e);
        }
    }

    /** Ends reading. May be called more than once. */
    @Override
    public void close() {
        CloseHelper.closeAll(readers);
    }

    @Override
    public String toString() {
        return "TopicReader{topic=" + topic.name() + ", codec=" + codec.describe() + '}';
    }
}
