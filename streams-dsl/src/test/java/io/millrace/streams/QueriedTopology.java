package io.millrace.streams;

import io.millrace.operators.keyed.FlyweightState;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.operators.state.CountState;
import java.time.Duration;

/** A topology with a step of each kind that keeps state, over texts like {@code k7 42}. */
final class QueriedTopology {
    static final long WINDOW_NS = Duration.ofMillis(500).toNanos();

    private QueriedTopology() {}

    static Topology create() {
        final Topology topology = Topology.named("job");
        final SourceStream<String> in = topology.stream("in", Codecs.string()).neverIdle();
        final KeyedStream<String, String> keyed = in.keyBy("by-key", Codecs.string(), KeyedHistory::keyOf);
        keyed.sum("total", KeyedHistory::numberOf).to("totals", Codecs.int64());
        keyed.topN("best", 3, KeyedHistory::numberOf, Codecs.string())
                .toChanges()
                .map(change -> change.key() + change.value(), Codecs.string())
                .to("bests");
        keyed.window("counts", Windows.tumbling(Duration.ofNanos(WINDOW_NS)))
                .count()
                .map(window -> window.key() + window.value(), Codecs.string())
                .to("windows");
        keyed.process("seen", Seen::new, Codecs.string()).to("nobody");
        keyed.dedupe("first", Duration.ofDays(1)).to("firsts");
        in.keyBy("by-key-in-halves", Codecs.string(), KeyedHistory::keyOf)
                .window("halves", Windows.tumbling(Duration.ofDays(1)))
                .count()
                .map(window -> window.key() + window.value(), Codecs.string())
                .to("days");
        in.keyed(Codecs.string()).max("own", KeyedHistory::numberOf).to("owns", Codecs.int64());
        return topology;
    }

    /** Keeps the last number and how many there were. */
    private static final class Seen implements Processor<String, String, String> {
        private ValueState<Long> last;
        private FlyweightState<CountState> count;

        @Override
        public void init(final ProcessorSetup setup) {
            last = setup.valueState("last", Codecs.int64());
            count = setup.flyweightState("count", CountState::new);
        }

        @Override
        public void process(final String text, final ProcessorContext<String, String> context) {
            last.set(KeyedHistory.numberOf(text));
            count.view().increment();
            context.scheduleEventTimer(Long.MAX_VALUE / 4);
        }
    }
}
