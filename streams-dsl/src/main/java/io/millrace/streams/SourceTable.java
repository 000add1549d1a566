package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.join.Change;
import java.time.Duration;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * The table of a topic: how its records become the values of keys, and how time passes in it.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class SourceTable<K, V> extends Table<K, V> {
    private static final Duration MAX_TIME_TO_LIVE = Duration.ofNanos(1L << 60);

    private final SourceStream<Change<V>> source;
    private final TableStep<V> step;

    private SourceTable(
            final String name,
            final Codec<K> keyCodec,
            final Codec<V> codec,
            final SourceStream<Change<V>> source,
            final TableStep<V> step) {
        super(name, keyCodec, codec, source.flow.then(step.node(), null));
        this.source = source;
        this.step = step;
    }

    static <K, V> SourceTable<K, V> of(
            final String name, final SourceStream<Change<V>> source, final Codec<K> keyCodec, final Codec<V> codec) {
        final Topology topology = source.flow.topology();
        topology.checkStep(name);
        final TableStep<V> step = new TableStep<>(name, codec);
        checkIsRead(name, step.node(), topology);
        return new SourceTable<>(name, keyCodec, codec, source, step);
    }

    /**
     * Takes the event time from the value, and not from the record. That of a delete is that of its record.
     *
     * @param eventTimeNs reads it, in ns since the epoch.
     * @return this table.
     */
    public SourceTable<K, V> eventTime(final ToLongFunction<? super V> eventTimeNs) {
        Objects.requireNonNull(eventTimeNs, "eventTime(…) needs a function");
        source.eventTime(change -> eventTimeNs.applyAsLong(change.after()));
        return this;
    }

    /**
     * As {@link SourceStream#outOfOrderness}.
     *
     * @param bound 0 to 36 years; 0 unless set.
     * @return this table.
     */
    public SourceTable<K, V> outOfOrderness(final Duration bound) {
        source.outOfOrderness(bound);
        return this;
    }

    /**
     * As {@link SourceStream#idleAfter}.
     *
     * @param silence 0 to 36 years, in log time; 5 s unless set.
     * @return this table.
     */
    public SourceTable<K, V> idleAfter(final Duration silence) {
        source.idleAfter(silence);
        return this;
    }

    /**
     * As {@link SourceStream#neverIdle}.
     *
     * @return this table.
     */
    public SourceTable<K, V> neverIdle() {
        source.neverIdle();
        return this;
    }

    /**
     * As {@link SourceStream#maxAhead}.
     *
     * @param distance 0 to 36 years; a day unless set.
     * @return this table.
     */
    public SourceTable<K, V> maxAhead(final Duration distance) {
        source.maxAhead(distance);
        return this;
    }

    /**
     * Keeps of each key the value with the latest event time, of equal ones the last in the log, and not simply the last. What
     * comes with an earlier time is late, see {@link #late()}; a delete has a time as well, which is remembered for as long as
     * the table remembers keys, so that nothing earlier brings the key back.
     *
     * @param eventTimeNs reads the event time of a value, in ns since the epoch.
     * @return this table.
     */
    public SourceTable<K, V> latestBy(final ToLongFunction<? super V> eventTimeNs) {
        eventTime(eventTimeNs);
        return latestByEventTime();
    }

    /**
     * As {@link #latestBy}, by the event times that the records have.
     *
     * @return this table.
     */
    public SourceTable<K, V> latestByEventTime() {
        step.latestByTime();
        return this;
    }

    /**
     * Deletes a key for which nothing came for a span of log time. The delete is a change like any other.
     *
     * @param timeToLive 1 ns to 36 years; a value that changes nothing counts, one that is late does not.
     * @return this table.
     */
    public SourceTable<K, V> ttl(final Duration timeToLive) {
        Objects.requireNonNull(timeToLive, "ttl(…) needs a duration");
        if (timeToLive.isNegative() || timeToLive.isZero() || timeToLive.compareTo(MAX_TIME_TO_LIVE) > 0) {
            topology().mistake("table " + name(), "the time to live must be 1 ns to 36 years, is " + timeToLive);
        } else {
            step.timeToLive(timeToLive);
        }
        return this;
    }

    @Override
    public SourceTable<K, V> onError(final ErrorPolicy policy) {
        source.onError(policy);
        super.onError(policy);
        return this;
    }

    /**
     * Values that came with an earlier event time than their key has already. They, and deletes of that kind, are counted in
     * any case. There are none unless the table is {@linkplain #latestBy latest by event time}.
     *
     * @return the late values, under their keys.
     */
    public KeyedStream<K, V> late() {
        return new KeyedStream<>(new Flow<>(topology(), step.node(), TableStep.LATE, codec()), keyCodec);
    }
}
