package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.TopicSpec;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.keyed.Processor;
import io.millrace.operators.keyed.ProcessorContext;
import io.millrace.operators.keyed.ProcessorSetup;
import io.millrace.operators.keyed.ValueState;
import io.millrace.operators.output.DeadLetter;
import io.millrace.operators.state.StateFlyweight;
import io.millrace.operators.task.SkippedRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorPolicyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String BAD = "bad";
    private static final Codec<String> FRAGILE = new FragileCodec();

    @TempDir
    Path directory;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory).givenTopic("in", 1);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    /** A place in which the value "bad" fails. */
    private record Place(String operator, String cause, BiConsumer<Topology, ErrorPolicy> build) {
        @Override
        public String toString() {
            return operator + " " + cause;
        }
    }

    private static Stream<Place> places() {
        return Stream.of(
                place("map-1", source -> source.map(ErrorPolicyTest::fine, Codecs.string())),
                place("filter-1", source -> source.filter(value -> fine(value) != null)),
                place("peek-1", source -> source.peek(ErrorPolicyTest::fine)),
                place("flatMap-1", source -> source.flatMap((value, out) -> out.accept(fine(value)), Codecs.string())),
                place("branch-1", source -> source.branch().when(value -> fine(value) != null)),
                new Place(
                        "by-value",
                        failure(),
                        (topology, policy) -> topology.stream("in", Codecs.string())
                                .keyBy("by-value", Codecs.string(), ErrorPolicyTest::fine)
                                .onError(policy)
                                .to("out")),
                new Place(
                        "by-value",
                        "NullPointerException: the key function returned null",
                        (topology, policy) -> topology.stream("in", Codecs.string())
                                .keyBy("by-value", Codecs.string(), value -> value.equals(BAD) ? null : value)
                                .onError(policy)
                                .to("out")),
                new Place(
                        "by-value",
                        "IllegalArgumentException: a key is 1 to",
                        (topology, policy) -> topology.stream("in", Codecs.string())
                                .keyBy("by-value", Codecs.string(), value -> value.equals(BAD) ? "" : value)
                                .onError(policy)
                                .to("out")),
                new Place(
                        "map-1",
                        "NullPointerException: the function returned null",
                        (topology, policy) -> topology.stream("in", Codecs.string())
                                .map(value -> value.equals(BAD) ? null : value, Codecs.string())
                                .onError(policy)
                                .to("out")),
                new Place(
                        "in",
                        failure(),
                        (topology, policy) ->
                                topology.stream("in", FRAGILE).onError(policy).to("out")),
                new Place(
                        "in",
                        failure(),
                        (topology, policy) -> topology.stream("in", Codecs.string())
                                .eventTime(value -> fine(value).length())
                                .onError(policy)
                                .to("out")),
                new Place(
                        "out",
                        failure(),
                        (topology, policy) -> topology.onError(policy).stream("in", Codecs.string())
                                .map(value -> value, FRAGILE)
                                .to("out")),
                new Place(
                        "out",
                        "is longer than the",
                        (topology, policy) -> topology.onError(policy).stream("in", Codecs.string())
                                .map(
                                        value -> value.equals(BAD) ? "x".repeat(StoreFixture.SEGMENT_LENGTH) : value,
                                        Codecs.string())
                                .to("out")));
    }

    private static Place place(
            final String operator,
            final java.util.function.Function<io.millrace.streams.Stream<String>, io.millrace.streams.Stream<String>>
                    step) {
        return new Place(
                operator,
                failure(),
                (topology, policy) -> step.apply(topology.stream("in", Codecs.string()))
                        .onError(policy)
                        .to("out"));
    }

    private static String failure() {
        return "java.lang.IllegalStateException: cannot take bad";
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNeverLeaveARecordOutBecauseTheBudgetOfTheStateIsReached(final boolean isWrapped) {
        final List<SkippedRecord> skipped = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            fixture.append("in", 0, i, "", "word-" + i);
        }
        fixture.end("in");
        final Topology topology = Topology.named("job").onError(ErrorPolicy.SKIP);
        topology.stream("in", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .process("kept", () -> new Keeping(isWrapped), Codecs.string())
                .to("out");

        assertThatThrownBy(() -> fixture.run(
                        topology, new JobContext().stateBudget(200_000).onSkipped(skipped::add)))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET));

        assertThat(skipped).isEmpty();
    }

    @Test
    void shouldHaveAppendedWhatRecordsInFrontOfTheOneThatFailsHaveMade() {
        for (int i = 0; i < 5; i++) {
            fixture.append("in", 0, i, "", "word-" + i);
        }
        fixture.append("in", 0, 5, "", BAD);
        fixture.end("in");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .map(ErrorPolicyTest::fine, Codecs.string())
                .to("out");

        assertThatThrownBy(() -> fixture.run(topology)).hasMessageContaining("cannot take bad");

        assertThat(fixture.values("out")).containsExactly("word-0", "word-1", "word-2", "word-3", "word-4");
    }

    private static String fine(final String value) {
        if (value.equals(BAD)) {
            throw new IllegalStateException("cannot take " + value);
        }
        return value;
    }

    @ParameterizedTest
    @MethodSource("places")
    void shouldStopAndNameTopicPartitionPositionAndOperator(final Place place) {
        final long position = givenABadRecordBetweenTwoGoodOnes();

        assertThatThrownBy(() -> fixture.run(topology(place, ErrorPolicy.FAIL)))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USER_FUNCTION))
                .hasMessageContaining("job job stopped at a record: topic=in partition=0 position=" + position
                        + " operator=" + place.operator() + ": ")
                .hasMessageContaining(place.cause());
        assertThat(fixture.values("out")).containsExactly("one");
    }

    @ParameterizedTest
    @MethodSource("places")
    void shouldSkipCountAndReportAndKeepTheNeighbours(final Place place) {
        final long position = givenABadRecordBetweenTwoGoodOnes();
        final List<SkippedRecord> skipped = new ArrayList<>();

        final JobCounters counters =
                fixture.run(topology(place, ErrorPolicy.SKIP), new JobContext().onSkipped(skipped::add));

        assertThat(fixture.values("out")).containsExactly("one", "two");
        assertThat(counters.skippedRecords()).isEqualTo(1);
        assertThat(skipped).singleElement().satisfies(record -> {
            assertThat(record.toString())
                    .startsWith("record skipped: job=job topic=in partition=0 position=" + position + " operator="
                            + place.operator() + ": ");
            assertThat(record.reason()).contains(place.cause());
        });
    }

    @ParameterizedTest
    @MethodSource("places")
    void shouldSetTheOriginalBytesAsideOnceHoweverOftenItIsReplayed(final Place place) {
        final long position = givenABadRecordBetweenTwoGoodOnes();
        final ErrorPolicy policy = ErrorPolicy.deadLetter("dead");

        for (int run = 0; run < 3; run++) {
            final JobCounters counters = fixture.run(topology(place, policy));

            assertThat(counters.skippedRecords()).isEqualTo(1);
            assertThat(fixture.values("out")).as("run %d", run).containsExactly("one", "two");
            assertThat(fixture.letters("dead"))
                    .as("run %d", run)
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.job()).isEqualTo("job");
                        assertThat(letter.topic()).isEqualTo("in");
                        assertThat(letter.partition()).isZero();
                        assertThat(letter.position()).isEqualTo(position);
                        assertThat(letter.eventTimeNs()).isEqualTo(2);
                        assertThat(letter.operator()).isEqualTo(place.operator());
                        assertThat(letter.reason()).contains(place.cause());
                        assertThat(StoreFixture.text(letter.key())).isEqualTo("key");
                        assertThat(StoreFixture.text(letter.value())).isEqualTo(BAD);
                    });
        }
    }

    private static Topology topology(final Place place, final ErrorPolicy policy) {
        final Topology topology = Topology.named("job");
        place.build().accept(topology, policy);
        return topology;
    }

    private long givenABadRecordBetweenTwoGoodOnes() {
        fixture.append("in", 0, 1, "key", "one");
        final long position = fixture.append("in", 0, 2, "key", BAD);
        fixture.append("in", 0, 3, "key", "two");
        fixture.end("in");
        return position;
    }

    @Test
    void shouldRefuseAFarFutureEventTimeAndLeaveTheWatermarkWhereItIs() {
        final long nowNs = fixture.store().logTimeNs();
        final long futureNs = nowNs + Duration.ofDays(2).toNanos();
        fixture.append("in", 0, nowNs, "", "a");
        fixture.append("in", 0, futureNs, "", "b");
        fixture.append("in", 0, nowNs + 1, "", "c");
        fixture.end("in");
        final Topology topology = Topology.named("job");
        counted(topology.stream("in", Codecs.string()).onError(ErrorPolicy.deadLetter("dead")));

        final JobCounters counters = fixture.run(topology);

        assertThat(counters.lateRecords()).isZero();
        assertThat(fixture.values("out")).containsExactly("all 2");
        assertThat(fixture.letters("dead")).singleElement().satisfies(letter -> {
            assertThat(letter.eventTimeNs()).isEqualTo(futureNs);
            assertThat(letter.operator()).isEqualTo("in");
            assertThat(letter.reason()).contains("lies further ahead of the log's", "allowed by maxAhead");
        });
    }

    @Test
    void shouldStopAtAFarFutureEventTimeUnlessTold() {
        fixture.append(
                "in", 0, fixture.store().logTimeNs() + Duration.ofHours(2).toNanos(), "", "a");
        fixture.end("in");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string()).maxAhead(Duration.ofHours(1)).to("out");

        assertThatThrownBy(() -> fixture.run(topology))
                .hasMessageContaining("topic=in partition=0 position=4096 operator=in: ")
                .hasMessageContaining("PT1H allowed by maxAhead");
    }

    private static void counted(final io.millrace.streams.Stream<String> words) {
        words.keyBy("by-nothing", Codecs.string(), word -> "all")
                .window("per-hour", Windows.tumbling(Duration.ofDays(3_650)))
                .count()
                .map(count -> count.key() + " " + count.value(), Codecs.string())
                .to("out");
    }

    @Test
    void shouldLetTheOtherBranchesOfARecordGoOn() {
        givenABadRecordBetweenTwoGoodOnes();
        final Topology topology = Topology.named("job");
        final io.millrace.streams.Stream<String> words = topology.stream("in", Codecs.string());
        words.to("before");
        words.map(ErrorPolicyTest::fine, Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");
        words.flatMap(
                        (String word, Consumer<String> each) -> {
                            each.accept(word + "1");
                            each.accept(word + "2");
                        },
                        Codecs.string())
                .to("after");

        fixture.run(topology);

        assertThat(fixture.values("before")).containsExactly("one", BAD, "two");
        assertThat(fixture.values("out")).containsExactly("one", "two");
        assertThat(fixture.values("after")).containsExactly("one1", "one2", "bad1", "bad2", "two1", "two2");
        assertThat(fixture.letters("dead")).hasSize(1);
    }

    @Test
    void shouldNotBlameAFlatMapForWhatFailsBehindIt() {
        givenABadRecordBetweenTwoGoodOnes();
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .flatMap(
                        (String word, Consumer<String> each) -> {
                            each.accept(word);
                            each.accept(word + "+");
                        },
                        Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead-flat"))
                .map(ErrorPolicyTest::fine, Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead-map"))
                .to("out");

        fixture.run(topology);

        assertThat(fixture.values("out")).containsExactly("one", "one+", "bad+", "two", "two+");
        assertThat(fixture.letters("dead-flat")).isEmpty();
        assertThat(fixture.letters("dead-map")).hasSize(1);
    }

    @Test
    void shouldStopInsideAFlatMapThatWouldGoOn() {
        givenABadRecordBetweenTwoGoodOnes();
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .flatMap((String word, Consumer<String> each) -> each.accept(word), Codecs.string())
                .onError(ErrorPolicy.SKIP)
                .map(ErrorPolicyTest::fine, Codecs.string())
                .to("out");

        assertThatThrownBy(() -> fixture.run(topology)).hasMessageContaining("operator=map-2: ");
    }

    @Test
    void shouldKeepTheOriginalKeyAndTimeBehindAStepThatChangesThem() {
        fixture.append("in", 0, 1, "key", BAD);
        fixture.end("in");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .eventTime(word -> 99)
                .keyBy("by-word", Codecs.string(), word -> "another")
                .mapValues(ErrorPolicyTest::fine, Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");

        fixture.run(topology);

        assertThat(fixture.letters("dead")).singleElement().satisfies(letter -> {
            assertThat(StoreFixture.text(letter.key())).isEqualTo("key");
            assertThat(letter.eventTimeNs()).isEqualTo(1);
        });
    }

    @Test
    void shouldNameTheExchangeWhereALaterStageFails() {
        fixture.givenTopic("wide", 2);
        fixture.append("wide", 1, 5, "key", BAD);
        fixture.end("wide");
        final Topology topology = Topology.named("job");
        topology.stream("wide", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> "k")
                .mapValues(ErrorPolicyTest::fine, Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");

        fixture.run(topology);

        assertThat(fixture.letters("dead")).singleElement().satisfies(letter -> {
            assertThat(letter.topic()).isEqualTo("job.by-word");
            assertThat(StoreFixture.text(letter.key())).isEqualTo("k");
            assertThat(StoreFixture.text(letter.value())).isEqualTo(BAD);
        });
    }

    @Test
    void shouldNotBlameTheRecordThatClosesAWindowForItsResult() {
        fixture.append("in", 0, 0, "", "a");
        fixture.append("in", 0, 1, "", BAD);
        final long closing = fixture.append("in", 0, 2 * SECOND, "", "innocent");
        fixture.end("in");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .count()
                .map(count -> fine(count.key()) + " " + count.value(), Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");

        fixture.run(topology);

        assertThat(fixture.values("out")).containsExactly("a 1", "innocent 1");
        assertThat(fixture.letters("dead")).singleElement().satisfies(letter -> {
            assertThat(letter.hasRecord()).isFalse();
            assertThat(letter.position()).isEqualTo(closing);
            assertThat(StoreFixture.text(letter.key())).isEqualTo(BAD);
            assertThat(letter.eventTimeNs()).isEqualTo(SECOND - 1);
        });
    }

    @Test
    void shouldSetAsideAValueThatAWindowCannotAdd() {
        fixture.append("in", 0, 0, "", "a");
        fixture.append("in", 0, 1, "", BAD);
        fixture.append("in", 0, 2, "", "a");
        fixture.end("in");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("by-nothing", Codecs.string(), word -> "all")
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .aggregate(Lengths::new, (lengths, word) -> lengths.add(fine(word)))
                .onError(ErrorPolicy.deadLetter("dead"))
                .map(sum -> sum.key() + " " + sum.value().sum(), Codecs.string())
                .to("out");

        fixture.run(topology);

        assertThat(fixture.values("out")).containsExactly("all 2");
        assertThat(fixture.letters("dead")).extracting(DeadLetter::operator).containsExactly("per-second");
    }

    @Test
    void shouldLetEachOperatorFollowItsOwnPolicyAndTheOthersThatOfTheTopology() {
        fixture.append("in", 0, 0, "", "filtered");
        fixture.append("in", 0, 1, "", BAD);
        fixture.append("in", 0, 2, "", "fine");
        fixture.end("in");
        final Topology topology = Topology.named("job").onError(ErrorPolicy.deadLetter("dead"));
        topology.stream("in", Codecs.string())
                .filter(word -> {
                    if (word.equals("filtered")) {
                        throw new IllegalStateException(word);
                    }
                    return true;
                })
                .onError(ErrorPolicy.SKIP)
                .map(ErrorPolicyTest::fine, Codecs.string())
                .to("out");

        final JobCounters counters = fixture.run(topology);

        assertThat(counters.skippedRecords()).isEqualTo(2);
        assertThat(fixture.letters("dead")).extracting(DeadLetter::operator).containsExactly("map-2");
        assertThat(fixture.values("out")).containsExactly("fine");
    }

    @Test
    void shouldStopRatherThanLoseADeadLetterThatIsTooLong() {
        fixture.store().createTopic(TopicSpec.named("long").segmentLength(1 << 20));
        final long position = fixture.append("long", 0, 1, "", "x".repeat(1 << 17));
        fixture.end("long");
        final Topology topology = Topology.named("job");
        topology.stream("long", Codecs.string())
                .flatMap((String word, Consumer<String> each) -> each.accept(word), Codecs.string())
                .onError(ErrorPolicy.SKIP)
                .filter(word -> {
                    throw new IllegalStateException("on purpose");
                })
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");

        assertThatThrownBy(() -> fixture.run(topology))
                .hasMessageContaining("dead letter cannot be written: topic=long partition=0 position=" + position
                        + " operator=filter-2: ")
                .hasMessageContaining("that topic dead takes; raise its segment length")
                .hasMessageContaining("on purpose");
    }

    /** The sum of the lengths of texts. */
    private static final class Lengths implements StateFlyweight {
        private MutableDirectBuffer buffer;
        private int offset;

        @Override
        public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
            buffer = newBuffer;
            offset = newOffset;
        }

        @Override
        public int encodedLength() {
            return Long.BYTES;
        }

        void add(final String word) {
            buffer.putLong(offset, sum() + word.length());
        }

        long sum() {
            return buffer.getLong(offset);
        }
    }

    /** Reads and writes texts, but fails for one of them. */
    private static final class FragileCodec implements Codec<String> {
        private final Codec<String> strings = Codecs.string();

        @Override
        public Codec<String> forTask() {
            return this;
        }

        @Override
        public String decode(final DirectBuffer buffer, final int offset, final int length) {
            return fine(strings.decode(buffer, offset, length));
        }

        @Override
        public int encodedLength(final String value) {
            return strings.encodedLength(value);
        }

        @Override
        public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
            strings.encode(fine(value), buffer, offset);
        }

        @Override
        public String describe() {
            return "fragile";
        }
    }

    /** Keeps each value, and may wrap what the state throws. */
    private static final class Keeping implements Processor<String, String, String> {
        private final boolean wraps;
        private ValueState<String> last;

        Keeping(final boolean wraps) {
            this.wraps = wraps;
        }

        @Override
        public void init(final ProcessorSetup setup) {
            last = setup.valueState("last", Codecs.string());
        }

        @Override
        public void process(final String value, final ProcessorContext<String, String> context) {
            try {
                last.set(value);
            } catch (final MillraceException e) {
                throw wraps ? new IllegalStateException("cannot keep " + value, e) : e;
            }
        }
    }
}
