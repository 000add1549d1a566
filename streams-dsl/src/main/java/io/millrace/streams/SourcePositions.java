package io.millrace.streams;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A place in each partition of the topics that a job reads: where it begins, ends or stops. Immutable.
 *
 * <p>For example everything since midnight, but of one topic from two positions on:
 * {@code SourcePositions.logTime(midnight).and("trades", 4096, 73728)}.
 */
public final class SourcePositions {
    private final Place others;
    private final Map<String, Place> topics;

    private SourcePositions(final Place others, final Map<String, Place> topics) {
        this.others = others;
        this.topics = Collections.unmodifiableMap(new TreeMap<>(topics));
    }

    /**
     * The first record of each partition that is there.
     *
     * @return the positions.
     */
    public static SourcePositions beginning() {
        return new SourcePositions(new Place.Beginning(), Map.of());
    }

    /**
     * The end of each partition as it is when the job starts.
     *
     * @return the positions.
     */
    public static SourcePositions end() {
        return new SourcePositions(new Place.End(), Map.of());
    }

    /**
     * The first record of each partition that is not older than a time; the end of the partition as it is when the job starts,
     * when all are older.
     *
     * @param logTime of records, when they were appended; not in the future when the job starts.
     * @return the positions.
     */
    public static SourcePositions logTime(final Instant logTime) {
        return new SourcePositions(new Place.LogTime(logTime), Map.of());
    }

    /**
     * Positions in one topic, and nothing said about others.
     *
     * @param topic     that the job reads.
     * @param positions one for each of its partitions, in bytes: where a record begins, or the end of the partition.
     * @return the positions.
     */
    public static SourcePositions of(final String topic, final long... positions) {
        return new SourcePositions(null, Map.of()).and(topic, positions);
    }

    static SourcePositions of(final Map<String, long[]> positions) {
        SourcePositions all = new SourcePositions(null, Map.of());
        for (final Map.Entry<String, long[]> each : positions.entrySet()) {
            all = all.and(each.getKey(), each.getValue());
        }
        return all;
    }

    /**
     * Says something else about one topic.
     *
     * @param topic     that the job reads.
     * @param positions one for each of its partitions, in bytes.
     * @return these positions but for that topic.
     */
    public SourcePositions and(final String topic, final long... positions) {
        return with(topic, new Place.Positions(positions.clone()));
    }

    /**
     * Says something else about one topic.
     *
     * @param topic   that the job reads.
     * @param logTime of the first record, as in {@link #logTime}.
     * @return these positions but for that topic.
     */
    public SourcePositions and(final String topic, final Instant logTime) {
        return with(topic, new Place.LogTime(logTime));
    }

    private SourcePositions with(final String topic, final Place place) {
        final Map<String, Place> more = new TreeMap<>(topics);
        more.put(Objects.requireNonNull(topic, "positions need the name of a topic"), place);
        return new SourcePositions(others, more);
    }

    /** The place in a topic; null when nothing is said about it. */
    Place in(final String topic) {
        return topics.getOrDefault(topic, others);
    }

    /** Tells whether they are the end of every partition. */
    boolean isEnd() {
        return topics.isEmpty() && others instanceof Place.End;
    }

    /** Topics of which something is said by name, with what it is. */
    Map<String, Place> topics() {
        return topics;
    }

    @Override
    public String toString() {
        final String named = topics.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        return others == null ? named : others + (named.isEmpty() ? "" : ", " + named);
    }

    /** A place in all partitions of a topic. */
    sealed interface Place {
        /** The first record that is there. */
        record Beginning() implements Place {
            @Override
            public String toString() {
                return "beginning";
            }
        }

        /** Behind the last record that is there. */
        record End() implements Place {
            @Override
            public String toString() {
                return "end";
            }
        }

        /** The first record that is not older. */
        record LogTime(Instant time) implements Place {
            public LogTime {
                Objects.requireNonNull(time, "a log time is needed");
            }

            @Override
            public String toString() {
                return "log time " + time;
            }
        }

        /** One position for each partition. */
        record Positions(long[] values) implements Place {
            @Override
            public String toString() {
                return LongStream.of(values).mapToObj(Long::toString).collect(Collectors.joining("/"));
            }
        }
    }
}
