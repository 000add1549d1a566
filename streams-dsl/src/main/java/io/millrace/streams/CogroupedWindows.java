package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.OneSideOperator;
import io.millrace.operators.join.Sided;
import io.millrace.operators.window.Emission;
import io.millrace.operators.window.Windowed;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Values of several streams under their keys, parted into windows that all of them share.
 *
 * @param <K> type of the keys.
 * @param <R> type of the result.
 */
public final class CogroupedWindows<K, R> {
    private final String name;
    private final WindowedStream<K, Sided> windows;
    private final Codec<K> keyCodec;
    private final List<KeyedStream<K, ?>> streams;
    private final Aggregation<Sided, ?, R> aggregation;
    private final Map<Integer, Consumer<Flow<Sided>>> late = new TreeMap<>();

    CogroupedWindows(
            final String name,
            final WindowedStream<K, Sided> windows,
            final Codec<K> keyCodec,
            final List<KeyedStream<K, ?>> streams,
            final Aggregation<Sided, ?, R> aggregation) {
        this.name = name;
        this.windows = windows;
        this.keyCodec = keyCodec;
        this.streams = List.copyOf(streams);
        this.aggregation = aggregation;
    }

    /**
     * Says what becomes of values of one of the streams that come for a window whose result is final. Late values of all streams are
     * counted in any case. A value that belongs into several windows of which some are still open is late once, and is added to
     * those.
     *
     * @param stream  that was given to this co-group.
     * @param newLate is given the stream of its late values, under their keys; said once for each.
     * @param <V>     type of the values of the stream.
     * @return this.
     */
    public <V> CogroupedWindows<K, R> late(
            final KeyedStream<K, V> stream, final Consumer<? super KeyedStream<K, V>> newLate) {
        Objects.requireNonNull(newLate, "late(…) needs a consumer");
        final int side = streams.indexOf(stream);
        if (side < 0) {
            mistake("late(…) is said of a stream that is not in it");
        } else if (late.put(side, sided -> newLate.accept(ofSide(sided, side, stream))) != null) {
            mistake("late(…) is said twice of one stream; attach all that takes its late values in one");
        }
        return this;
    }

    private <V> KeyedStream<K, V> ofSide(final Flow<Sided> sided, final int side, final KeyedStream<K, V> stream) {
        return new KeyedStream<>(
                sided.stateless(
                        "late",
                        (scope, nexts) -> scope.operator(OneSideOperator.class, scope.failures(), side, nexts.get(0)),
                        stream.flow.codec()),
                keyCodec);
    }

    private void mistake(final String mistake) {
        streams.get(0).flow.topology().mistake("cogroup " + name, mistake);
    }

    /**
     * Says when results are handed on.
     *
     * @param emission made by {@link Emit}; on close unless set.
     * @return this.
     */
    public CogroupedWindows<K, R> emit(final Emission emission) {
        windows.emit(emission);
        return this;
    }

    /**
     * Aggregates, as the streams have said.
     *
     * @return one final result for each key and window in which a value of any of the streams lies.
     */
    public Stream<Windowed<K, R>> aggregate() {
        if (!late.isEmpty()) {
            windows.late(all -> late.values().forEach(each -> each.accept(all.flow)));
        }
        return windows.split(false).aggregate(aggregation);
    }
}
