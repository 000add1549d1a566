package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.effect.CallCodec;
import io.millrace.operators.effect.CallRecord;
import io.millrace.operators.effect.ReplyOperator;
import io.millrace.operators.effect.RequestOperator;
import io.millrace.streams.effect.CallSettings;
import io.millrace.streams.effect.CallSpec;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The nodes of {@code mapAsync}: inputs go into an exchange, to which their replies are appended, and come out with them. */
final class AsyncStep<V, R> {
    private static final CallSettings OF_A_MISTAKE = new CallSettings(1, 1, 1, 0, 0, true);

    private final String name;
    private final Function<? super V, ? extends CompletionStage<? extends R>> function;
    private final CallSettings settings;
    private final Codec<V> inputCodec;
    private final Codec<R> replyCodec;
    private final Flow<R> replies;
    private BiFunction<? super V, ? super Throwable, ? extends R> orElse;

    AsyncStep(
            final Flow<V> inputs,
            final String name,
            final Function<? super V, ? extends CompletionStage<? extends R>> function,
            final Async async,
            final Codec<R> replyCodec) {
        this.name = name;
        this.function = Objects.requireNonNull(function, "mapAsync needs a function");
        this.replyCodec = Objects.requireNonNull(replyCodec, "mapAsync needs a codec of the replies");
        this.inputCodec = inputs.codec();
        Objects.requireNonNull(async, "mapAsync needs to know how to call, such as Async.atMost(16)");
        final String mistake = async.mistake();
        if (mistake != null) {
            inputs.topology().mistake("mapAsync " + name, mistake);
        }
        if (inputCodec == null) {
            inputs.topology()
                    .mistake(
                            "mapAsync " + name,
                            "it does not know how to write what "
                                    + inputs.node().name()
                                    + " makes; give that step a codec, or put map(function, codec) in front");
        }
        this.settings = mistake == null ? async.settings() : OF_A_MISTAKE;
        this.replies = behind(exchange(inputs), inputs, async.isOrdered());
    }

    private ExchangeNode exchange(final Flow<V> inputs) {
        final Topology topology = inputs.topology();
        final String requests = name + "-requests";
        topology.checkStep(name);
        topology.checkStep(requests);
        topology.addExchange(name + "-calls");
        final StepNode<V> step = new StepNode<>(
                requests,
                requests,
                null,
                null,
                (scope, nexts) -> scope.operator(RequestOperator.class, scope.failures(), nexts.get(0)));
        inputs.node().add(inputs.port(), step);
        final ExchangeNode exchange =
                ExchangeNode.calls(name + "-calls", inputCodec == null ? null : new CallCodec(inputCodec));
        step.add(TopologyNode.MAIN, exchange);
        return exchange;
    }

    private Flow<R> behind(final ExchangeNode exchange, final Flow<V> inputs, final boolean isOrdered) {
        final StepNode<CallRecord> step = new StepNode<>(
                name,
                "replies in the order of " + (isOrdered ? "the inputs" : "their coming"),
                new StepNode.StateInfo("each input that waits for its reply", null),
                null,
                (scope, nexts) -> scope.operator(
                        ReplyOperator.class,
                        scope.failures(),
                        isOrdered,
                        scope.keptCodec(replyCodec),
                        scope.calls(new CallSpec<V, R>(name, function, orElse, settings, inputCodec, replyCodec)),
                        nexts.get(0)));
        exchange.add(TopologyNode.MAIN, step);
        return new Flow<>(inputs.topology(), step, TopologyNode.MAIN, replyCodec);
    }

    Flow<R> replies() {
        return replies;
    }

    void orElse(final BiFunction<? super V, ? super Throwable, ? extends R> newOrElse) {
        orElse = Objects.requireNonNull(newOrElse, "orElse needs a function");
    }
}
