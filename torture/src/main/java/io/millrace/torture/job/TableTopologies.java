package io.millrace.torture.job;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Change;
import io.millrace.operators.join.Joined;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.SourceTable;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import java.time.Duration;

/** Writes the topologies with tables down, as the module's page tells them. */
final class TableTopologies {
    private static final Duration DISORDER = Duration.ofMillis(100);
    // So that nothing is late.
    private static final Duration ALL_DISORDER = Duration.ofMillis(2_200);
    private static final int ID = 0;
    private static final int AMOUNT = 1;
    private static final int ACCOUNT = 2;
    private static final long NOBODY = -1;
    private static final int KEPT_FROM = 300;
    private static final int LEVEL = 100;
    private static final int PARTS = 4;
    // A multiple of each number of partitions, so that all accounts of a group lie in one.
    private static final int GROUPS = 12;
    private static final int LOOKED_UP = 50;
    private static final Codec<long[]> PAIR = new LongsCodec(2);
    private static final Codec<long[]> TRIPLE = new LongsCodec(3);
    private static final Codec<long[]> JOINED = new LongsCodec(4);

    private final Topology topology;
    private final String prefix;

    TableTopologies(final Topology topology, final String prefix) {
        this.topology = topology;
        this.prefix = prefix;
    }

    void tables() {
        final SourceTable<Long, long[]> accounts = topology.table("accounts", "in", Codecs.int64(), TRIPLE)
                .outOfOrderness(DISORDER)
                .neverIdle();
        accounts.to(prefix + "out", TRIPLE);
        accounts.filter(value -> value[AMOUNT] >= KEPT_FROM)
                .mapValues(value -> new long[] {value[AMOUNT] / LEVEL}, new LongsCodec(1))
                .changes()
                .mapValues(TableTopologies::levels, PAIR)
                .to(prefix + "changes");
        accounts.groupBy("by-group", Codecs.int64(), value -> value[AMOUNT] % PARTS * GROUPS + value[ACCOUNT] % GROUPS)
                .sum("group-sums", value -> value[AMOUNT])
                .to(prefix + "groups", Codecs.int64());

        final SourceTable<Long, long[]> timed = topology.table("timed", "in-timed", Codecs.int64(), TRIPLE)
                .outOfOrderness(DISORDER)
                .neverIdle()
                .latestByEventTime();
        timed.to(prefix + "timed", TRIPLE);
        timed.late().to(prefix + "late");

        topology.table("leased", "in-leased", Codecs.int64(), TRIPLE)
                .outOfOrderness(DISORDER)
                .neverIdle()
                .ttl(Duration.ofMillis(60))
                .to(prefix + "leased", TRIPLE);
    }

    private static long[] levels(final Change<long[]> change) {
        return new long[] {
            change.hasBefore() ? change.before()[0] : NOBODY, change.isDelete() ? NOBODY : change.after()[0]
        };
    }

    void enrich() {
        final KeyedStream<Long, long[]> orders = topology.stream("in", PAIR)
                .outOfOrderness(ALL_DISORDER)
                .neverIdle()
                .keyed(Codecs.int64());
        final SourceTable<Long, long[]> rates = topology.table("rates-now", "rates", Codecs.int64(), PAIR)
                .outOfOrderness(ALL_DISORDER)
                .neverIdle();
        orders.leftJoin("left", rates).mapValues(TableTopologies::pair, JOINED).to(prefix + "out");
        orders.join("inner", rates).mapValues(TableTopologies::pair, JOINED).to(prefix + "inner");
        orders.leftJoin("looked-up", rates.broadcast(), value -> value[AMOUNT] % LOOKED_UP)
                .mapValues(TableTopologies::pair, JOINED)
                .to(prefix + "looked-up");
        orders.leftJoinAsOf(
                        "priced",
                        rates.changes().filter(change -> !change.isDelete()).mapValues(Change::after, PAIR),
                        AsOf.tolerance(Duration.ofSeconds(1)).waiting())
                .mapValues(TableTopologies::pair, JOINED)
                .to(prefix + "priced");
    }

    void relations() {
        final Table<Long, Trade> trades = tradeTable("trades", "in");
        final Table<Long, Trade> others = tradeTable("other-trades", "others");
        final Table<Long, Trade> boards = tradeTable("board-trades", "boards");
        trades.outerJoin("outer", others, TableTopologies::both, JOINED).to(prefix + "out", JOINED);
        trades.join("inner", others, TableTopologies::both, JOINED).to(prefix + "inner", JOINED);
        trades.leftJoinForeign("linked", boards, RelationsInput::board, TableTopologies::both, JOINED)
                .to(prefix + "linked", JOINED);
        trades.joinForeign("linked-inner", boards, RelationsInput::board, TableTopologies::both, JOINED)
                .to(prefix + "linked-inner", JOINED);
    }

    private Table<Long, Trade> tradeTable(final String name, final String topic) {
        return topology.table(name, topic, Codecs.int64(), new Trade.TradeCodec())
                .outOfOrderness(DISORDER)
                .neverIdle();
    }

    private static long[] both(final Trade left, final Trade right) {
        return new long[] {
            left == null ? NOBODY : left.id(),
            left == null ? NOBODY : left.price(),
            right == null ? NOBODY : right.id(),
            right == null ? NOBODY : right.price()
        };
    }

    private static long[] pair(final Joined<long[], long[]> joined) {
        return new long[] {
            joined.left()[ID],
            joined.left()[AMOUNT],
            joined.hasRight() ? joined.right()[ID] : NOBODY,
            joined.hasRight() ? joined.right()[AMOUNT] : NOBODY
        };
    }
}
