package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogPartition;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.task.Restored;
import io.millrace.operators.task.Task;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What checkpoints do for a job that starts again, and what becomes of them. */
class CheckpointTest {
    private static final String CHECKPOINTS = "job.in.checkpoints";
    private static final int WORDS = 300;
    private static final int QUIET_ROUNDS = 3;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldReadOnlyWhatCameSinceTheCheckpoint(final int partitions) throws IOException {
        try (StoreFixture first = new StoreFixture(path("first"))) {
            first.givenTopic("in", partitions);
            try (JobTasks tasks = open(first, counting())) {
                words(first, partitions, 0, WORDS);
                work(tasks);
                tasks.checkpoint();
                words(first, partitions, WORDS, WORDS + 20);
                work(tasks);
                StoreImages.copy(path("first"), path("killed"));
            }
        }
        try (StoreFixture killed = new StoreFixture(path("killed"));
                JobTasks tasks = open(killed, counting())) {
            assertThat(tasks.tasks()).allMatch(task -> task.restored().checkpoint() > 0);
            assertThat(tasks.counters().recordsIn())
                    .as("read before the checkpoint")
                    .isEqualTo(WORDS);

            work(tasks);

            assertThat(tasks.counters().recordsIn()).isEqualTo(WORDS + 20);
            assertThat(tasks.counters().replayedOutputs())
                    .as("words repeated in the sink, and in the exchange where there is one")
                    .isBetween(20L, 20L * 2 + 20 * partitions);
            assertThat(killed.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS + 20));
        }
    }

    @Test
    void shouldTakeNoneWhereNothingIsNew() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 1);
            try (JobTasks tasks = open(fixture, counting())) {
                words(fixture, 1, 0, 10);
                work(tasks);
                tasks.checkpoint();
                final long tail = partition(fixture, CHECKPOINTS).tailPosition();
                tasks.checkpoint();

                assertThat(tasks.tasks().get(0).beginCheckpoint()).isFalse();
                assertThat(partition(fixture, CHECKPOINTS).tailPosition()).isEqualTo(tail);
            }
        }
    }

    @Test
    void shouldTakeOneAfterSoManyBytesOfInput() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 1);
            final JobContext context =
                    new JobContext().checkpointInterval(Duration.ZERO).checkpointBytes(10_000);
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), context)) {
                words(fixture, 1, 0, 10);
                work(tasks);
                assertThat(tasks.tasks().get(0).checkpointPosition()).isEqualTo(-1);

                words(fixture, 1, 10, WORDS);
                work(tasks);

                assertThat(tasks.tasks().get(0).checkpointPosition()).isGreaterThan(10_000);
            }
        }
    }

    @Test
    void shouldTakeOneOnDemandAndALastOneWhenTheJobIsClosed() throws Exception {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 3);
            words(fixture, 3, 0, WORDS);
            try (Job job = Job.start(fixture.store(), counting(), never().threads(2))) {
                job.checkpoint().get(30, TimeUnit.SECONDS);
                assertThat(partition(fixture, CHECKPOINTS).tailPosition()).isGreaterThan(4096);
                await(() -> job.counters().recordsIn() == WORDS);
            }
            try (JobTasks tasks = open(fixture, counting())) {
                work(tasks);
                assertThat(tasks.counters().replayedOutputs()).isZero();
                assertThat(tasks.counters().recordsIn()).isEqualTo(WORDS);
            }
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS));
        }
    }

    @Test
    void shouldTakeThemByTimeWhileTheJobRuns() throws Exception {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 1);
            final JobContext context = new JobContext().checkpointInterval(Duration.ofMillis(1));
            try (Job job = Job.start(fixture.store(), counting(), context)) {
                words(fixture, 1, 0, 1);
                await(() -> partition(fixture, CHECKPOINTS).tailPosition() > 4096);
                assertThat(job.failure()).isNull();
            }
        }
    }

    @Test
    void shouldRefuseARequestThatNobodyServes() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 1);
            try (Job job = Job.start(fixture.store(), counting(), new JobContext().checkpointInterval(Duration.ZERO))) {
                assertThatThrownBy(job::checkpoint).hasMessageContaining("takes no checkpoints");
            }
            final Job closed = Job.start(fixture.store(), counting(), never());
            closed.close();
            assertThat(closed.checkpoint()).isCompletedExceptionally();
        }
    }

    @Test
    void shouldFallBackToTheCheckpointBeforeADamagedOne() throws IOException {
        int fallBacks = 0;
        for (long seed = 0; seed < 20; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Path home = path("damaged-" + seed);
            final long[] newest = new long[2];
            givenThreeCheckpoints(home, newest);
            final boolean mayLookLikeACrash = damage(home, random, newest[0], newest[1]);

            try (StoreFixture fixture = new StoreFixture(home);
                    JobTasks tasks = open(fixture, counting())) {
                final Restored restored = tasks.tasks().get(0).restored();
                if (restored.checkpoint() < 3) {
                    fallBacks++;
                    assertThat(restored.checkpoint()).as("seed %d", seed).isEqualTo(2);
                    if (!mayLookLikeACrash) {
                        assertThat(restored.fallBack()).as("seed %d", seed).isNotEmpty();
                    }
                }
                work(tasks);

                assertThat(fixture.values("counts"))
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(expected(WORDS + 40));
            }
        }
        assertThat(fallBacks).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -5, -48, 7, 1 << 20})
    void shouldFindTheCheckpointsThatAreTakenBehindADamagedOne(final int length) throws IOException {
        final Path home = path("closed");
        final long begin;
        try (StoreFixture fixture = new StoreFixture(home)) {
            fixture.givenTopic("in", 1);
            try (JobTasks tasks = open(fixture, counting())) {
                words(fixture, 1, 0, WORDS);
                takeCheckpoints(fixture, tasks, 0, 2);
                begin = partition(fixture, CHECKPOINTS).tailPosition();
                takeCheckpoints(fixture, tasks, 2, 3);
            }
        }
        try (RandomAccessFile bytes = new RandomAccessFile(segment(home, begin).toFile(), "rw")) {
            bytes.seek(begin % StoreFixture.SEGMENT_LENGTH);
            bytes.writeInt(Integer.reverseBytes(length));
        }

        try (StoreFixture fixture = new StoreFixture(home);
                JobTasks tasks = open(fixture, counting())) {
            final Restored restored = tasks.tasks().get(0).restored();
            assertThat(restored.checkpoint()).isEqualTo(2);
            assertThat(restored.fallBack()).contains("damaged");
            takeCheckpoints(fixture, tasks, 3, 6);
        }
        try (StoreFixture fixture = new StoreFixture(home);
                JobTasks tasks = open(fixture, counting())) {
            final Restored restored = tasks.tasks().get(0).restored();
            assertThat(restored.checkpoint()).isEqualTo(6);
            assertThat(restored.fallBack()).isEmpty();
            work(tasks);
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS + 6 * 20));
        }
    }

    private static void takeCheckpoints(
            final StoreFixture fixture, final JobTasks tasks, final int from, final int to) {
        for (int i = from; i < to; i++) {
            words(fixture, 1, WORDS + i * 20, WORDS + (i + 1) * 20);
            work(tasks);
            tasks.checkpoint();
        }
    }

    private static Path segment(final Path home, final long position) {
        final long base = position & -StoreFixture.SEGMENT_LENGTH;
        return home.resolve("topics").resolve(CHECKPOINTS).resolve("0").resolve(String.format("%020d.seg", base));
    }

    @Test
    void shouldGoBackToTheBeginningWhenNoCheckpointIsWholeAndRefuseWhenThatIsGone() throws IOException {
        final Path home = path("store");
        final long[] newest = new long[2];
        givenThreeCheckpoints(home, newest);
        final SplittableRandom random = new SplittableRandom(1);
        for (long position = 4096; position < newest[1]; position += 256) {
            damage(home, random, position, Math.min(position + 256, newest[1]));
        }

        try (StoreFixture fixture = new StoreFixture(home);
                JobTasks tasks = JobTasks.open(
                        fixture.store(), counting(), new JobContext().checkpointInterval(Duration.ZERO))) {
            final Restored restored = tasks.tasks().get(0).restored();
            assertThat(restored.checkpoint()).isZero();
            assertThat(restored.fallBack()).isNotEmpty();
            work(tasks);
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS + 40));

            words(fixture, 1, 0, 2_000);
            fixture.store().forceNow();
            partition(fixture, "in").truncateBefore(partition(fixture, "in").tailPosition());
        }
        try (StoreFixture fixture = new StoreFixture(home)) {
            assertThatThrownBy(() -> open(fixture, counting()))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POSITION_GONE))
                    .hasMessageContaining("task job/in/0 cannot go on")
                    .hasMessageContaining("begins at position");
        }
    }

    @Test
    void shouldGoOnBeforeItsFirstCheckpointIsDueWhereTheInputBeginsLate() throws IOException {
        try (StoreFixture fixture = new StoreFixture(path("live"))) {
            fixture.givenTopic("in", 1);
            words(fixture, 1, 0, 2_000);
            fixture.store().forceNow();
            partition(fixture, "in").truncateBefore(partition(fixture, "in").tailPosition());
            assertThat(partition(fixture, "in").beginPosition()).isGreaterThan(StoreFixture.SEGMENT_LENGTH);
            try (JobTasks tasks = open(fixture, counting())) {
                work(tasks);
                assertThat(fixture.values("counts")).isNotEmpty();
                StoreImages.copy(path("live"), path("killed"));
            }
        }
        try (StoreFixture killed = new StoreFixture(path("killed"));
                JobTasks tasks = open(killed, counting())) {
            final List<String> before = killed.values("counts");
            work(tasks);
            words(killed, 1, 2_000, 2_001);
            work(tasks);

            assertThat(killed.values("counts")).startsWith(before.toArray(String[]::new));
            assertThat(killed.values("counts")).hasSize(before.size() + 1);
        }
    }

    @Test
    void shouldNotUseACheckpointThatKnowsOfMoreOutputsThanTheLogHolds() throws IOException {
        givenThreeCheckpoints(path("store"), new long[2]);
        // As if the output had been lost and made anew.
        StoreImages.delete(path("store").resolve("topics").resolve("counts"));

        try (StoreFixture fixture = new StoreFixture(path("store"));
                JobTasks tasks = open(fixture, counting())) {
            assertThat(tasks.tasks().get(0).restored().fallBack()).contains("it knows of", "topic counts");
            work(tasks);
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS + 40));
        }
    }

    @Test
    void shouldRemoveOldGenerationsAndWhatNobodyNeedsOfAnExchange() throws IOException {
        final int rounds = 150;
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 2);
            try (JobTasks tasks = open(fixture, counting())) {
                for (int round = 0; round < rounds; round++) {
                    words(fixture, 2, round * 50, (round + 1) * 50);
                    work(tasks);
                    tasks.checkpoint();
                    fixture.store().forceNow();
                }
                tasks.tasks().forEach(task -> task.checkpointWork(1));

                assertThat(partition(fixture, CHECKPOINTS).beginPosition()).isGreaterThan(1 << 16);
                assertThat(partition(fixture, "job.by-word").beginPosition()).isGreaterThan(1 << 16);
                assertThat(partition(fixture, "in").beginPosition())
                        .as("a source")
                        .isLessThan(1 << 16);
            }
        }
        try (StoreFixture fixture = new StoreFixture(path("store"));
                JobTasks tasks = open(fixture, counting())) {
            words(fixture, 2, rounds * 50, rounds * 50 + 10);
            work(tasks);
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(rounds * 50 + 10));
        }
    }

    @Test
    void shouldRemoveWhatIsOldThoughCheckpointsFollowEachOtherFasterThanTheDisk() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 2);
            try (JobTasks tasks = open(fixture, counting())) {
                for (int round = 0; round < 320; round++) {
                    words(fixture, 2, round * 25, (round + 1) * 25);
                    work(tasks);
                    tasks.tasks().forEach(Task::beginCheckpoint);
                    tasks.tasks().forEach(CheckpointTest::complete);
                    // Whenever the tasks look, some full ones are on the disk and the newest is not.
                    if (round % 32 == 15) {
                        fixture.store().forceNow();
                    } else if (round % 32 == 31) {
                        tasks.tasks().forEach(task -> task.checkpointWork(1));
                    }
                }
                assertThat(partition(fixture, CHECKPOINTS).beginPosition()).isGreaterThan(1 << 16);
                assertThat(partition(fixture, "job.by-word").beginPosition()).isGreaterThan(1 << 16);
            }
        }
    }

    private static void complete(final Task task) {
        while (task.checkpointWork(Integer.MAX_VALUE)) {
            // On to the end.
        }
    }

    @Test
    void shouldRemoveWhatIsOldWithoutWaitingForAnotherCheckpoint() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 2);
            final JobContext byBytes =
                    new JobContext().checkpointInterval(Duration.ZERO).checkpointBytes(1);
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), byBytes)) {
                for (int i = 0; i < 20_000; i += 500) {
                    words(fixture, 2, i, i + 500);
                    work(tasks);
                }
                final long taken = partition(fixture, CHECKPOINTS).tailPosition();
                final LogPartition exchange = partition(fixture, "job.by-word");
                final long before = exchange.beginPosition();
                fixture.store().forceNow();

                await(() -> tasks.doWork() == 0 && exchange.beginPosition() > before);

                assertThat(partition(fixture, CHECKPOINTS).tailPosition())
                        .as("no other checkpoint came")
                        .isEqualTo(taken);
            }
        }
    }

    @Test
    void shouldKeepStateWhenStatelessStepsChangeBetweenAJobClosedInOrderAndTheNext() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 2);
            runAndClose(fixture, counting(), 2, 0, 100);

            final Topology changed = counting(stream -> stream.peek(word -> {}), "by-word", "counted");
            runAndClose(fixture, changed, 2, 100, 200);
            runAndClose(fixture, changed, 2, 200, 250);

            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(250));
        }
    }

    @Test
    void shouldDeriveCheckpointsFromANewOutputOfAJobThatTakesNoneAnyMore() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 1);
            runAndClose(fixture, counting(), 1, 0, 100);
            final Topology changed = counting(
                    stream -> {
                        stream.to("words");
                        return stream;
                    },
                    "by-word",
                    "counted");

            JobTasks.open(fixture.store(), changed, new JobContext().checkpointInterval(Duration.ZERO))
                    .close();

            assertThatThrownBy(() -> fixture.store().derives(CHECKPOINTS, "words"))
                    .as("the other way round")
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldRefuseAChangedTopologyWhoseOutputsWouldGetNumbersThatAreTaken() throws IOException {
        try (StoreFixture first = new StoreFixture(path("first"))) {
            first.givenTopic("in", 1);
            try (JobTasks tasks = open(first, counting())) {
                words(first, 1, 0, 100);
                work(tasks);
                tasks.checkpoint();
                words(first, 1, 100, 110);
                work(tasks);
                StoreImages.copy(path("first"), path("killed"));
            }
        }
        try (StoreFixture killed = new StoreFixture(path("killed"))) {
            assertThatThrownBy(() -> open(killed, counting(stream -> stream.peek(word -> {}), "by-word", "counted")))
                    .hasMessageContaining("was not closed in order before the topology was changed")
                    .hasMessageContaining("topic counts partition 0");
        }
    }

    @Test
    void shouldRefuseToLoseTheStateOfAnOperatorUnlessItIsReset() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 1);
            runAndClose(fixture, counting(), 1, 0, 100);
            final Topology renamed = counting(Function.identity(), "by-word", "counted-anew");

            assertThatThrownBy(() -> open(fixture, renamed))
                    .hasMessageContaining("operator counted,")
                    .hasMessageContaining("JobContext.resetState(\"counted\")");

            try (JobTasks tasks = JobTasks.open(fixture.store(), renamed, never().resetState("counted"))) {
                words(fixture, 1, 100, 107);
                work(tasks);
            }
            assertThat(fixture.values("counts")).endsWith("w2=1", "w3=1", "w4=1", "w5=1", "w6=1", "w0=1", "w1=1");
        }
    }

    @Test
    void shouldRefuseStateOfAnotherKindUnlessItIsReset() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 1);
            runAndClose(fixture, counting(), 1, 0, 100);
            final Topology windows = Topology.named("job");
            windows.stream("in", Codecs.string())
                    .keyBy("by-word", Codecs.string(), word -> word)
                    .window("counted", Windows.tumbling(Duration.ofSeconds(1)))
                    .count()
                    .map(count -> count.key() + "=" + count.value(), Codecs.string())
                    .to("counts");

            assertThatThrownBy(() -> open(fixture, windows))
                    .hasMessageContaining("keeps state in operator counted in another way")
                    .hasMessageContaining("RollingAggregateOperator")
                    .hasMessageContaining("TumblingWindowOperator");

            JobTasks.open(fixture.store(), windows, never().resetState("counted"))
                    .close();
            // The next start needs it no more, and does not mind.
            JobTasks.open(fixture.store(), windows, never().resetState("counted"))
                    .close();
            open(fixture, windows).close();
        }
    }

    @Test
    void shouldRefuseARenamedExchange() {
        try (StoreFixture fixture = new StoreFixture(path("store"))) {
            fixture.givenTopic("in", 2);
            runAndClose(fixture, counting(), 2, 0, 100);

            assertThatThrownBy(() -> open(fixture, counting(Function.identity(), "by-term", "counted")))
                    .hasMessageContaining("job job has checkpoints of stage by-word")
                    .hasMessageContaining("give it the name back");
        }
    }

    // Two generations and a bit: 1 is full, 2 is full since 1 was as small, 3 is not.
    private void givenThreeCheckpoints(final Path home, final long[] newest) throws IOException {
        final Path live = home.resolveSibling(home.getFileName() + "-live");
        try (StoreFixture fixture = new StoreFixture(live)) {
            fixture.givenTopic("in", 1);
            try (JobTasks tasks = open(fixture, counting())) {
                words(fixture, 1, 0, WORDS);
                work(tasks);
                tasks.checkpoint();
                words(fixture, 1, WORDS, WORDS + 20);
                work(tasks);
                tasks.checkpoint();
                words(fixture, 1, WORDS + 20, WORDS + 40);
                work(tasks);
                newest[0] = partition(fixture, CHECKPOINTS).tailPosition();
                tasks.checkpoint();
                newest[1] = partition(fixture, CHECKPOINTS).tailPosition();
                StoreImages.copy(live, home);
            }
        }
    }

    /** Changes one byte of the checkpoint topic between two positions. */
    // True for the sign of what may be the length of a record: a record that was never finished, as a crash leaves it.
    private static boolean damage(final Path home, final SplittableRandom random, final long from, final long to)
            throws IOException {
        final long position = from + random.nextLong(to - from);
        final long base = position & -StoreFixture.SEGMENT_LENGTH;
        final Path file = segment(home, position);
        final byte[] bytes = Files.readAllBytes(file);
        final byte before = bytes[(int) (position - base)];
        bytes[(int) (position - base)] ^= (byte) (1 + random.nextInt(255));
        Files.write(file, bytes);
        return position % Long.BYTES == Integer.BYTES - 1 && before >= 0 && bytes[(int) (position - base)] < 0;
    }

    private static void runAndClose(
            final StoreFixture fixture, final Topology topology, final int partitions, final int from, final int to) {
        try (JobTasks tasks = open(fixture, topology)) {
            words(fixture, partitions, from, to);
            work(tasks);
        }
    }

    private static Topology counting() {
        return counting(Function.identity(), "by-word", "counted");
    }

    private static Topology counting(
            final Function<Stream<String>, Stream<String>> steps, final String exchange, final String counted) {
        final Topology topology = Topology.named("job");
        steps.apply(topology.stream("in", Codecs.string()))
                .keyBy(exchange, Codecs.string(), word -> word)
                .count(counted)
                .toChanges()
                .map(change -> change.key() + "=" + change.value(), Codecs.string())
                .to("counts");
        return topology;
    }

    private static void words(final StoreFixture fixture, final int partitions, final int from, final int to) {
        for (int i = from; i < to; i++) {
            fixture.append("in", i % partitions, i, "", "w" + i % 7);
        }
    }

    private static List<String> expected(final int words) {
        return java.util.stream.IntStream.range(0, words)
                .mapToObj(i -> "w" + i % 7 + "=" + (i / 7 + 1))
                .toList();
    }

    // By hand, or when it is closed.
    private static JobContext never() {
        return new JobContext().checkpointInterval(Duration.ofDays(10_000));
    }

    private static JobTasks open(final StoreFixture fixture, final Topology topology) {
        return JobTasks.open(fixture.store(), topology, never());
    }

    private static void work(final JobTasks tasks) {
        for (int quiet = 0; quiet < QUIET_ROUNDS; quiet++) {
            if (tasks.doWork() > 0) {
                quiet = 0;
            }
        }
        assertThat(tasks.tasks()).noneMatch(Task::isTakingCheckpoint);
    }

    private static void await(final java.util.function.BooleanSupplier condition) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        }
    }

    private static LogPartition partition(final StoreFixture fixture, final String topic) {
        return fixture.store().topic(topic).partition(0);
    }

    private Path path(final String name) {
        return directory.resolve(name);
    }
}
