package io.millrace.perf.flink;

import io.millrace.perf.compare.nexmark.NexmarkEvent;
import io.millrace.perf.compare.nexmark.NexmarkRows;
import java.io.Serial;
import java.time.Duration;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.WindowAssigner;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** The queries as jobs of Flink. What goes from task to task has no more columns than are needed there. */
final class FlinkNexmark {
    private static final Duration TEN_SECONDS = Duration.ofMillis(NexmarkRows.TEN_SECONDS_MS);
    private static final Duration FIVE_SECONDS = Duration.ofMillis(NexmarkRows.FIVE_SECONDS_MS);

    private FlinkNexmark() {}

    static DataStream<String> build(final String query, final DataStream<NexmarkEvent> events) {
        final DataStream<NexmarkEvent> bids = events.filter(NexmarkEvent::isBid);
        return switch (query) {
            case "q0" -> bids.map(NexmarkRows::q0);
            case "q1b" -> bids.map(NexmarkRows::q1b);
            case "q2" -> bids.filter(NexmarkRows::isRare).map(bid -> NexmarkRows.of(bid.auction(), bid.price()));
            case "q3" -> q3(events);
            case "q5b" -> q5b(bids);
            case "q7b" -> q7b(bids);
            case "q8b" -> q8b(events);
            case "q12e" -> q12e(bids);
            default -> throw new IllegalArgumentException("not written for Flink: " + query);
        };
    }

    private static DataStream<String> q3(final DataStream<NexmarkEvent> events) {
        final DataStream<Tuple4<Long, String, String, String>> persons = events.filter(
                        event -> event.isPerson() && NexmarkRows.isNear(event))
                .map(person -> Tuple4.of(person.id(), person.name(), person.city(), person.state()))
                .returns(Types.TUPLE(Types.LONG, Types.STRING, Types.STRING, Types.STRING));
        final DataStream<Tuple3<Long, Long, Long>> auctions =
                ofSellers(events.filter(event -> event.isAuction() && NexmarkRows.isOfCategory(event)));
        return persons.keyBy(person -> person.f0)
                .connect(auctions.keyBy(auction -> auction.f0))
                .process(new Sellers());
    }

    /** Seller, auction and reserve. */
    private static DataStream<Tuple3<Long, Long, Long>> ofSellers(final DataStream<NexmarkEvent> auctions) {
        return auctions.filter(auction -> auction.seller() != NexmarkEvent.NULL)
                .map(auction -> Tuple3.of(auction.seller(), auction.id(), auction.reserve()))
                .returns(Types.TUPLE(Types.LONG, Types.LONG, Types.LONG));
    }

    /** The counts of a window have its last instant for their time, which is the last one of five seconds, too. */
    private static DataStream<String> q5b(final DataStream<NexmarkEvent> bids) {
        return counts(bids.map(NexmarkEvent::auction), SlidingEventTimeWindows.of(TEN_SECONDS, FIVE_SECONDS))
                .windowAll(TumblingEventTimeWindows.of(FIVE_SECONDS))
                .aggregate(new Highest<Tuple3<Long, Long, Long>>(count -> count.f2))
                .flatMap((Highest.Items<Tuple3<Long, Long, Long>> highest, Collector<String> out) -> {
                    for (final Tuple3<Long, Long, Long> count : highest.list) {
                        out.collect(
                                NexmarkRows.of(count.f0, count.f0 + NexmarkRows.TEN_SECONDS_MS, count.f1, count.f2));
                    }
                })
                .returns(Types.STRING);
    }

    /** Start of the window, key and number. */
    private static DataStream<Tuple3<Long, Long, Long>> counts(
            final DataStream<Long> keys, final WindowAssigner<Object, TimeWindow> windows) {
        return keys.keyBy(key -> key).window(windows).aggregate(new Count(), new NameCount());
    }

    private static DataStream<String> q7b(final DataStream<NexmarkEvent> bids) {
        return bids.map(bid -> Tuple4.of(bid.auction(), bid.bidder(), bid.price(), bid.ts()))
                .returns(Types.TUPLE(Types.LONG, Types.LONG, Types.LONG, Types.LONG))
                .windowAll(TumblingEventTimeWindows.of(TEN_SECONDS))
                .aggregate(new Highest<Tuple4<Long, Long, Long, Long>>(bid -> bid.f2))
                .flatMap((Highest.Items<Tuple4<Long, Long, Long, Long>> highest, Collector<String> out) -> {
                    for (final Tuple4<Long, Long, Long, Long> bid : highest.list) {
                        out.collect(NexmarkRows.of(bid.f0, bid.f1, bid.f2, bid.f3));
                    }
                })
                .returns(Types.STRING);
    }

    private static DataStream<String> q8b(final DataStream<NexmarkEvent> events) {
        final DataStream<Tuple3<Long, String, Long>> persons = events.filter(NexmarkEvent::isPerson)
                .map(person -> Tuple3.of(person.id(), person.name(), person.ts()))
                .returns(Types.TUPLE(Types.LONG, Types.STRING, Types.LONG));
        return persons.join(ofSellers(events.filter(NexmarkEvent::isAuction)))
                .where(person -> person.f0)
                .equalTo(auction -> auction.f0)
                .window(TumblingEventTimeWindows.of(TEN_SECONDS))
                .apply(
                        (Tuple3<Long, String, Long> person, Tuple3<Long, Long, Long> auction) ->
                                NexmarkRows.q8b(NexmarkRows.tenSecondsOf(person.f2), person.f0, person.f1, auction.f2),
                        Types.STRING);
    }

    private static DataStream<String> q12e(final DataStream<NexmarkEvent> bids) {
        return counts(bids.map(NexmarkEvent::bidder), TumblingEventTimeWindows.of(TEN_SECONDS))
                .map(count -> NexmarkRows.of(count.f0, count.f1, count.f2));
    }

    private static final class Count implements AggregateFunction<Long, Long, Long> {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public Long createAccumulator() {
            return 0L;
        }

        @Override
        public Long add(final Long key, final Long count) {
            return count + 1;
        }

        @Override
        public Long getResult(final Long count) {
            return count;
        }

        @Override
        public Long merge(final Long one, final Long other) {
            return one + other;
        }
    }

    /** Says what was counted, and when. */
    private static final class NameCount
            extends ProcessWindowFunction<Long, Tuple3<Long, Long, Long>, Long, TimeWindow> {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public void process(
                final Long key,
                final Context context,
                final Iterable<Long> counts,
                final Collector<Tuple3<Long, Long, Long>> out) {
            out.collect(Tuple3.of(
                    context.window().getStart(), key, counts.iterator().next()));
        }
    }
}
