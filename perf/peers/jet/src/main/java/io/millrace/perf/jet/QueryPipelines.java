package io.millrace.perf.jet;

import com.hazelcast.jet.Traversers;
import com.hazelcast.jet.aggregate.AggregateOperation1;
import com.hazelcast.jet.aggregate.AggregateOperations;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sink;
import com.hazelcast.jet.pipeline.SinkBuilder;
import com.hazelcast.jet.pipeline.StreamStage;
import com.hazelcast.jet.pipeline.WindowDefinition;
import io.millrace.examples.nexmark.RowSum;
import io.millrace.perf.compare.nexmark.NexmarkEvent;
import io.millrace.perf.compare.nexmark.NexmarkRows;
import io.millrace.perf.compare.nexmark.PeerQueries;
import io.millrace.perf.compare.nexmark.PeerRun;
import java.util.function.Supplier;

/** The queries as jobs of Jet. */
final class QueryPipelines {
    private static final WindowDefinition TUMBLING = WindowDefinition.tumbling(NexmarkRows.TEN_SECONDS_MS);
    private static final WindowDefinition HOPPING =
            WindowDefinition.sliding(NexmarkRows.TEN_SECONDS_MS, NexmarkRows.FIVE_SECONDS_MS);

    private QueryPipelines() {}

    static Pipeline build(final String query, final int parallelism, final long disorderMs) {
        final Pipeline pipeline = Pipeline.create();
        pipeline.setPreserveOrder(false);
        final StreamStage<NexmarkEvent> events = pipeline.readFrom(EventSource.create(parallelism))
                .withNativeTimestamps(disorderMs)
                .setLocalParallelism(parallelism);
        // A stage that nothing is attached to is an error, so each query makes its own.
        final Supplier<StreamStage<NexmarkEvent>> bids =
                () -> events.filter(NexmarkEvent::isBid).setLocalParallelism(parallelism);
        final StreamStage<String> rows = switch (query) {
            case "q0" -> bids.get().map(NexmarkRows::q0);
            case "q1b" -> bids.get().map(NexmarkRows::q1b);
            case "q2" ->
                bids.get()
                        .filter(NexmarkRows::isRare)
                        .setLocalParallelism(parallelism)
                        .map(bid -> NexmarkRows.of(bid.auction(), bid.price()));
            case "q3" -> q3(events, parallelism);
            case "q5b" -> q5b(bids.get(), parallelism);
            case "q7b" -> q7b(bids.get());
            case "q8b" -> q8b(events, parallelism);
            case "q12e" -> q12e(bids.get(), parallelism);
            default -> throw new IllegalArgumentException("not written for Jet: " + query);
        };
        rows.setLocalParallelism(parallelism).writeTo(sum(parallelism));
        return pipeline;
    }

    /** Both sides under the seller, and by hand what a join without a window is. */
    private static StreamStage<String> q3(final StreamStage<NexmarkEvent> events, final int parallelism) {
        return events.filter(event -> event.isPerson() && NexmarkRows.isNear(event)
                        || event.isAuction() && NexmarkRows.isOfCategory(event))
                .setLocalParallelism(parallelism)
                .groupingKey(event -> event.isPerson() ? event.id() : event.seller())
                .flatMapStateful(Sellers::new, (sellers, seller, event) -> sellers.add(event));
    }

    private static StreamStage<String> q5b(final StreamStage<NexmarkEvent> bids, final int parallelism) {
        return bids.groupingKey(NexmarkEvent::auction)
                .window(HOPPING)
                .aggregate(AggregateOperations.counting())
                .setLocalParallelism(parallelism)
                // The results of a window have one time.
                .window(WindowDefinition.tumbling(1))
                .aggregate(highest(count -> count.result()))
                .flatMap(window -> Traversers.traverseIterable(window.result().items())
                        .map(count -> NexmarkRows.of(count.start(), count.end(), count.key(), count.result())));
    }

    private static StreamStage<String> q7b(final StreamStage<NexmarkEvent> bids) {
        return bids.window(TUMBLING)
                .aggregate(highest(NexmarkEvent::price))
                .flatMap(window ->
                        Traversers.traverseIterable(window.result().items()).map(NexmarkRows::q0));
    }

    private static StreamStage<String> q8b(final StreamStage<NexmarkEvent> events, final int parallelism) {
        final var persons = events.filter(NexmarkEvent::isPerson)
                .setLocalParallelism(parallelism)
                .groupingKey(NexmarkEvent::id);
        final var auctions = events.filter(event -> event.isAuction() && event.seller() != NexmarkEvent.NULL)
                .setLocalParallelism(parallelism)
                .groupingKey(NexmarkEvent::seller);
        return persons.window(TUMBLING)
                .aggregate2(
                        AggregateOperations.<NexmarkEvent>toList(),
                        auctions,
                        AggregateOperations.<NexmarkEvent>toList())
                .setLocalParallelism(parallelism)
                .flatMap(window -> Traversers.traverseIterable(window.result().f0())
                        .flatMap(person -> Traversers.traverseIterable(
                                        window.result().f1())
                                .map(auction -> NexmarkRows.q8b(
                                        window.start(), person.id(), person.name(), auction.reserve()))));
    }

    private static StreamStage<String> q12e(final StreamStage<NexmarkEvent> bids, final int parallelism) {
        return bids.groupingKey(NexmarkEvent::bidder)
                .window(TUMBLING)
                .aggregate(AggregateOperations.counting())
                .setLocalParallelism(parallelism)
                .map(window -> NexmarkRows.of(window.start(), window.key(), window.result()));
    }

    private static <T> AggregateOperation1<T, Highest<T>, Highest<T>> highest(final Highest.Number<T> number) {
        return com.hazelcast.jet.aggregate.AggregateOperation.withCreate(Highest<T>::new)
                .<T>andAccumulate((highest, item) -> highest.add(item, number.of(item)))
                .andCombine(Highest::addAll)
                .andExportFinish(highest -> highest);
    }

    private static Sink<String> sum(final int parallelism) {
        return SinkBuilder.sinkBuilder("sum", context -> new Sum(PeerQueries.current()))
                .<String>receiveFn((sum, row) -> sum.rows.add(row))
                .destroyFn(Sum::close)
                .preferredLocalParallelism(parallelism)
                .build();
    }

    /** What a sink has taken. */
    private static final class Sum {
        private final PeerRun run;
        private final RowSum rows;

        Sum(final PeerRun run) {
            this.run = run;
            this.rows = run.openSink();
        }

        void close() {
            run.closeSink();
        }
    }
}
