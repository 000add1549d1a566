package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.task.SourceWatermark;
import io.millrace.streams.topology.SourceNode;
import io.millrace.streams.topology.SourceTime;
import java.time.Duration;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * The values of a topic, and how time passes in it.
 *
 * @param <V> type of the values.
 */
public final class SourceStream<V> extends Stream<V> {
    private static final Duration MAX = Duration.ofNanos(1L << 60);

    private final SourceNode source;

    SourceStream(final Flow<V> flow, final SourceNode source) {
        super(flow);
        this.source = source;
    }

    /**
     * Takes the event time from the value, and not from the record.
     *
     * @param eventTimeNs reads it, in ns since the epoch.
     * @return this stream.
     */
    public SourceStream<V> eventTime(final ToLongFunction<? super V> eventTimeNs) {
        source.eventTime(Objects.requireNonNull(eventTimeNs, "eventTime(…) needs a function"));
        return this;
    }

    /**
     * Says how far an event time may lie behind the largest one so far; what lies further behind may be late.
     *
     * @param bound 0 to 36 years; 0 unless set.
     * @return this stream.
     */
    public SourceStream<V> outOfOrderness(final Duration bound) {
        if (isInRange("out-of-orderness", bound)) {
            final SourceTime time = source.time();
            source.time(new SourceTime(bound.toNanos(), time.idleAfterNs(), time.maxAheadNs()));
        }
        return this;
    }

    /**
     * Says how long a partition may be silent before event time goes on without it, at the pace of log time: windows close
     * although the input stopped, and other partitions are not held up. What comes after such a silence with older event
     * times may be late.
     *
     * @param silence 0 to 36 years, in log time; 5 s unless set.
     * @return this stream.
     */
    public SourceStream<V> idleAfter(final Duration silence) {
        if (isInRange("idle-after", silence)) {
            final SourceTime time = source.time();
            source.time(new SourceTime(time.outOfOrdernessNs(), silence.toNanos(), time.maxAheadNs()));
        }
        return this;
    }

    /**
     * Lets event time stand still while a partition is silent, for as long as it may take.
     *
     * @return this stream.
     */
    public SourceStream<V> neverIdle() {
        final SourceTime time = source.time();
        source.time(new SourceTime(time.outOfOrdernessNs(), SourceWatermark.NEVER_IDLE, time.maxAheadNs()));
        return this;
    }

    /**
     * Says how far an event time may lie ahead of the log time at which its record was appended. One that lies further ahead
     * cannot be true: its record is treated as one that cannot be decoded, and does not move the watermark.
     *
     * @param distance 0 to 36 years; a day unless set.
     * @return this stream.
     */
    public SourceStream<V> maxAhead(final Duration distance) {
        if (isInRange("max-ahead", distance)) {
            final SourceTime time = source.time();
            source.time(new SourceTime(time.outOfOrdernessNs(), time.idleAfterNs(), distance.toNanos()));
        }
        return this;
    }

    private boolean isInRange(final String setting, final Duration duration) {
        Objects.requireNonNull(duration, () -> setting + " needs a duration");
        if (duration.isNegative() || duration.compareTo(MAX) > 0) {
            flow.topology()
                    .mistake(
                            "source " + source.name(),
                            setting + " must not be negative or above 36 years, is " + duration);
            return false;
        }
        return true;
    }

    @Override
    public SourceStream<V> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }

    /**
     * Uses the keys that the records have in the topic. Whoever wrote them chose the partition by the hash of this key, so
     * records of one key are together already and no exchange is needed.
     *
     * @param keyCodec that reads the keys.
     * @param <K>      type of the keys.
     * @return the values under the keys of their records.
     */
    public <K> KeyedStream<K, V> keyed(final Codec<K> keyCodec) {
        return new KeyedStream<>(flow, Objects.requireNonNull(keyCodec, "keyed(…) needs a codec of the keys"));
    }
}
