package io.millrace.streams;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Sided;
import io.millrace.operators.join.SidesCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Several streams, with different values and the same keys, that are aggregated together: each says how its values are added, and
 * all add to one state.
 *
 * @param <K> type of the keys.
 * @param <R> type of the result.
 */
public abstract sealed class Cogroup<K, R> permits CogroupedStream, CogroupedValues {
    private final List<KeyedStream<K, ?>> streams = new ArrayList<>();

    Cogroup(final KeyedStream<K, ?> first) {
        streams.add(first);
    }

    final void add(final KeyedStream<K, ?> stream) {
        Objects.requireNonNull(stream, "with(…) needs a stream");
        if (streams.contains(stream)) {
            mistake("cogroup", "a stream is in it twice; add all that its values add in one function");
        }
        streams.add(stream);
        if (streams.size() == SidesCodec.MAX_SIDES + 1) {
            mistake("cogroup", "it has more than " + SidesCodec.MAX_SIDES + " streams; merge some of them before");
        }
    }

    private void mistake(final String where, final String mistake) {
        streams.get(0).flow.topology().mistake(where, mistake);
    }

    /** An aggregation of the values of all streams. */
    abstract Aggregation<Sided, ?, R> aggregation();

    /**
     * Parts the values of all streams into windows. Where the streams are read by different tasks, all are appended to one
     * exchange, and the order there is the order.
     *
     * @param name    of the step, unique in the topology; its state is bound to it, and its exchange is called {@code name-sides}.
     * @param windows into which the values are parted.
     * @return the windows, to be aggregated.
     */
    public final CogroupedWindows<K, R> window(final String name, final Windows windows) {
        final KeyedStream<K, ?> first = streams.get(0);
        if (streams.size() == 1) {
            mistake("cogroup " + name, "it has one stream only; say with(stream, add) for each of the others");
        }
        final List<Sides.Side<?>> sides = new ArrayList<>();
        // A mistake was made where there are more.
        for (final KeyedStream<K, ?> stream : streams.subList(0, Math.min(streams.size(), SidesCodec.MAX_SIDES))) {
            sides.add(new Sides.Side<>(stream.flow, stream.keyCodec));
        }
        final Codec<K> keyCodec = first.keyCodec;
        final Flow<Sided> together = Sides.together(name, sides);
        return new CogroupedWindows<>(
                name, new KeyedStream<>(together, keyCodec).window(name, windows), keyCodec, streams, aggregation());
    }
}
