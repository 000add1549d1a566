package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.core.KeyWriter;
import io.millrace.streams.topology.DurationText;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.SinkNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.StepScope;
import io.millrace.streams.topology.TopologyNode;
import java.util.Objects;
import java.util.function.Function;

/**
 * The end of a stream under construction: the node and port that its values come from, and how they are written. The typed
 * faces of the language stand on it.
 *
 * @param topology that is built.
 * @param node     that the values come from.
 * @param port     of the node.
 * @param codec    that writes the values; null where a function made them and nobody said.
 * @param <V>      type of the values.
 */
record Flow<V>(Topology topology, TopologyNode node, int port, Codec<V> codec) {
    /** Refuses to stand behind steps with a grace, where a step has none of its own and would take their results for late. */
    void mistakeIfBehind(final String where, final long toleratedNs) {
        if (lagNs() > toleratedNs) {
            topology.mistake(
                    where,
                    "its values may come " + DurationText.of(lagNs())
                            + " behind the watermark, because of the grace of a step before, and it would take them for"
                            + " late; let the source wait instead, with outOfOrderness(…), and leave out the grace");
        }
    }

    /** How far the values may be behind the watermark, in ns, because of the grace of steps before. */
    long lagNs() {
        return node.lagNs(port);
    }

    <R> Flow<R> then(final StepNode<V> step, final Codec<R> newCodec) {
        node.add(port, step);
        return new Flow<>(topology, step, TopologyNode.MAIN, newCodec);
    }

    // Attaches an unnamed step without state, which is one operator class.
    <R> Flow<R> stateless(final String kind, final StepNode.Factory<V> factory, final Codec<R> newCodec) {
        final String name = topology.nextName(kind);
        return then(new StepNode<>(name, kind, factory), newCodec);
    }

    Flow<V> exchange(
            final String name, final String keyDescription, final Function<StepScope, KeyWriter<?>> keyWriter) {
        topology.addExchange(name);
        final ExchangeNode exchange = new ExchangeNode(name, codec, keyDescription, keyWriter);
        if (codec == null) {
            topology.mistake("exchange " + name, unwritten());
        }
        node.add(port, exchange);
        return new Flow<>(topology, exchange, TopologyNode.MAIN, codec);
    }

    Flow<V> merge(final String name, final Flow<V> other) {
        final Flow<V> merged = exchange(name, null, null);
        if (other.topology != topology) {
            topology.mistake("merge " + name, "the streams are of two topologies; build both in one");
        } else if (other.node == node && other.port == port) {
            topology.mistake("merge " + name, "a stream is merged with itself; name another one");
        } else {
            other.node.add(other.port, merged.node);
        }
        return merged;
    }

    private String unwritten() {
        return "it does not know how to write what " + node.name()
                + " makes; give that step a codec, or put map(function, codec) behind it";
    }

    void onError(final ErrorPolicy policy) {
        Objects.requireNonNull(policy, "onError(…) needs a policy, such as ErrorPolicy.SKIP");
        if (policy.kind() == ErrorPolicy.Kind.DEAD_LETTER) {
            topology.addDeadLetterTopic(policy.deadLetterTopic());
        }
        node.onError(policy);
    }

    void named(final String name) {
        Objects.requireNonNull(name, "named(…) needs a name");
        if (!(node instanceof StepNode<?> step) || step.isNamed()) {
            topology.mistake(
                    "named " + name,
                    "the last step is " + node.name() + " and has its name already; say named(…) right behind a step"
                            + " without one, such as map or filter");
        } else if (step.portCount() > 1) {
            topology.mistake(
                    "named " + name,
                    "a case has no name of its own; name the branch: branch().named(\"" + name + "\").when(…)");
        } else {
            topology.nameStep(step, name);
        }
    }

    void to(final String topic) {
        to(topic, null);
    }

    void to(final String topic, final ErrorPolicy policy) {
        topology.addOutput(topic);
        if (codec == null) {
            // Where an exchange lies between, it has said so.
            if (!(node instanceof ExchangeNode)) {
                topology.mistake("sink " + topic, unwritten());
            }
            return;
        }
        final SinkNode sink = new SinkNode(topic, codec);
        node.add(port, sink);
        if (policy != null) {
            new Flow<>(topology, sink, TopologyNode.MAIN, codec).onError(policy);
        }
    }
}
