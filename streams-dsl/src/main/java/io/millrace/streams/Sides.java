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

    private interface KeyedExchange {
        ExchangeNode create(String name, Codec<Sided> codec, String keys);
    }

    /**
     * Brings them together.
     *
     * @param join  name of the step that follows; the topology knows it already.
     * @param sides two or more, in the order of their numbers.
     * @return all values with their sides, in the one order that the log gives them.
     */
    static Flow<Sided> together(final String join, final List<Side<?>> sides) {
        return byKey(join, sides, ExchangeNode::sides);
    }

    /**
     * Brings them together so that each task sees all values of one of them.
     *
     * @param join   name of the step that follows; the topology knows it already.
     * @param sides  two or more, in the order of their numbers.
     * @param forAll number of the side that all tasks see.
     * @return all values with their sides, in the one order that the log gives them.
     */
    static Flow<Sided> broadcast(final String join, final List<Side<?>> sides, final int forAll) {
        final Codec<Sided> codec = codec(join, sides);
        return together(join, sides, codec, ExchangeNode.broadcast(exchange(join), codec, forAll));
    }

    /**
     * Brings them together where a step in front of one of them has given its values other keys, so that the exchange is needed
     * even if all sides are with the same task already.
     *
     * @param join  name of the step that follows; the topology knows it already.
     * @param sides two or more, in the order of their numbers.
     * @return all values with their sides, in the one order that the log gives them.
     */
    static Flow<Sided> rekeyed(final String join, final List<Side<?>> sides) {
        return byKey(join, sides, ExchangeNode::groups);
    }

    private static Flow<Sided> byKey(final String join, final List<Side<?>> sides, final KeyedExchange exchange) {
        final Side<?> first = sides.get(0);
        for (final Side<?> side : sides) {
            checkKeys(join, first, side);
        }
        final Codec<Sided> codec = codec(join, sides);
        return together(
                join,
                sides,
                codec,
                exchange.create(exchange(join), codec, first.keyCodec().describe()));
    }

    private static String exchange(final String join) {
        return join + "-sides";
    }

    private static Codec<Sided> codec(final String join, final List<Side<?>> sides) {
        final List<Codec<?>> codecs = new ArrayList<>();
        for (final Side<?> side : sides) {
            check(join, sides.get(0).flow().topology(), side);
            codecs.add(side.flow().codec());
        }
        return codecs.contains(null) ? null : new SidesCodec(codecs);
    }

    private static Flow<Sided> together(
            final String join, final List<Side<?>> sides, final Codec<Sided> codec, final ExchangeNode node) {
        final Topology topology = sides.get(0).flow().topology();
        topology.addExchange(node.name());
        for (int i = 0; i < sides.size(); i++) {
            add(join, i, sides.size(), sides.get(i).flow(), node);
        }
        return new Flow<>(topology, node, TopologyNode.MAIN, codec);
    }

    private static void checkKeys(final String join, final Side<?> first, final Side<?> side) {
        final String keys = first.keyCodec().describe();
        if (!keys.equals(side.keyCodec().describe())) {
            first.flow()
                    .topology()
                    .mistake(
                            "join " + join,
                            "keys are written as " + keys + " on one side and as "
                                    + side.keyCodec().describe()
                                    + " on the other, so equal ones would not meet; use one codec for both");
        }
    }

    private static void check(final String join, final Topology topology, final Side<?> side) {
        if (side.flow().topology() != topology) {
            topology.mistake("join " + join, "its sides are of two topologies; build both in one");
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
