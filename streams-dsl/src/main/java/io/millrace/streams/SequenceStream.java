package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.output.WatermarkGrid;
import io.millrace.operators.pattern.Match;
import io.millrace.operators.pattern.SequenceOperator;
import io.millrace.operators.pattern.SequenceOptions;
import io.millrace.streams.topology.StepNode;
import java.util.Objects;

/**
 * What a sequence has found, under the keys of its values. Views that are valid inside the call of a function: a function makes a
 * value of them before they go to a topic or through an exchange.
 *
 * @param <K> type of the keys.
 * @param <V> type of the values that the sequence takes.
 */
public final class SequenceStream<K, V> extends KeyedStream<K, Match<V>> {
    private static final int LATE = 1;
    private static final int TIMED_OUT = 2;
    private static final int GIVEN_UP = 3;

    // Where an exchange lies between, the step learns of time every ms, so it waits for its values no longer than that.
    private static final WatermarkGrid GRID = new WatermarkGrid(1_000_000, 0);

    private final Codec<V> valueCodec;

    private SequenceStream(final Flow<Match<V>> flow, final Codec<K> keyCodec, final Codec<V> valueCodec) {
        super(flow, keyCodec);
        this.valueCodec = valueCodec;
    }

    static <K, V> SequenceStream<K, V> of(
            final KeyedStream<K, V> stream, final String name, final Sequence<V> sequence) {
        final Topology topology = stream.flow.topology();
        topology.checkStep(name);
        Objects.requireNonNull(sequence, "a sequence step needs a sequence, such as Sequence.begin(…)");
        final Codec<V> codec = stream.flow.codec();
        final String mistake = sequence.mistake();
        if (mistake != null) {
            topology.mistake("sequence " + name, mistake);
        } else if (codec == null) {
            topology.mistake(
                    "sequence " + name,
                    "it keeps values and does not know how to write what "
                            + stream.flow.node().name()
                            + " makes; give that step a codec, or put mapValues(function, codec) behind it");
        }
        stream.flow.mistakeIfBehind("sequence " + name, 0);
        final SequenceOptions<V> options = mistake == null ? sequence.options() : null;
        final StepNode<V> step = new StepNode<>(
                name,
                "sequence of " + sequence,
                new StepNode.StateInfo(
                        "32 bytes and the value, for each value until time has passed it and as long as partial matches"
                                + " have it; 72 bytes for each partial match and 24 for each of its values; and the key",
                        GRID),
                null,
                (scope, nexts) -> scope.operator(
                        SequenceOperator.class,
                        scope.name(),
                        scope.failures(),
                        options,
                        codec.forTask(),
                        scope.memory(),
                        scope.counters(),
                        nexts.get(0),
                        nexts.get(LATE),
                        nexts.get(TIMED_OUT),
                        nexts.get(GIVEN_UP)));
        step.reserve(LATE, "late");
        step.reserve(TIMED_OUT, "timed out");
        step.reserve(GIVEN_UP, "given up");
        topology.check(
                () -> step.children(0).isEmpty() && step.children(TIMED_OUT).isEmpty()
                        ? "sequence " + name
                                + ": nobody reads what it finds, so it would keep state for nothing; end it with"
                                + " mapValues(…).to(topic), or leave the step out"
                        : null);
        return new SequenceStream<>(stream.flow.then(step, null), stream.keyCodec, codec);
    }

    @Override
    public SequenceStream<K, V> onError(final ErrorPolicy policy) {
        super.onError(policy);
        return this;
    }

    /**
     * Values that came when the watermark was ahead of them: they are in no match, and break none. They are counted in any
     * case.
     *
     * @return the late values, under their keys.
     */
    public KeyedStream<K, V> late() {
        return new KeyedStream<>(new Flow<>(flow.topology(), flow.node(), LATE, valueCodec), keyCodec);
    }

    /**
     * Partial matches whose time was over before they were complete, each at that time.
     *
     * @return what they had come to, under their keys.
     */
    public KeyedStream<K, Match<V>> timedOut() {
        return partial(TIMED_OUT);
    }

    /**
     * Partial matches that were one too many for their key, see {@link Sequence#maxPartialMatches}, at the time of the value
     * that began another one.
     *
     * @return what they had come to, under their keys.
     */
    public KeyedStream<K, Match<V>> givenUp() {
        return partial(GIVEN_UP);
    }

    private KeyedStream<K, Match<V>> partial(final int port) {
        return new KeyedStream<>(new Flow<>(flow.topology(), flow.node(), port, null), keyCodec);
    }
}
