package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.aggregate.Average;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.window.Emission;
import io.millrace.operators.window.Windowed;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Values under keys, parted into windows: what is left to say is how the values of a window become its result. The results
 * keep their keys.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values.
 */
public final class WindowedStream<K, V> {
    private final Flow<V> flow;
    private final Codec<K> keyCodec;
    private final String name;
    private final Windows windows;
    private Consumer<Stream<V>> late;
    private Emission emission = Emission.ON_CLOSE;
    private boolean isSplit = true;
    private boolean isAggregated;

    WindowedStream(final Flow<V> flow, final Codec<K> keyCodec, final String name, final Windows windows) {
        this.flow = flow;
        this.keyCodec = keyCodec;
        this.name = name;
        this.windows = windows;
        flow.topology()
                .check(() -> isAggregated
                        ? null
                        : "window " + name
                                + ": its values are not aggregated; end it with aggregate(…), count() or one of"
                                + " their kin, or leave the step out");
    }

    /**
     * Says what becomes of values that come for a window whose result is final. They are counted in any case. A value that
     * belongs into several windows of which some are still open is late once, and is added to those.
     *
     * @param newLate is given the stream of them; said once, since a stream may be used more than once.
     * @return this.
     */
    public WindowedStream<K, V> late(final Consumer<Stream<V>> newLate) {
        if (late != null) {
            mistake("late(…) is said twice; attach all that takes late values in one");
        }
        late = Objects.requireNonNull(newLate, "late(…) needs a consumer");
        return this;
    }

    /**
     * Says when results are handed on.
     *
     * @param newEmission made by {@link Emit}; on close unless set.
     * @return this.
     */
    public WindowedStream<K, V> emit(final Emission newEmission) {
        emission = Objects.requireNonNull(newEmission, "emit(…) needs an emission, such as Emit.onUpdate()");
        return this;
    }

    /**
     * Says whether an exchange in front of the windows may be given sums for each key and window instead of all values. It is
     * done where the aggregation is combinable, results are emitted on close, the exchange is not used otherwise, and a failure
     * to combine sums either stops the job or cannot happen, as for counts and extremes: a policy that leaves single records
     * out needs those records. The results are the same.
     *
     * @param newSplit false to send all values; true unless set.
     * @return this.
     */
    public WindowedStream<K, V> split(final boolean newSplit) {
        isSplit = newSplit;
        return this;
    }

    /**
     * Aggregates. A window step has one aggregation; another one needs a window step of its own.
     *
     * @param aggregation of the values of a window.
     * @param <S>         type of the state.
     * @param <R>         type of the result.
     * @return one final result for each key and window.
     */
    public <S, R> Stream<Windowed<K, R>> aggregate(final Aggregation<V, S, R> aggregation) {
        Objects.requireNonNull(aggregation, "a window needs an aggregation");
        if (isAggregated) {
            mistake(
                    "its values are aggregated twice, and state is bound to its name; window(…) the stream once more under"
                            + " another name");
        }
        isAggregated = true;
        if (windows.isHopping() && !aggregation.isCombinable()) {
            mistake("hopping windows need combine(…) of their aggregation, to put results together from panes");
        }
        if (windows.isSession() && !aggregation.isCombinable()) {
            mistake("sessions need combine(…) of their aggregation, to make one session of two");
        }
        if (windows.isSliding() && !aggregation.isCombinable()) {
            mistake("sliding windows need combine(…) of their aggregation, to share sums");
        }
        if (windows.isSliding() && emission.kind() != Emission.Kind.ON_CLOSE) {
            mistake("sliding windows emit on close only; leave out emit(…)");
        }
        if (windows.isCount() && emission.kind() == Emission.Kind.EVERY) {
            mistake("windows of a count emit on close or on update, not by the clock");
        }
        if (windows.isCount() && late != null) {
            mistake("nothing is late for windows of a count; leave out late(…)");
        }
        final WindowStep<K, V, R> step =
                new WindowStep<>(name, windows, emission, aggregation, keyCodec, isSplit, flow.codec());
        final Flow<Windowed<K, R>> results = flow.then(step.node(), null);
        if (late != null) {
            step.node().reserve(WindowStep.LATE, "late");
            late.accept(new Stream<>(new Flow<>(flow.topology(), step.node(), WindowStep.LATE, flow.codec())));
        }
        flow.topology()
                .check(() -> step.node().children().isEmpty()
                        ? "window " + name
                                + ": nobody reads its results, so it would keep state for nothing; end it with to(topic), or"
                                + " leave the step out"
                        : null);
        return new Stream<>(results);
    }

    private void mistake(final String mistake) {
        flow.topology().mistake("window " + name, mistake);
    }

    /**
     * Aggregates with state of a fixed size.
     *
     * @param stateFactory makes a view of the state.
     * @param add          adds a value to it; a new state's bytes are all zero.
     * @param <S>          type of the state.
     * @return one final result for each key and window.
     */
    public <S extends StateFlyweight> Stream<Windowed<K, S>> aggregate(
            final Supplier<S> stateFactory, final BiConsumer<? super S, ? super V> add) {
        return aggregate(Aggregation.<V, S>flyweight(stateFactory, add));
    }

    /**
     * Counts the values.
     *
     * @return their number for each key and window.
     */
    public Stream<Windowed<K, Long>> count() {
        return aggregate(Aggregations.<V>count());
    }

    /**
     * Adds numbers up, see {@link Aggregations#sum}.
     *
     * @param number of a value.
     * @return their sum for each key and window.
     */
    public Stream<Windowed<K, Long>> sum(final ToLongFunction<? super V> number) {
        return aggregate(Aggregations.<V>sum(number));
    }

    /**
     * Finds the smallest number.
     *
     * @param number of a value.
     * @return the smallest for each key and window.
     */
    public Stream<Windowed<K, Long>> min(final ToLongFunction<? super V> number) {
        return aggregate(Aggregations.<V>min(number));
    }

    /**
     * Finds the largest number.
     *
     * @param number of a value.
     * @return the largest for each key and window.
     */
    public Stream<Windowed<K, Long>> max(final ToLongFunction<? super V> number) {
        return aggregate(Aggregations.<V>max(number));
    }

    /**
     * Averages numbers, see {@link Aggregations#average}.
     *
     * @param number of a value.
     * @return their average for each key and window; a view, valid inside the call.
     */
    public Stream<Windowed<K, Average>> average(final ToLongFunction<? super V> number) {
        return aggregate(Aggregations.<V>average(number));
    }

    /**
     * Makes one value of all, see {@link Aggregations#reduce}.
     *
     * @param codec    that writes the values.
     * @param function makes one value of two, in whatever order and grouping.
     * @return the value that is left for each key and window.
     */
    public Stream<Windowed<K, V>> reduce(final Codec<V> codec, final BinaryOperator<V> function) {
        return aggregate(Aggregations.reduce(codec, function));
    }

    /**
     * Keeps the values with the largest scores, see {@link Aggregations#topN}.
     *
     * @param n     how many at most, at least 1.
     * @param score of a value.
     * @param codec that writes the values.
     * @return the list of them for each key and window.
     */
    public Stream<Windowed<K, List<V>>> topN(final int n, final ToLongFunction<? super V> score, final Codec<V> codec) {
        return aggregate(Aggregations.topN(n, score, codec));
    }
}
