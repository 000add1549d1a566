package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.SideOperator;
import io.millrace.operators.join.Sided;
import io.millrace.operators.join.SidesCodec;
import io.millrace.streams.topology.ExchangeNode;
import io.millrace.streams.topology.StepNode;
import io.millrace.streams.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the sides of a join together: each value gets the number of its side, and all go through one exchange, named after
 * the join, unless they are with the same task already.
 */
final class Sides {
    private static final List<String> OF_TWO = List.of("left", "right");

    private Sides() {}

    /**
     * A side of a join.
     *
     * @param flow     of its values; its codec writes them.
     * @param keyCodec of its keys.
     * @param <V>      type of the values.
     */
    record Side<V>(Flow<V> flow, Codec<?> keyCodec) {}

    /**
     * Brings them together.
     *
     * @param join  name of the step that follows; the topology knows it already.
     * @param sides two or more, in the order of their numbers.
     * @return all values with their sides, in the one order that the log gives them.
     */
    static Flow<Sided> together(final String join, final List<Side<?>> sides) {
        final Topology topology = sides.get(0).flow().topology();
        final List<Codec<?>> codecs = new ArrayList<>();
        for (int i = 0; i < sides.size(); i++) {
            check(join, topology, sides.get(0), sides.get(i));
            codecs.add(sides.get(i).flow().codec());
        }
        final Codec<Sided> codec = codecs.contains(null) ? null : new SidesCodec(codecs);
        final String exchange = join + "-sides";
        topology.addExchange(exchange);
        final ExchangeNode node =
                ExchangeNode.sides(exchange, codec, sides.get(0).keyCodec().describe());
        for (int i = 0; i < sides.size(); i++) {
            add(join, i, sides.size(), sides.get(i).flow(), node);
        }
        return new Flow<>(topology, node, TopologyNode.MAIN, codec);
    }

    private static void check(final String join, final Topology topology, final Side<?> first, final Side<?> side) {
        final String keys = first.keyCodec().describe();
        if (side.flow().topology() != topology) {
            topology.mistake("join " + join, "its sides are of two topologies; build both in one");
        } else if (!keys.equals(side.keyCodec().describe())) {
            topology.mistake(
                    "join " + join,
                    "keys are written as " + keys + " on one side and as "
                            + side.keyCodec().describe() + " on the other, so equal ones would not meet; use one codec"
                            + " for both");
        }
        if (side.flow().codec() == null) {
            topology.mistake(
                    "join " + join,
                    "it does not know how to write what " + side.flow().node().name()
                            + " makes; give that step a codec, or put map(function, codec) behind it");
        }
    }

    private static <V> void add(
            final String join, final int side, final int of, final Flow<V> flow, final ExchangeNode exchange) {
        final String name = join + "-" + (of == OF_TWO.size() ? OF_TWO.get(side) : "side-" + side);
        flow.topology().checkStep(name);
        final StepNode<V> step = new StepNode<>(
                name,
                name,
                null,
                null,
                (scope, nexts) -> scope.operator(SideOperator.class, scope.failures(), side, nexts.get(0)));
        flow.node().add(flow.port(), step);
        step.add(TopologyNode.MAIN, exchange);
    }
}
