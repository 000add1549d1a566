package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.TaskStoppedException;
import io.millrace.operators.task.Restored;
import io.millrace.operators.task.Task;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint does that finds no space, that is interrupted, or that an operator cannot restore. */
class CheckpointFaultTest {
    private static final String CHECKPOINTS = "job.in.checkpoints";
    private static final int KEYS_OF_MANY_SEGMENTS = 8_000;
    private static final int QUIET_ROUNDS = 3;

    @TempDir
    Path directory;

    private final FullDisk disk = new FullDisk();

    @AfterEach
    void forgetTheBug() {
        BuggyCodec.unreadable = "none";
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void shouldSayOfWhichTasksACheckpointWasGivenUpSinceTheDiskIsFull() throws Exception {
        try (StoreFixture fixture = new StoreFixture(directory, disk.storage())) {
            fixture.givenTopic("in", 2);
            // All but one of the words are in one partition, whose checkpoint takes many segments.
            words(fixture, 0, KEYS_OF_MANY_SEGMENTS);
            fixture.append("in", 1, 0, "", "alone");
            try (Job job = Job.start(fixture.store(), counting(), never().threads(2))) {
                await(() -> job.counters().recordsIn() == KEYS_OF_MANY_SEGMENTS + 1);
                disk.fillFor(CHECKPOINTS);

                final CompletableFuture<Void> checkpoint = job.checkpoint();

                assertThatThrownBy(() -> checkpoint.get(30, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL))
                        .hasMessageContaining("no space for a checkpoint of 1 task: job/in/0;")
                        .hasMessageContaining("all other tasks have theirs");
                assertThat(job.failure()).isNull();

                disk.fillFor(null);
                await(() -> isTaken(job));
            }
        }
    }

    private static boolean isTaken(final Job job) {
        try {
            job.checkpoint().get(30, TimeUnit.SECONDS);
            return true;
        } catch (final Exception e) {
            assertThat(e).hasRootCauseInstanceOf(MillraceException.class).hasMessageContaining("no space");
            return false;
        }
    }

    @Test
    void shouldThrowThatACheckpointTakenByHandWasGivenUp() {
        try (StoreFixture fixture = new StoreFixture(directory, disk.storage())) {
            fixture.givenTopic("in", 1);
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), never())) {
                words(fixture, 0, KEYS_OF_MANY_SEGMENTS);
                work(tasks);
                disk.fillFor(CHECKPOINTS);

                assertThatThrownBy(tasks::checkpoint)
                        .isInstanceOfSatisfying(
                                MillraceException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL))
                        .hasMessageContaining("job/in/0");
                assertThat(tasks.tasks().get(0).checkpointPosition()).isEqualTo(-1);
            }
        }
    }

    @Test
    void shouldNotBlameTheDiskForACheckpointThatIsInterrupted() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), never())) {
                words(fixture, 0, 1);
                work(tasks);
                tasks.checkpoint();
                final long before = tasks.tasks().get(0).checkpointPosition();
                words(fixture, 1, KEYS_OF_MANY_SEGMENTS);
                work(tasks);
                Thread.currentThread().interrupt();

                assertThatThrownBy(tasks::checkpoint)
                        .isInstanceOfSatisfying(
                                TaskStoppedException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED))
                        .hasMessageContaining("was interrupted while it waited for space")
                        .hasMessageContaining(CHECKPOINTS);

                assertThat(Thread.interrupted()).isTrue();
                tasks.checkpoint();
                assertThat(tasks.tasks().get(0).checkpointPosition()).isGreaterThan(before);
            }
        }
    }

    @Test
    void shouldFallBackToACheckpointThatItsOperatorsCanRestore() {
        givenCheckpointsWith("a", "b", "c");
        BuggyCodec.unreadable = "c";

        try (StoreFixture fixture = new StoreFixture(directory);
                JobTasks tasks = JobTasks.open(fixture.store(), latest(), never())) {
            final Restored restored = tasks.tasks().get(0).restored();
            assertThat(restored.checkpoint()).isEqualTo(2);
            assertThat(restored.fallBack())
                    .contains("checkpoint 3 ", "cannot be used", "operator latest cannot be restored", "a bug: c");
            work(tasks);

            assertThat(fixture.values("latest")).containsExactly("k0=a", "k1=b", "k2=c");
            assertThat(tasks.counters().replayedOutputs()).isEqualTo(1);
        }
    }

    @Test
    void shouldGoBackToTheBeginningWhenNoCheckpointCanBeRestoredAndRefuseWhenThatIsGone() {
        givenCheckpointsWith("a", "b", "c");
        BuggyCodec.unreadable = "a";

        try (StoreFixture fixture = new StoreFixture(directory);
                JobTasks tasks =
                        JobTasks.open(fixture.store(), latest(), new JobContext().checkpointInterval(Duration.ZERO))) {
            assertThat(tasks.tasks().get(0).restored().checkpoint()).isZero();
            assertThat(tasks.tasks().get(0).restored().fallBack()).contains("checkpoint 3 ");
            work(tasks);
            assertThat(fixture.values("latest")).containsExactly("k0=a", "k1=b", "k2=c");

            for (int i = 0; i < 2_000; i++) {
                fixture.append("in", 0, 0, "", "k0=d");
            }
            fixture.store().forceNow();
            fixture.store().topic("in").partition(0).truncateBefore(StoreFixture.SEGMENT_LENGTH * 2L);
        }
        try (StoreFixture fixture = new StoreFixture(directory)) {
            assertThatThrownBy(() -> JobTasks.open(fixture.store(), latest(), never()))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POSITION_GONE))
                    .hasMessageContaining("task job/in/0 cannot go on: checkpoint 3 ")
                    .hasMessageContaining("begins at position");
        }
    }

    @Test
    void shouldRefuseABudgetThatIsTooSmallForTheStateAndNotFallBack() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), never())) {
                words(fixture, 0, 10);
                work(tasks);
                tasks.checkpoint();
                words(fixture, 10, KEYS_OF_MANY_SEGMENTS);
                work(tasks);
            }
            assertThatThrownBy(() -> JobTasks.open(fixture.store(), counting(), never().stateBudget(100_000)))
                    .isInstanceOfSatisfying(
                            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_BUDGET))
                    .hasMessageContaining("operator counted cannot be restored")
                    .hasMessageContaining("raise JobContext.stateBudget");
        }
    }

    /** So whatever a job could keep before, it can keep after a start; what comes behind is for the budget to say. */
    @Test
    void shouldTakeNoMoreMemoryAfterARestoreThanBefore() {
        for (final int words : new int[] {1, 10, 100, 700, 3_000, KEYS_OF_MANY_SEGMENTS}) {
            final Path home = directory.resolve("words-" + words);
            final long before;
            try (StoreFixture fixture = new StoreFixture(home)) {
                fixture.givenTopic("in", 1);
                try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), never())) {
                    words(fixture, 0, words);
                    work(tasks);
                    tasks.checkpoint();
                    before = tasks.stateBudget().usedBytes();
                }
                try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), never().stateBudget(before))) {
                    assertThat(tasks.tasks().get(0).restored().checkpoint()).isPositive();
                    assertThat(tasks.stateBudget().usedBytes()).isLessThanOrEqualTo(before);
                }
            }
        }
    }

    private void givenCheckpointsWith(final String... values) {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            try (JobTasks tasks = JobTasks.open(fixture.store(), latest(), never())) {
                for (int i = 0; i < values.length; i++) {
                    fixture.append("in", 0, i, "", "k" + i + "=" + values[i]);
                    work(tasks);
                    tasks.checkpoint();
                }
            }
        }
    }

    /** Keeps the last text of each key on the heap, so that a codec writes and reads it. */
    private static Topology latest() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("by-key", Codecs.string(), text -> text.substring(0, text.indexOf('=')))
                .reduce("latest", new BuggyCodec(), (before, text) -> text)
                .toChanges()
                .map(change -> change.value(), Codecs.string())
                .to("latest");
        return topology;
    }

    private static Topology counting() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyed(Codecs.string())
                .count("counted")
                .toChanges()
                .map(change -> change.key() + "=" + change.value(), Codecs.string())
                .to("counts");
        return topology;
    }

    private static void words(final StoreFixture fixture, final int from, final int to) {
        for (int i = from; i < to; i++) {
            fixture.append("in", 0, i, "word-" + i, "");
        }
    }

    private static JobContext never() {
        return new JobContext().checkpointInterval(Duration.ofDays(10_000));
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

    /** Strings, of which it may not be able to read one value. */
    private static final class BuggyCodec implements Codec<String> {
        private static String unreadable = "none";

        @Override
        public Codec<String> forTask() {
            return this;
        }

        @Override
        public String decode(final DirectBuffer buffer, final int offset, final int length) {
            final String text = buffer.getStringWithoutLengthUtf8(offset, length);
            if (text.endsWith("=" + unreadable)) {
                throw new IllegalStateException("a bug: " + unreadable);
            }
            return text;
        }

        @Override
        public int encodedLength(final String value) {
            return value.getBytes(StandardCharsets.UTF_8).length;
        }

        @Override
        public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
            buffer.putStringWithoutLengthUtf8(offset, value);
        }

        @Override
        public String describe() {
            return "buggy strings";
        }
    }
}
