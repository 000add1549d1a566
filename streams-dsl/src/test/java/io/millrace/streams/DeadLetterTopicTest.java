package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ProducerAppender;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.output.DeadLetter;
import io.millrace.operators.output.DeadLetterCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterTopicTest {
    @TempDir
    Path directory;

    private StoreFixture fixture;

    // Stands for a cause outside the function, which a job that goes on no longer meets.
    private boolean isFixed;

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @Test
    void shouldSendRecordsBackAsTheyWereAndLetTheJobProcessThem() {
        givenFourBadRecordsOfTwoPartitions();
        try (JobTasks tasks = JobTasks.open(fixture.store(), topology(), new JobContext().onSkipped(record -> {}))) {
            work(tasks);
            assertThat(fixture.keysAndValues("out")).containsExactlyInAnyOrder("k=good0", "k=good1");

            assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(4, 0, 0, 0));
            isFixed = true;
            work(tasks);
        }

        assertThat(fixture.records(
                        "in",
                        record -> StoreFixture.value(record) + " " + record.eventTimeNs() + " " + record.keyLength()))
                .containsExactly(
                        "bad0 10 1",
                        "bad2 12 1",
                        "good0 20 1",
                        "bad0 10 1",
                        "bad2 12 1",
                        "bad1 11 1",
                        "bad3 13 1",
                        "good1 21 1",
                        "bad1 11 1",
                        "bad3 13 1");
        assertThat(fixture.keysAndValues("out"))
                .containsExactlyInAnyOrder("k=good0", "k=good1", "k=bad0", "k=bad1", "k=bad2", "k=bad3");
    }

    @Test
    void shouldSendNothingTwice() {
        givenFourBadRecordsOfTwoPartitions();
        process();
        redrive(LetterSelection.ALL);
        final List<String> once = fixture.values("in");

        assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(0, 4, 0, 0));
        reopen();
        assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(0, 4, 0, 0));

        assertThat(fixture.values("in")).isEqualTo(once);
    }

    @Test
    void shouldSendWhatIsChosenInAnyOrderAndTheRestLater() {
        givenFourBadRecordsOfTwoPartitions();
        process();
        final List<Long> positions = new ArrayList<>();
        DeadLetterTopic.open(fixture.store(), "dead")
                .forEach(new LetterSelection(0, 0, 10), (partition, position, letter) -> positions.add(position));
        assertThat(positions).hasSize(2);

        assertThat(redrive(new LetterSelection(0, positions.get(1), 10))).isEqualTo(new RedriveResult(1, 0, 0, 0));
        assertThat(redriven()).containsExactly("bad2");
        assertThat(redrive(new LetterSelection(LetterSelection.ALL_PARTITIONS, 0, 1)))
                .isEqualTo(new RedriveResult(1, 1, 0, 0));
        assertThat(redriven()).containsExactly("bad2", "bad0");
        assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(2, 2, 0, 0));
        assertThat(redriven()).containsExactly("bad2", "bad0", "bad1", "bad3");
    }

    @Test
    void shouldWriteNothingInADryRun() {
        givenFourBadRecordsOfTwoPartitions();
        process();
        final DeadLetterTopic letters = DeadLetterTopic.open(fixture.store(), "dead");
        final List<String> producers = fixture.store().producerNames();

        assertThat(letters.redrive(LetterSelection.ALL, true)).isEqualTo(new RedriveResult(4, 0, 0, 0));

        assertThat(redriven()).isEmpty();
        assertThat(fixture.store().hasTopic("dead.redriven")).isFalse();
        assertThat(fixture.store().producerNames()).isEqualTo(producers);
        redrive(new LetterSelection(0, 0, 1));
        assertThat(letters.redrive(LetterSelection.ALL, true)).isEqualTo(new RedriveResult(3, 1, 0, 0));
        assertThat(redriven()).hasSize(1);
    }

    @Test
    void shouldFinishWhatACrashLeftBetweenTheLedgerAndTheTopic() {
        givenFourBadRecordsOfTwoPartitions();
        process();
        // The second letter was chosen, and the process killed before it was sent.
        final List<DeadLetter> letters = new ArrayList<>();
        DeadLetterTopic.open(fixture.store(), "dead")
                .forEach(new LetterSelection(0, 0, 10), (partition, position, letter) -> letters.add(letter));
        try (RedriveLedger ledger =
                new RedriveLedger(fixture.store(), fixture.store().topic("dead"), 0, "redrive/dead/0", false)) {
            ledger.append(letters.get(1));
        }
        reopen();
        assertThat(DeadLetterTopic.open(fixture.store(), "dead").redrive(LetterSelection.ALL, true))
                .isEqualTo(new RedriveResult(4, 0, 0, 0));

        assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(4, 0, 0, 0));

        assertThat(redriven()).containsExactly("bad2", "bad0", "bad1", "bad3");
        assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(0, 4, 0, 0));
    }

    @Test
    void shouldSendARecordOnceThatSeveralOperatorsFailedAt() {
        fixture.givenTopic("in", 1);
        fixture.append("in", 0, 1, "k", "bad");
        fixture.end("in");
        final Topology topology = Topology.named("job").onError(ErrorPolicy.deadLetter("dead"));
        final Stream<String> words = topology.stream("in", Codecs.string());
        words.filter(DeadLetterTopicTest::refuse).to("a");
        words.filter(DeadLetterTopicTest::refuse).to("b");
        fixture.run(topology);
        assertThat(fixture.letters("dead")).hasSize(2);

        assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(1, 0, 0, 0));

        assertThat(redriven()).containsExactly("bad");
        assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(0, 1, 0, 0));
    }

    @Test
    void shouldSendARecordAgainThatFailedAgain() {
        fixture.givenTopic("in", 1);
        fixture.append("in", 0, 1, "k", "bad");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .filter(DeadLetterTopicTest::refuse)
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");
        try (JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext().onSkipped(record -> {}))) {
            for (int i = 1; i <= 3; i++) {
                work(tasks);
                assertThat(fixture.letters("dead")).hasSize(i);
                assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(1, i - 1, 0, 0));
            }
        }
        assertThat(redriven()).containsExactly("bad", "bad", "bad");
    }

    @Test
    void shouldSkipWhatHasNoRecordAndWhatHasNoTopic() {
        fixture.givenTopic("in", 1).givenTopic("dead", 1);
        append("dead", new DeadLetter("job", "in", 0, 4096, 1, "w", "no record", new byte[0], null));
        append("dead", new DeadLetter("job", "gone", 0, 4096, 1, "map-1", "no topic", new byte[0], bytes("a")));
        append("dead", new DeadLetter("job", "in", 7, 4096, 1, "map-1", "no partition", new byte[0], bytes("b")));
        append("dead", new DeadLetter("job", "in", 0, 4104, 1, "map-1", "fine", new byte[0], new byte[0]));

        assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(1, 0, 1, 2));

        assertThat(redriven()).containsExactly("");
    }

    @Test
    void shouldRefuseATopicThatHoldsSomethingElseAndSendNothing() {
        fixture.givenTopic("in", 1).givenTopic("mixed", 1);
        append("mixed", new DeadLetter("job", "in", 0, 4096, 1, "map-1", "fine", new byte[0], bytes("a")));
        final long position = fixture.append("mixed", 0, 1, "", "a text");

        assertThatThrownBy(() -> DeadLetterTopic.open(fixture.store(), "mixed").redrive(LetterSelection.ALL, false))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining(
                        "topic mixed holds something else than dead letters: partition=0 position=" + position);
        assertThat(redriven()).isEmpty();
        assertThatThrownBy(
                        () -> DeadLetterTopic.open(fixture.store(), "in").redrive(new LetterSelection(1, 0, 1), false))
                .hasMessage("topic in has no partition 1, it has 1");
        assertThatThrownBy(() -> DeadLetterTopic.open(fixture.store(), "none")).hasMessageContaining("none");
    }

    @Test
    void shouldRefuseToSendWhenItsLedgerIsGone() {
        fixture.givenTopic("in", 1).givenTopic("dead", 1);
        append("dead", new DeadLetter("job", "in", 0, 4096, 1, "map-1", "fine", new byte[0], bytes("a")));
        try (ProducerAppender producer = fixture.store()
                .topic("in")
                .partition(0)
                .producer(fixture.store().producerId("redrive/dead/0"))) {
            producer.append(0, RecordKind.DATA, 1, null, 0, 0, null, 0, 0);
        }

        assertThatThrownBy(() -> redrive(LetterSelection.ALL))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT))
                .hasMessageContaining("topic=in partition=0 sent=1 known=0");
    }

    @Test
    void shouldSendBackToAnExchangeWhatALaterStageFailedAt() {
        fixture.givenTopic("in", 2);
        fixture.append("in", 0, 1, "k", "bad");
        final List<String> seen = new ArrayList<>();
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .filter(word -> {
                    seen.add(word);
                    if (seen.size() == 1) {
                        throw new IllegalStateException("the first time");
                    }
                    return true;
                })
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");
        try (JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext().onSkipped(record -> {}))) {
            work(tasks);
            assertThat(redrive(LetterSelection.ALL)).isEqualTo(new RedriveResult(1, 0, 0, 0));
            work(tasks);
        }

        assertThat(fixture.keysAndValues("out")).containsExactly("bad=bad");
    }

    private static boolean refuse(final String word) {
        throw new IllegalStateException(word);
    }

    private static void work(final JobTasks tasks) {
        while (tasks.doWork() > 0) {
            // There is more.
        }
    }

    private void givenFourBadRecordsOfTwoPartitions() {
        fixture.givenTopic("in", 2);
        for (int i = 0; i < 4; i++) {
            fixture.append("in", i % 2, 10 + i, "k", "bad" + i);
        }
        fixture.append("in", 0, 20, "k", "good0");
        fixture.append("in", 1, 21, "k", "good1");
    }

    private void process() {
        try (JobTasks tasks = JobTasks.open(fixture.store(), topology(), new JobContext().onSkipped(record -> {}))) {
            work(tasks);
        }
    }

    private Topology topology() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .filter(word -> isFixed || !word.startsWith("bad") || refuse(word))
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");
        return topology;
    }

    private RedriveResult redrive(final LetterSelection selection) {
        return DeadLetterTopic.open(fixture.store(), "dead").redrive(selection, false);
    }

    /** What was sent back, partition by partition. */
    private List<String> redriven() {
        final List<String> producers = fixture.store().producerNames();
        final List<String> values = new ArrayList<>();
        fixture.records("in", record -> {
            if (record.producerId() != 0
                    && producers.get(record.producerId() - 1).startsWith("redrive/")) {
                values.add(StoreFixture.value(record));
            }
            return 0;
        });
        return values;
    }

    private void reopen() {
        fixture.close();
        fixture = new StoreFixture(directory);
    }

    private void append(final String topic, final DeadLetter letter) {
        final Codec<DeadLetter> codec = new DeadLetterCodec();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[codec.encodedLength(letter)]);
        codec.encode(letter, bytes, 0);
        assertThat(fixture.store()
                        .topic(topic)
                        .partition(0)
                        .appender()
                        .append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, bytes.capacity()))
                .isPositive();
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
