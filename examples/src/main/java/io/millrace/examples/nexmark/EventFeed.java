package io.millrace.examples.nexmark;

import io.millrace.log.KeyHash;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordFlyweight;
import io.millrace.log.record.RecordKind;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicAppender;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends the events of a file to their topic, in the order of the file, each under its key. A topic that holds the beginning of the file
 * already, since an earlier run filled it or was killed while it did, is compared with the file and goes on from there. Used by one
 * thread.
 */
final class EventFeed implements AutoCloseable {
    private final String directory;
    private final long mostDisorderMs;
    private final TopicAppender<Event> appender;
    private final LogReader[] held;
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Long.BYTES]);

    // What a poll of one record has found.
    private Event expected;
    private boolean isFound;
    private boolean isSame;
    private boolean isEnd;

    private long count;
    private long latestTs = Long.MIN_VALUE;
    private long disorderMs;

    /**
     * Opens the topic, and makes it where there is none.
     *
     * @param store      that holds it.
     * @param partitions of the topic.
     * @param disorder   by how much an event may be earlier than one before it; null for as much as there is.
     * @throws MillraceException CONFIGURATION if there is one with another number of partitions.
     */
    EventFeed(final LogStore store, final int partitions, final Duration disorder) {
        this.directory = store.directory().toString();
        this.mostDisorderMs = disorder == null ? Long.MAX_VALUE : disorder.toMillis();
        if (!store.hasTopic(Events.TOPIC)) {
            store.createTopic(TopicSpec.named(Events.TOPIC).partitions(partitions));
        }
        final int there = store.topic(Events.TOPIC).partitionCount();
        if (there != partitions) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "the events in " + directory + " are in " + there + " partitions, not in " + partitions
                            + "; give --partitions " + there + ", or another directory");
        }
        appender = TopicAppender.open(store, Events.TOPIC, Events.CODEC);
        held = IntStream.range(0, partitions)
                .mapToObj(i -> store.topic(Events.TOPIC).partition(i).reader())
                .toArray(LogReader[]::new);
    }

    /**
     * Takes the next event of the file.
     *
     * @param event of the file.
     * @throws IllegalArgumentException if it is too early, or not the one that the topic holds in its place.
     */
    void take(final Event event) {
        final long ts = event.ts();
        latestTs = count == 0 ? ts : Math.max(latestTs, ts);
        disorderMs = Math.max(disorderMs, latestTs - ts);
        if (disorderMs > mostDisorderMs) {
            throw new IllegalArgumentException("ts is '" + ts + "', " + disorderMs + " ms behind a line before it; "
                    + mostDisorderMs + " ms are allowed by --disorder");
        }
        count++;
        key.putLong(0, event.key(), ByteOrder.LITTLE_ENDIAN);
        final int partition = KeyHash.partition(key, 0, Long.BYTES, held.length);
        if (holds(partition, event)) {
            return;
        }
        if (isEnd) {
            throw new IllegalArgumentException(
                    "is not in " + directory + ", where the events of another file are; give another directory");
        }
        appender.append(event.timeNs(), Codecs.int64(), event.key(), event);
    }

    private boolean holds(final int partition, final Event event) {
        isFound = false;
        isEnd = false;
        if (held[partition] == null) {
            return false;
        }
        expected = event;
        isSame = false;
        held[partition].poll(this::compare, 1);
        if (!isFound && !isEnd) {
            // All that it held has been compared: from here on this is what is appended.
            held[partition].close();
            held[partition] = null;
        }
        if (isFound && !isSame) {
            throw new IllegalArgumentException("is not what " + directory
                    + " has in its place, where the events of another file are; give another directory");
        }
        return isFound;
    }

    private void compare(final RecordFlyweight record) {
        isFound = record.kind() == RecordKind.DATA;
        isEnd = record.kind() == RecordKind.WATERMARK && record.eventTimeNs() == Long.MAX_VALUE;
        isSame = isFound && expected.isSame(record.buffer(), record.valueOffset(), record.valueLength());
    }

    /**
     * Ends the topic, if that has not been done.
     *
     * @return how many events there are.
     * @throws MillraceException CONFIGURATION if the topic holds more.
     */
    long end() {
        boolean isEnded = true;
        for (final LogReader reader : held) {
            isFound = false;
            isEnd = false;
            expected = new Event();
            if (reader != null) {
                reader.poll(this::compare, 1);
            }
            if (isFound) {
                throw new MillraceException(
                        ErrorCode.CONFIGURATION,
                        directory + " holds more events than the file, those of another one; give another directory");
            }
            isEnded &= isEnd;
        }
        if (!isEnded) {
            appender.end();
        }
        return count;
    }

    /**
     * The disorder of the events so far.
     *
     * @return the most ms by which one is earlier than one before it.
     */
    long disorderMs() {
        return disorderMs;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(Arrays.asList(held));
    }
}
