package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.effect.CallCodec;
import io.millrace.operators.effect.CallRecord;
import io.millrace.operators.output.DeadLetter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches the results of a job that asks an outside, and how often the outside is asked. */
class AsyncTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String EXCHANGE = "job.score-calls";
    private static final Async FOUR = Async.atMost(4).timeout(Duration.ofMinutes(5));

    @TempDir
    Path directory;

    private StoreFixture fixture;
    private final Outside outside = new Outside();
    private final List<StoreFixture> images = new ArrayList<>();

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory.resolve("store"));
    }

    @AfterEach
    void tearDown() {
        fixture.close();
        images.forEach(StoreFixture::close);
    }

    @Test
    void shouldGiveResultsInTheOrderOfTheInputsWhateverTheOrderOfTheReplies() {
        givenInput("a", "b", "c");
        try (JobTasks tasks = open(asking(FOUR))) {
            outside.answer("c");
            outside.answer("b");
            work(tasks);
            assertThat(fixture.values("out")).isEmpty();
            outside.answer("a");

            work(tasks);
        }

        assertThat(fixture.values("out")).containsExactly("a:1", "b:1", "c:1");
        assertThat(times("out")).containsExactly(0L, SECOND, 2 * SECOND);
    }

    @Test
    void shouldGiveResultsInTheOrderOfTheRepliesWhereThatIsAskedFor() {
        givenInput("a", "b", "c");
        try (JobTasks tasks = open(asking(FOUR.unordered()))) {
            for (final String value : List.of("c", "a", "b")) {
                outside.answer(value);
                work(tasks);
            }
        }

        assertThat(fixture.values("out")).containsExactly("c:1", "a:1", "b:1");
        assertThat(times("out")).containsExactly(2 * SECOND, 0L, SECOND);
    }

    @Test
    void shouldKeepTheKeysOfItsInputs() {
        fixture.givenTopic("in", 2);
        fixture.append("in", 0, 0, "", "a1");
        fixture.append("in", 1, 0, "", "b2");
        fixture.end("in");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("by-letter", Codecs.string(), text -> text.substring(0, 1))
                .mapAsync("score", this::echo, FOUR, Codecs.string())
                .to("out");

        fixture.run(topology);

        assertThat(fixture.keysAndValues("out")).containsExactlyInAnyOrder("a=a1", "b=b2");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, true", "7, true", "1, false", "2, false", "7, false"})
    void shouldGiveEachInputOneResultHoweverTheOutsideBehaves(final int partitions, final boolean isOrdered) {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        fixture.givenTopic("in", partitions);
        final List<String> expected = IntStream.range(0, 200)
                .mapToObj(i -> i % partitions + "." + (1000 + i))
                .toList();
        for (int i = 0; i < expected.size(); i++) {
            fixture.append("in", i % partitions, i * SECOND, "", expected.get(i));
        }
        fixture.end("in");
        final Async four = Async.atMost(4)
                .timeout(Duration.ofMillis(5))
                .attempts(1_000, Duration.ofNanos(1_000), Duration.ofMillis(1));
        try (JobTasks tasks =
                JobTasks.open(fixture.store(), asking(isOrdered ? four : four.unordered()), new JobContext())) {
            final long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
            while (!tasks.isComplete()) {
                tasks.doWork();
                outside.answerOne(random);
                assertThat(System.nanoTime()).as("seed %d ends in time", seed).isLessThan(deadlineNs);
            }
        }

        final List<String> inputs =
                fixture.values("out").stream().map(AsyncTest::input).toList();
        assertThat(inputs).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        if (isOrdered) {
            assertThat(inputs).as("seed %d: partition by partition", seed).isSorted();
        }
        assertThat(outside.most()).as("seed %d", seed).isLessThanOrEqualTo(4 * partitions);
        assertThat(fixture.values("out")).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(firstReplies());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCallNobodyWhenItReplaysWhatTheLogHolds(final boolean isOrdered) {
        // More than a task reads at once, so that it stands between inputs and their replies now and then.
        final String[] inputs = IntStream.range(0, 1_000).mapToObj(i -> "v" + i).toArray(String[]::new);
        givenInput(inputs);
        fixture.end("in");
        final Async async = isOrdered ? FOUR : FOUR.unordered();
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .mapAsync("score", this::echo, async, Codecs.string())
                .to("out");
        fixture.run(topology, new JobContext().checkpointInterval(Duration.ZERO));
        assertThat(fixture.values("out")).containsExactly(inputs);

        final JobCounters replay =
                fixture.run(asking(async), new JobContext().audit(true).checkpointInterval(Duration.ZERO));

        assertThat(outside.count()).isZero();
        assertThat(replay.recordsOut()).isZero();
        assertThat(replay.auditedOutputs()).isEqualTo(replay.replayedOutputs()).isGreaterThanOrEqualTo(2_000);
        assertThat(fixture.values("out")).containsExactly(inputs);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCallAgainForNothingButInputsWithoutAReply(final boolean takesCheckpoint) {
        givenInput("a", "b", "c", "d");
        final StoreFixture image;
        try (JobTasks tasks = open(asking(FOUR))) {
            outside.answer("b");
            outside.answer("d");
            work(tasks);
            if (takesCheckpoint) {
                tasks.checkpoint();
            }
            image = killed();
        }

        final Outside next = new Outside("next");
        try (JobTasks tasks = JobTasks.open(image.store(), asking(next, FOUR), new JobContext())) {
            work(tasks);
            assertThat(next.calls()).isEqualTo(Map.of("a", 1, "c", 1));
            next.answer("a");
            next.answer("c");
            work(tasks);
        }

        assertThat(image.values("out")).containsExactly("a:next1", "b:1", "c:next1", "d:1");
    }

    @Test
    void shouldLetTheFirstReplyInTheLogWin() {
        givenInput("a", "b");
        try (JobTasks tasks = open(asking(FOUR))) {
            final long position = position("a");
            // As if another process had been there before.
            appendReply(position, "first");
            outside.answer("a");
            work(tasks);
            appendReply(position, "third");
            outside.answer("b");
            fixture.end("in");
            work(tasks);

            assertThat(tasks.isComplete()).isTrue();
        }

        assertThat(fixture.values("out")).containsExactly("first", "b:1");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false"})
    void shouldGiveTheSameAfterEveryKill(final int partitions, final boolean isOrdered) throws IOException {
        final long seed = Long.getLong("millrace.test.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        fixture.givenTopic("in", partitions);
        for (int i = 0; i < 60; i++) {
            fixture.append("in", i % partitions, i * SECOND, "", "v" + i);
        }
        fixture.end("in");
        final Async async = Async.atMost(4).timeout(Duration.ofMillis(5)).attempts(100, Duration.ZERO, Duration.ZERO);
        final Topology topology = summing(outside, isOrdered ? async : async.unordered());
        StoreFixture current = fixture;
        Path currentHome = directory.resolve("store");
        boolean isComplete = false;
        int lives = 0;
        final Map<String, Integer> callsWithReply = new HashMap<>();
        while (!isComplete) {
            lives++;
            assertThat(lives).as("seed %d: lives", seed).isLessThan(1_000);
            final Set<String> replied = new HashSet<>();
            replies(current).forEach(reply -> replied.add(input(reply)));
            final Map<String, Integer> before = outside.calls();
            final JobContext context =
                    new JobContext().checkpointInterval(random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(100));
            try (JobTasks tasks = JobTasks.open(current.store(), topology, context)) {
                final int rounds = lives > 40 ? Integer.MAX_VALUE : random.nextInt(60);
                for (int i = 0; i < rounds && !tasks.isComplete(); i++) {
                    tasks.doWork();
                    outside.answerOne(random);
                    if (random.nextInt(10) == 0) {
                        tasks.checkpoint();
                    }
                }
                isComplete = tasks.isComplete();
                if (!isComplete) {
                    final Path home = directory.resolve("life-" + lives);
                    StoreImages.copy(currentHome, home);
                    images.add(new StoreFixture(home));
                    currentHome = home;
                }
            }
            outside.calls().forEach((value, calls) -> {
                if (replied.contains(value) && calls > before.getOrDefault(value, 0)) {
                    callsWithReply.merge(value, 1, Integer::sum);
                }
            });
            if (!isComplete) {
                current = images.get(images.size() - 1);
            }
        }

        assertThat(callsWithReply)
                .as("seed %d: called although the reply was in the log", seed)
                .isEmpty();
        final List<String> sums = current.values("sums");
        assertThat(sums).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expectedSums(current));
        // What the log holds is what a job makes that is run over it again.
        final JobCounters replay =
                current.run(topology, new JobContext().audit(true).checkpointInterval(Duration.ZERO));
        assertThat(replay.recordsOut()).as("seed %d", seed).isZero();
        assertThat(replay.lateRecords()).as("seed %d", seed).isZero();
    }

    @Test
    void shouldNotLetWindowsCloseBeforeTheirResultsAreThere() {
        givenInput("v1", "v2", "v30", "v4");
        fixture.watermark("in", 0, 1_000 * SECOND);
        try (JobTasks tasks = open(summing(outside, FOUR.unordered()))) {
            outside.answer("v30");
            outside.answer("v4");
            outside.answer("v1");
            work(tasks);
            assertThat(fixture.values("sums")).as("v2 is still to come").isEmpty();

            outside.answer("v2");
            work(tasks);
            assertThat(fixture.values("sums")).hasSize(1);
            assertThat(tasks.counters().lateRecords()).isZero();
        }

        assertThat(fixture.values("sums")).containsExactlyElementsOf(expectedSums(fixture));
    }

    @Test
    void shouldStopReadingWhereAnswersDoNotCome() {
        fixture.givenTopic("in", 1);
        for (int i = 0; i < 200; i++) {
            fixture.append("in", 0, i * SECOND, "", "v" + i);
        }
        try (JobTasks tasks = open(asking(FOUR))) {
            assertThat(outside.open()).containsExactly("v0", "v1", "v2", "v3");
            assertThat(tasks.tasks().get(1).calls().size()).isBetween(4, 12);
            assertThat(tasks.counters().recordsIn()).isLessThanOrEqualTo(12);
            for (int i = 0; i < 200; i++) {
                outside.answer("v" + i);
                work(tasks);
            }
        }

        assertThat(outside.most()).isEqualTo(4);
        assertThat(fixture.values("out")).hasSize(200);
    }

    @Test
    void shouldEndOnlyWhenAllHaveTheirReplies() {
        givenInput("a", "b");
        fixture.end("in");
        try (JobTasks tasks = open(asking(FOUR))) {
            outside.answer("b");
            work(tasks);
            assertThat(tasks.isComplete()).isFalse();

            outside.answer("a");
            work(tasks);
            assertThat(tasks.isComplete()).isTrue();
        }
    }

    @Test
    void shouldStopInOrderOnlyWhenAllHaveTheirReplies() {
        givenInput("a", "b");
        final JobContext context = new JobContext().stopAt(SourcePositions.end());
        try (JobTasks tasks = JobTasks.open(fixture.store(), asking(FOUR), context)) {
            work(tasks);
            outside.answer("b");
            work(tasks);
            assertThat(tasks.isStopped()).isFalse();

            outside.answer("a");
            work(tasks);
            assertThat(tasks.isStopped()).isTrue();
        }

        assertThat(fixture.values("out")).containsExactly("a:1", "b:1");
    }

    @Test
    void shouldStopTheJobAtAFailedCallAndCallAgainWhenItStarts() {
        givenInput("a", "b");
        final Async twice = FOUR.attempts(2, Duration.ZERO, Duration.ZERO);
        try (JobTasks tasks = open(asking(twice))) {
            outside.fail("a", new IOException("refused"));
            work(tasks);
            outside.fail("a", new IOException("refused again"));

            assertThatThrownBy(() -> work(tasks))
                    .isInstanceOf(MillraceException.class)
                    .hasMessage("job job stopped at a call: topic=job.score-calls partition=0 position=" + position("a")
                            + " operator=score: no reply after 2 attempts: java.io.IOException: refused again");
        }
        try (JobTasks tasks = open(asking(twice))) {
            outside.answer("a");
            outside.answer("b");
            work(tasks);
        }

        assertThat(fixture.values("out")).containsExactly("a:3", "b:2");
    }

    @Test
    void shouldSendWhatFailedToTheDeadLettersOnce() {
        givenInput("a", "b", "c");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .mapAsync("score", outside, FOUR, Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");
        try (JobTasks tasks = open(topology)) {
            outside.answer("c");
            outside.fail("b", new IOException("refused"));
            outside.answer("a");
            work(tasks);
        }
        fixture.end("in");

        final JobCounters counters =
                fixture.run(topology, new JobContext().onSkipped(record -> {}).checkpointInterval(Duration.ZERO));

        assertThat(counters.skippedRecords()).isEqualTo(1);
        assertThat(fixture.values("out")).containsExactly("a:1", "c:1");
        final List<DeadLetter> letters = fixture.letters("dead");
        assertThat(letters).hasSize(1);
        assertThat(letters.get(0).reason()).isEqualTo("no reply after 1 attempt: java.io.IOException: refused");
        assertThat(letters.get(0).operator()).isEqualTo("score");
        assertThat(letters.get(0).topic()).isEqualTo(EXCHANGE);
        assertThat(letters.get(0).position()).isEqualTo(position("b"));
        assertThat(letters.get(0).eventTimeNs()).isEqualTo(SECOND);
        assertThat(outside.count()).isEqualTo(3);
    }

    @Test
    void shouldCallAgainForADeadLetterThatIsSentBack() {
        givenInput("a");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .mapAsync("score", outside, FOUR, Codecs.string())
                .onError(ErrorPolicy.deadLetter("dead"))
                .to("out");
        try (JobTasks tasks = open(topology)) {
            outside.fail("a", new IOException("refused"));
            work(tasks);
            DeadLetterTopic.open(fixture.store(), "dead").redrive(LetterSelection.ALL, false);
            work(tasks);
            outside.answer("a");
            work(tasks);
        }

        assertThat(fixture.values("out")).containsExactly("a:2");
    }

    @Test
    void shouldTakeTheReplyOfAHandlerWhereThereIsNone() {
        givenInput("a", "b");
        final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .mapAsync("score", outside, Async.atMost(4).timeout(Duration.ofMillis(1)), Codecs.string())
                .orElse((value, error) -> {
                    errors.add(error);
                    return value + ":none";
                })
                .to("out");
        fixture.end("in");

        fixture.run(topology);
        fixture.run(topology, new JobContext().checkpointInterval(Duration.ZERO));

        assertThat(fixture.values("out")).containsExactly("a:none", "b:none");
        assertThat(errors).hasSize(2).allMatch(TimeoutException.class::isInstance);
        assertThat(errors.peek()).hasMessage("no answer within 1 ms");
    }

    @Test
    void shouldNotTakeNullForAReply() {
        givenInput("a");
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .<String>mapAsync("score", value -> CompletableFuture.completedFuture(null), FOUR, Codecs.string())
                .to("out");

        assertThatThrownBy(() -> open(topology)).hasMessageContaining("the reply is null");
    }

    @Test
    void shouldLetOneReplyWinAmongReplicas() throws Exception {
        fixture.givenTopic("in", 2);
        for (int i = 0; i < 200; i++) {
            fixture.append("in", i % 2, i * SECOND, "", "v" + i);
        }
        fixture.end("in");
        final JobContext context = new JobContext().replicas(2).threads(4);
        try (Job job = Job.start(
                fixture.store(), summing(this::answered, Async.atMost(8).unordered()), context)) {
            assertThat(job.awaitCompletion(DEADLINE)).isTrue();
        }

        assertThat(outside.calls())
                .hasSize(200)
                .allSatisfy((value, calls) -> assertThat(calls).isEqualTo(1));
        assertThat(fixture.values("sums")).containsExactlyInAnyOrderElementsOf(expectedSums(fixture));
    }

    @Test
    void shouldAppendWhatIsAnsweredWhileTheJobCloses() throws Exception {
        givenInput("a");
        final Job job = Job.start(fixture.store(), asking(FOUR));
        try {
            await(() -> outside.open().contains("a"));
        } finally {
            final Thread closing = new Thread(job::close);
            closing.start();
            // Its tasks are closed by then, or are about to be.
            await(() -> closing.getState() == Thread.State.TIMED_WAITING || closing.getState() == Thread.State.WAITING);
            outside.answer("a");
            closing.join();
        }
        fixture.end("in");
        final Outside next = new Outside("next");

        fixture.run(asking(next, FOUR));

        assertThat(next.count()).isZero();
        assertThat(fixture.values("out")).containsExactly("a:1");
    }

    @Test
    void shouldStopTheJobOfAFunctionThatThrowsAnError() throws Exception {
        givenInput("a");
        final Topology topology = Topology.named("job").onError(ErrorPolicy.SKIP);
        topology.stream("in", Codecs.string())
                .<String>mapAsync(
                        "score",
                        value -> {
                            throw new AssertionError("wrong");
                        },
                        FOUR,
                        Codecs.string())
                .to("out");
        try (Job job = Job.start(fixture.store(), topology)) {
            assertThatThrownBy(() -> job.awaitCompletion(DEADLINE))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("wrong");
        }
    }

    @Test
    void shouldSayWhatIsWrongWithItsSettings() {
        fixture.givenTopic("in", 1);
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .map(String::length)
                .mapAsync(
                        "score",
                        CompletableFuture::completedFuture,
                        Async.atMost(0).timeout(Duration.ZERO),
                        Codecs.int32())
                .to("out");

        assertThatThrownBy(() -> JobTasks.open(fixture.store(), topology, new JobContext()))
                .hasMessageContaining("mapAsync score: 1 to 10000 calls at once are allowed, not 0")
                .hasMessageContaining("mapAsync score: it does not know how to write what map-1 makes");
    }

    @Test
    void shouldNameDurationsInWords() {
        assertThat(Async.atMost(1).timeout(Duration.ZERO).mistake())
                .isEqualTo("the timeout must be more than 0 and at most a day, is 0 s");
        assertThat(Async.atMost(1)
                        .attempts(2, Duration.ofMillis(2), Duration.ofMillis(1))
                        .mistake())
                .endsWith("is 2 ms to 1 ms");
    }

    @Test
    void shouldShowInThePlanWhereRepliesComeIn() {
        fixture.givenTopic("in", 2);
        try (JobTasks tasks = JobTasks.open(fixture.store(), asking(FOUR), new JobContext())) {
            assertThat(tasks.plan().describe())
                    .contains("exchange score-calls [calls string, with their replies] = topic job.score-calls")
                    .contains("score (replies in the order of the inputs)");
        }
    }

    private CompletableFuture<String> echo(final String value) {
        return CompletableFuture.completedFuture(value);
    }

    private CompletableFuture<String> answered(final String value) {
        final CompletableFuture<String> answer = outside.apply(value).toCompletableFuture();
        answer.complete(value + ":" + outside.calls(value));
        return answer;
    }

    private void givenInput(final String... values) {
        fixture.givenTopic("in", 1);
        for (int i = 0; i < values.length; i++) {
            fixture.append("in", 0, i * SECOND, "", values[i]);
        }
    }

    private Topology asking(final Async async) {
        return asking(outside, async);
    }

    private static Topology asking(final Outside outside, final Async async) {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .mapAsync("score", outside, async, Codecs.string())
                .to("out");
        return topology;
    }

    /** Sums up the numbers of inputs and replies, {@code v12:3}, in windows of ten seconds. */
    private static Topology summing(
            final Function<String, ? extends CompletionStage<String>> outside, final Async async) {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .mapAsync("score", outside, async, Codecs.string())
                .keyBy("by-nothing", Codecs.string(), reply -> "all")
                .window("sums", Windows.tumbling(Duration.ofSeconds(10)))
                .sum(AsyncTest::number)
                .map(window -> window.startNs() / SECOND + "=" + window.value(), Codecs.string())
                .to("sums");
        return topology;
    }

    private static long number(final String reply) {
        final String[] parts = reply.substring(1).split(":");
        return 1_000 * Long.parseLong(parts[0]) + Long.parseLong(parts[1]);
    }

    private static List<String> expectedSums(final StoreFixture store) {
        final Map<Long, Long> sums = new HashMap<>();
        final Map<Long, Long> times = new HashMap<>();
        final List<String> inputs = new ArrayList<>();
        store.records("in", record -> inputs.add(StoreFixture.value(record)) ? record.eventTimeNs() : 0)
                .forEach(time -> times.put((long) times.size(), time));
        final Map<String, Long> timeOf = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            timeOf.put(inputs.get(i), times.get((long) i));
        }
        replies(store)
                .forEach(reply -> sums.merge(timeOf.get(input(reply)) / SECOND / 10 * 10, number(reply), Long::sum));
        return sums.entrySet().stream()
                .map(sum -> sum.getKey() + "=" + sum.getValue())
                .toList();
    }

    private JobTasks open(final Topology topology) {
        final JobTasks tasks = JobTasks.open(fixture.store(), topology, new JobContext().onSkipped(record -> {}));
        try {
            work(tasks);
        } catch (final RuntimeException | Error e) {
            tasks.close();
            throw e;
        }
        return tasks;
    }

    // What is under way counts as work, so it is not worked to the end of work.
    private static void work(final JobTasks tasks) {
        for (int i = 0; i < 50; i++) {
            tasks.doWork();
        }
    }

    private StoreFixture killed() {
        try {
            final Path home = directory.resolve("image-" + images.size());
            StoreImages.copy(directory.resolve("store"), home);
            final StoreFixture image = new StoreFixture(home);
            images.add(image);
            return image;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long position(final String value) {
        return fixture
                .records(EXCHANGE, record -> StoreFixture.value(record).equals(value + "\0") ? record.position() : -1)
                .stream()
                .filter(position -> position >= 0)
                .findFirst()
                .orElseThrow();
    }

    private List<Long> times(final String topic) {
        return fixture.records(topic, record -> record.eventTimeNs());
    }

    private static String input(final String reply) {
        return reply.substring(0, reply.indexOf(':'));
    }

    private List<String> firstReplies() {
        return replies(fixture);
    }

    /** The first reply to each input, in the order of the log. */
    private static List<String> replies(final StoreFixture store) {
        if (!store.store().hasTopic(EXCHANGE)) {
            return List.of();
        }
        final Codec<CallRecord> codec = new CallCodec(Codecs.string());
        final Set<String> seen = new HashSet<>();
        final List<String> replies = new ArrayList<>();
        store.records(EXCHANGE, record -> {
            final CallRecord call = codec.decode(record.buffer(), record.valueOffset(), record.valueLength());
            if (call.kind() == CallRecord.REPLY) {
                final String reply =
                        call.bytes().getStringWithoutLengthUtf8(0, call.bytes().capacity());
                if (seen.add(input(reply))) {
                    replies.add(reply);
                }
            }
            return 0;
        });
        return replies;
    }

    private void appendReply(final long position, final String reply) {
        final byte[] bytes = reply.getBytes(StandardCharsets.UTF_8);
        final CallCodec codec = new CallCodec(Codecs.string());
        final CallRecord record =
                new CallRecord().outcome(CallRecord.REPLY, position, new UnsafeBuffer(bytes), 0, bytes.length);
        final UnsafeBuffer value = new UnsafeBuffer(new byte[codec.encodedLength(record)]);
        codec.encode(record, value, 0);
        final long outcome = fixture.store()
                .topic(EXCHANGE)
                .partition(0)
                .appender()
                .append(RecordKind.DATA, 0, null, 0, 0, value, 0, value.capacity());
        assertThat(outcome).isPositive();
    }

    private static void await(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("comes in time").isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
    }
}
