package io.millrace.torture.job;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Joined;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.JoinedStream;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.SourceStream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import java.time.Duration;

/** Writes the topologies down, as the module's page tells them. */
final class Topologies {
    static final String INPUT = "in";

    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final Duration DISORDER = Duration.ofMillis(100);
    // So that nothing is late.
    private static final Duration ALL_DISORDER = Duration.ofMillis(2_200);
    private static final int SUMS = 16;
    private static final int ID = 0;
    private static final int AMOUNT = 1;
    private static final long NOBODY = -1;
    private static final Codec<long[]> PAIR = new LongsCodec(2);
    private static final Codec<long[]> TRIPLE = new LongsCodec(3);
    private static final Codec<long[]> FOUR = new LongsCodec(4);
    private static final Codec<long[]> RESULT = new LongsCodec(6);

    private final Topology topology;
    private final String prefix;
    private final String out;
    private final String late;

    private Topologies(final String job, final String prefix) {
        topology = Topology.named(job);
        this.prefix = prefix;
        out = prefix + "out";
        late = prefix + "late";
    }

    /**
     * Writes a topology down.
     *
     * @param name   of the topology.
     * @param job    name of the job.
     * @param prefix of the names of its output topics.
     * @return the topology.
     */
    static Topology of(final TopologyName name, final String job, final String prefix) {
        final Topologies topologies = new Topologies(job, prefix);
        switch (name) {
            case STATELESS -> topologies.stateless();
            case WINDOWS -> topologies.windows();
            case SESSIONS -> topologies.sessions();
            case TIMERS -> topologies.timers();
            case JOINS -> topologies.joins();
            case STAGES -> topologies.stages();
            case TRADES -> topologies.trades();
            case TABLES -> new TableTopologies(topologies.topology, prefix).tables();
            case ENRICH -> new TableTopologies(topologies.topology, prefix).enrich();
            case RELATIONS -> new TableTopologies(topologies.topology, prefix).relations();
            case PATTERNS -> new PatternTopology(topologies.amounts(DISORDER), prefix).write();
            case ASYNC -> AsyncTopology.write(topologies.amounts(ALL_DISORDER), prefix);
            default -> throw new IllegalArgumentException("no such topology: " + name);
        }
        return topologies.topology;
    }

    private KeyedStream<Long, long[]> amounts(final Duration disorder) {
        final SourceStream<long[]> source =
                topology.stream(INPUT, PAIR).outOfOrderness(disorder).neverIdle();
        return source.keyed(Codecs.int64());
    }

    private void stateless() {
        amounts(Duration.ZERO)
                .filter(value -> value[AMOUNT] % 3 != 0)
                .mapValues(value -> new long[] {value[ID], value[AMOUNT] * 2}, PAIR)
                .to(out);
    }

    private void windows() {
        amounts(DISORDER)
                .window("per-second", Windows.tumbling(WINDOW).grace(Duration.ofMillis(100)))
                .late(values -> values.to(late))
                .aggregate(NumberState.<long[]>of((state, value) -> state.add(value[AMOUNT], value[AMOUNT])))
                .map(NumberState::output, RESULT)
                .to(out);
    }

    private void sessions() {
        amounts(DISORDER)
                .window("sessions", Windows.session(Duration.ofMillis(150)).grace(Duration.ofMillis(50)))
                .late(values -> values.to(late))
                .aggregate(NumberState.<long[]>of((state, value) -> state.add(value[AMOUNT], value[ID])))
                .map(NumberState::output, RESULT)
                .to(out);
    }

    private void timers() {
        amounts(Duration.ofMillis(150))
                .process("silence", SilenceProcessor::new, TRIPLE)
                .to(out);
    }

    private void joins() {
        final KeyedStream<Long, long[]> amounts = amounts(DISORDER);
        final KeyedStream<Long, long[]> odd = amounts.filter(value -> value[AMOUNT] % 2 != 0);
        final KeyedStream<Long, long[]> even = amounts.filter(value -> value[AMOUNT] % 2 == 0);
        final Duration grace = Duration.ofMillis(50);
        final Within within =
                Within.between(Duration.ofMillis(-80), Duration.ofMillis(120)).grace(grace);
        final JoinedStream<Long, long[], long[]> joined = odd.outerJoin("pairs", even, within);
        joined.lateLeft().merge("late-values", joined.lateRight()).to(late);
        joined.mapValues(Topologies::pair, FOUR).to(out);
        odd.join("inner-pairs", even, within).mapValues(Topologies::pair, FOUR).to(prefix + "inner");
        odd.leftJoinAsOf(
                        "latest-even",
                        even,
                        AsOf.tolerance(Duration.ofMillis(200)).grace(grace))
                .mapValues(Topologies::pair, FOUR)
                .to(prefix + "latest");
    }

    private static long[] pair(final Joined<long[], long[]> joined) {
        return new long[] {
            joined.hasLeft() ? joined.left()[ID] : NOBODY,
            joined.hasLeft() ? joined.left()[AMOUNT] : NOBODY,
            joined.hasRight() ? joined.right()[ID] : NOBODY,
            joined.hasRight() ? joined.right()[AMOUNT] : NOBODY
        };
    }

    private void stages() {
        amounts(ALL_DISORDER)
                .mapWithKey((account, value) -> new long[] {account, value[AMOUNT]}, PAIR)
                .values()
                .keyByLong("by-account", value -> value[0])
                .sum("balance", value -> value[AMOUNT])
                .everyUpdate()
                .toChanges()
                .map(change -> new long[] {change.value()}, new LongsCodec(1))
                .keyByLong("by-sum", sum -> sum[0] % SUMS)
                .window("per-second", Windows.tumbling(WINDOW))
                .aggregate(NumberState.<long[]>of((state, sum) -> state.add(sum[0], sum[0])))
                .map(NumberState::output, RESULT)
                .to(out);
    }

    private void trades() {
        topology.stream(INPUT, new Trade.TradeCodec())
                .outOfOrderness(Duration.ofMillis(500))
                .neverIdle()
                .keyByBytes("by-trade", Codecs.bytes(), (trade, buffer) -> trade.writeIdentity(buffer, 0))
                .dedupe("once", Duration.ofSeconds(10))
                .values()
                .keyBy("by-symbol", Codecs.string(), Trade::symbol)
                .window("per-second", Windows.tumbling(WINDOW).grace(Duration.ofMillis(200)))
                .late(trades -> trades.to(late))
                .aggregate(TradeState::new, TradeState::add)
                .map(TradeState::output, RESULT)
                .to(out);
    }
}
