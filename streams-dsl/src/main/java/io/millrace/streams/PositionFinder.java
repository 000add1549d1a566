package io.millrace.streams;

import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.LogTopic;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.segment.SegmentDescriptor;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.plan.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Turns what was said about the sources of a job into one byte position for each of their partitions. */
final class PositionFinder {
    private final LogStore store;
    private final String job;
    private final List<String> sources;

    PositionFinder(final LogStore store, final Plan plan) {
        this.store = store;
        this.job = plan.graph().name();
        this.sources = plan.stages().stream()
                .filter(Stage::isSource)
                .map(Stage::inputTopic)
                .toList();
    }

    /**
     * Finds the positions.
     *
     * @param setting   that was made, for messages.
     * @param positions as they were said.
     * @param isPartial true when topics may be left out, which stand at their beginning then.
     * @return one for each partition of each source, by the topic's name.
     */
    Map<String, long[]> find(final String setting, final SourcePositions positions, final boolean isPartial) {
        for (final String topic : positions.topics().keySet()) {
            if (!sources.contains(topic)) {
                throw refusal(setting + "(…) names topic " + topic + ", which it does not read; its sources are "
                        + String.join(", ", sources));
            }
        }
        final Map<String, long[]> found = new TreeMap<>();
        for (final String topic : sources) {
            SourcePositions.Place place = positions.in(topic);
            if (place == null) {
                if (!isPartial) {
                    throw refusal(setting + "(…) says nothing about topic " + topic
                            + "; name a position for each of its partitions, a log time or the end");
                }
                place = new SourcePositions.Place.Beginning();
            }
            found.put(topic, find(setting, store.topic(topic), place));
        }
        return found;
    }

    private long[] find(final String setting, final LogTopic topic, final SourcePositions.Place place) {
        if (place instanceof SourcePositions.Place.Positions given && given.values().length != topic.partitionCount()) {
            throw refusal(setting + "(…) has " + given.values().length + " positions of topic " + topic.name()
                    + ", which has " + topic.partitionCount() + " partitions; name one for each");
        }
        final long[] found = new long[topic.partitionCount()];
        for (int i = 0; i < found.length; i++) {
            try (LogReader reader = topic.partition(i).reader()) {
                found[i] = find(setting, topic.partition(i), reader, place);
            }
        }
        return found;
    }

    private long find(
            final String setting,
            final LogPartition partition,
            final LogReader reader,
            final SourcePositions.Place place) {
        if (place instanceof SourcePositions.Place.Beginning) {
            reader.seekToBegin();
        } else if (place instanceof SourcePositions.Place.End) {
            reader.seekToEnd();
        } else if (place instanceof SourcePositions.Place.LogTime logTime) {
            reader.seekToLogTime(past(setting, logTime.time()));
        } else if (place instanceof SourcePositions.Place.Positions given) {
            seek(setting, partition, reader, given.values()[partition.index()]);
        }
        return reader.position();
    }

    private long past(final String setting, final Instant time) {
        final long nowNs = store.logTimeNs();
        final Instant now = Instant.EPOCH.plusNanos(nowNs);
        if (time.isAfter(now)) {
            // What is appended until then would belong to it, and nobody knows yet how much that is.
            throw refusal(setting + "(…) names log time " + time + ", which is still to come; allowed are times up to "
                    + now);
        }
        if (time.isBefore(Instant.EPOCH)) {
            return 0;
        }
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    private void seek(final String setting, final LogPartition partition, final LogReader reader, final long position) {
        final long begin = partition.beginPosition();
        final long end = partition.tailPosition();
        final boolean isBeforeBegin = position < begin && !isInSegmentHeader(partition, position, begin);
        if (position < 0 || isBeforeBegin || position > end) {
            throw refusal(at(setting, partition, position)
                    + (position > end
                            ? ", beyond its end"
                            : position >= 0 && partition.isTruncated()
                                    ? ", and what is before " + begin + " was removed"
                                    : ", where no record is")
                    + "; allowed are the beginnings of records from " + begin + " to the end " + end);
        }
        reader.seek(position);
        if (reader.position() != position && !isInSegmentHeader(partition, position, reader.position())) {
            throw refusal(at(setting, partition, position) + ", where no record begins; allowed are the beginnings of"
                    + " records from " + begin + " to the end " + end + ", the next one is " + reader.position());
        }
    }

    // Where a full segment ends, and its successor begins, is the same place as that one's first record.
    private static boolean isInSegmentHeader(final LogPartition partition, final long position, final long next) {
        final long base = position & -partition.segmentLength();
        return position == base && next == base + SegmentDescriptor.HEADER_LENGTH;
    }

    private String at(final String setting, final LogPartition partition, final long position) {
        return setting + "(…) names position " + position + " of topic " + partition.topic() + " partition "
                + partition.index();
    }

    private MillraceException refusal(final String what) {
        return new MillraceException(ErrorCode.CONFIGURATION, "job " + job + ": " + what);
    }
}
