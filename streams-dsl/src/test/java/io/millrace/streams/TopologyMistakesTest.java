package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a topology says of steps that are left open, said twice or given nothing. */
class TopologyMistakesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Topology topology = Topology.named("job");
    private final KeyedStream<String, String> words =
            topology.stream("in", Codecs.string()).keyBy("by-word", Codecs.string(), word -> word);

    @Test
    void shouldReportAWindowThatIsNeverAggregated() {
        words.window("w", Windows.tumbling(SECOND)).late(late -> late.to("late"));
        words.to("out");

        assertThatThrownBy(topology::build)
                .hasMessage(
                        "topology job cannot run: window w: its values are not aggregated; end it with aggregate(…),"
                                + " count() or one of their kin, or leave the step out");
    }

    @Test
    void shouldReportAWindowThatIsAggregatedTwice() {
        final WindowedStream<String, String> windows = words.window("w", Windows.tumbling(SECOND));
        windows.count().map(Object::toString, Codecs.string()).to("counts");
        windows.sum(String::length).map(Object::toString, Codecs.string()).to("sums");

        assertThatThrownBy(topology::build)
                .hasMessage(
                        "topology job cannot run: window w: its values are aggregated twice, and state is bound to its"
                                + " name; window(…) the stream once more under another name");
    }

    @Test
    void shouldReportLateThatIsSaidTwice() {
        words.window("w", Windows.tumbling(SECOND))
                .late(late -> late.to("a"))
                .late(late -> late.to("b"))
                .count()
                .map(Object::toString, Codecs.string())
                .to("out");

        assertThatThrownBy(topology::build).hasMessageContaining("window w: late(…) is said twice");
    }

    @Test
    void shouldReportAProcessorWithStateThatTasksWouldShare() {
        final Processor<String, String, String> one = new WithState();
        words.process("p", () -> one, Codecs.string()).to("out");

        assertThatThrownBy(topology::build)
                .hasMessageContaining(
                        "process p: its supplier gave the same processor twice, and each task needs one of"
                                + " its own; make it in the supplier");
    }

    @Test
    void shouldTakeALambdaForAProcessorAlthoughItIsOneObject() {
        words.<String>process("p", () -> (value, context) -> context.forward(value), Codecs.string())
                .to("out");

        assertThatCode(topology::build).doesNotThrowAnyException();
    }

    @Test
    void shouldSayOnceThatWhatGoesThroughAnExchangeCannotBeWritten() {
        words.values()
                .map(String::length)
                .keyBy("again", Codecs.int32(), length -> length)
                .to("out");

        assertThatThrownBy(topology::build)
                .hasMessage(
                        "topology job cannot run: exchange again: it does not know how to write what map-1 makes; give"
                                + " that step a codec, or put map(function, codec) behind it");
    }

    @Test
    void shouldGiveEachOfSeveralMistakesALine() {
        words.to("in");
        words.dedupe("d", Duration.ZERO).to("x/y");

        assertThatThrownBy(topology::build).hasMessage("""
                        topology job cannot run:
                          dedupe d: the span of repeats must be 1 ns to 36 years, is PT0S
                          sink x/y: the name must have 1 to 249 of the characters A-Z a-z 0-9 . _ - and not be . or ..
                          sink in: the topology reads this topic, so it would feed itself; write another topic""");
    }

    @Test
    void shouldRefuseNothingAtTheCallThatIsGivenIt() {
        final Stream<String> values = words.values();

        assertNeeded(() -> Topology.named(null), "a job needs a name");
        assertNeeded(() -> topology.stream("other", null), "source other needs a codec");
        assertNeeded(() -> topology.onError(null), "onError(…) needs a policy, such as ErrorPolicy.SKIP");
        assertNeeded(() -> values.filter(null), "filter needs a predicate");
        assertNeeded(() -> values.map(null, Codecs.string()), "map needs a function");
        assertNeeded(() -> values.branch().when(null), "a case needs a predicate");
        assertNeeded(() -> values.merge("m", null), "merge needs another stream");
        assertNeeded(() -> values.keyBy("k", null, word -> word), "keyBy needs a codec of the keys");
        assertNeeded(() -> values.to(null), "a sink needs a name");
        assertNeeded(() -> Windows.tumbling(null), "windows need a size");
        assertNeeded(() -> words.window("w", null), "a window step needs windows, such as Windows.tumbling(size)");
        assertNeeded(() -> Emit.every(null), "results that are emitted again and again need an interval");
        assertNeeded(
                () -> words.reduce("r", null, (a, b) -> a), "an aggregation of values on the heap needs their codec");
    }

    private static void assertNeeded(final ThrowingCallable call, final String message) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(message);
    }

    @Test
    void shouldRefuseIntervalsOfEmissionThatAreNone() {
        assertThatThrownBy(() -> Emit.every(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("results are emitted every 1 ns to 36 years, not every PT0S");
        assertThatThrownBy(() -> Emit.every(Duration.ofDays(200_000))).isInstanceOf(IllegalArgumentException.class);
    }

    private static final class WithState implements Processor<String, String, String> {
        private ValueState<String> last;

        @Override
        public void init(final ProcessorSetup setup) {
            last = setup.valueState("last", Codecs.string());
        }

        @Override
        public void process(final String value, final ProcessorContext<String, String> context) {
            context.forward(last.valueOr(value));
            last.set(value);
        }
    }

    @Test
    void shouldNameTheWaysOutOfAStepInItsPlan() {
        final Branching<String> cases = words.values().branch();
        cases.when(String::isBlank).to("blank");
        cases.otherwise().to("rest");
        words.dedupe("d", Duration.ofMillis(1500)).repeats().to("repeats");
        words.window("w", Windows.tumbling(Duration.ofNanos(1_500)))
                .late(late -> late.to("late"))
                .emit(Emit.every(Duration.ofMillis(20)))
                .count()
                .map(Object::toString, Codecs.string())
                .to("counts");

        assertThat(topology.describe())
                .contains("branch-1 -> [otherwise: sink rest | case 1: sink blank]")
                .contains("d (dedupe within 1500 ms) -> repeats: sink repeats")
                .contains(
                        "w (count, tumbling 1500 ns, emitted every 20 ms) -> [map-2 -> sink counts | late: sink late]");
        assertThat(topology.toMermaid())
                .contains("-- \"case 1\" -->")
                .contains("-- \"otherwise\" -->")
                .contains("-- \"late\" -->");
    }
}
