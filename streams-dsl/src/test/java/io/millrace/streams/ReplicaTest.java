package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogContext;
import io.millrace.log.LogPartition;
import io.millrace.log.LogReader;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.operators.task.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a job whose tasks run as several replicas when one of them ends, hangs or lags. */
class ReplicaTest {
    private static final int WORDS = 300;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int QUIET_ROUNDS = 3;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldAppendEachOutputOnce(final int partitions) throws Exception {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", partitions);
            words(fixture, partitions, 0, WORDS);
            fixture.end("in");
            try (Job job = Job.start(fixture.store(), counting(), twice())) {
                assertThat(job.awaitCompletion(DEADLINE)).isTrue();

                assertThat(job.counters().recordsIn()).isEqualTo(WORDS);
                assertThat(job.counters().recordsOut())
                        .as("with those in the exchange, where there is one")
                        .isEqualTo(partitions == 1 ? WORDS : 2 * WORDS);
            }
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS));
        }
    }

    @Test
    void shouldGoOnWhenAReplicaDies() throws Exception {
        final MortalFunctions mortal = new MortalFunctions();
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            try (Job job = Job.start(fixture.store(), counting(mortal::pass), twice())) {
                words(fixture, 1, 0, 100);
                await(() -> job.counters().recordsOut() == 100);
                mortal.arm(1);
                words(fixture, 1, 100, WORDS);
                fixture.end("in");

                assertThat(job.awaitCompletion(DEADLINE)).isTrue();
                assertThat(mortal.deaths()).isEqualTo(1);
                assertThat(job.failure()).isNull();
                assertThat(job.counters().recordsIn()).isEqualTo(WORDS);
                assertThat(job.counters().recordsOut()).isEqualTo(WORDS);
            }
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS));
        }
    }

    @Test
    void shouldGoOnAndCompleteWhileAReplicaHangs() throws Exception {
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicInteger calls = new AtomicInteger();
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            try (Job job = Job.start(
                    fixture.store(),
                    counting(word -> {
                        if (calls.incrementAndGet() == 50) {
                            waitFor(release);
                        }
                        return word;
                    }),
                    twice())) {
                words(fixture, 1, 0, WORDS);
                fixture.end("in");

                assertThat(job.awaitCompletion(DEADLINE)).isTrue();
                assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS));
                release.countDown();
            }
        }
    }

    @Test
    void shouldEndTheJobWithTheUsualMessageWhenAFunctionFailsInAllReplicas() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            words(fixture, 1, 0, 20);
            final long bad = fixture.append("in", 0, 20, "", "bad");
            try (Job job = Job.start(
                    fixture.store(),
                    counting(word -> {
                        if (word.equals("bad")) {
                            throw new IllegalStateException("cannot be counted");
                        }
                        return word;
                    }),
                    twice())) {
                assertThatThrownBy(() -> job.awaitCompletion(DEADLINE))
                        .isInstanceOf(MillraceException.class)
                        .hasMessageContaining("job job stopped at a record: topic=in partition=0 position=" + bad)
                        .hasMessageContaining("cannot be counted");
            }
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(20));
        }
    }

    @Test
    void shouldRefuseFewerThreadsThanReplicas() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);

            assertThatThrownBy(() -> Job.start(fixture.store(), counting(), new JobContext().replicas(3)))
                    .hasMessage("a job with 3 replicas of each task needs as many threads, and has 1; set"
                            + " JobContext.threads(3) or more");
            assertThatThrownBy(() -> new JobContext().replicas(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new JobContext().replicas(9)).hasMessageContaining("1 to 8, not 9");
        }
    }

    @Test
    void shouldRefuseToRunTwiceOverAStore() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            try (Job job = Job.start(fixture.store(), counting(), twice())) {
                assertThatThrownBy(() -> Job.start(fixture.store(), counting(), twice()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("if the job runs over this store already, close it first");
                assertThat(job.failure()).isNull();
            }
            try (Job again = Job.start(fixture.store(), counting(), new JobContext())) {
                assertThat(again.failure()).isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 7})
    void shouldPutReplicasOfATaskOnDifferentThreadsAndTheFirstOnesOnSeveral(final int threads) {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 5);
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), new JobContext().replicas(2))) {
                final List<List<Task>> shares = IntStream.range(0, threads)
                        .mapToObj(i -> tasks.share(i, threads).tasks())
                        .toList();

                assertThat(shares)
                        .allSatisfy(share ->
                                assertThat(share.stream().map(Task::id)).doesNotHaveDuplicates());
                assertThat(shares.stream().mapToInt(List::size).sum()).isEqualTo(20);
                assertThat(shares.stream().mapToInt(List::size).max().orElseThrow())
                        .isEqualTo((20 + threads - 1) / threads);
                assertThat(shares)
                        .anySatisfy(share ->
                                assertThat(share).contains(tasks.tasks().get(0)))
                        .filteredOn(share ->
                                share.stream().anyMatch(task -> tasks.tasks().indexOf(task) % 2 == 0))
                        .hasSizeGreaterThan(1);
            }
        }
    }

    @Test
    void shouldTakeCheckpointsWithTheNextReplicaWhenTheFirstHasDied() throws Exception {
        final MortalFunctions mortal = new MortalFunctions();
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            final JobContext context = new JobContext()
                    .replicas(2)
                    .checkpointInterval(Duration.ZERO)
                    .checkpointBytes(1);
            final long afterDeath;
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(mortal::pass), context)) {
                words(fixture, 1, 0, 50);
                work(tasks);
                final long before = tasks.tasks().get(0).checkpointPosition();
                assertThat(before).isPositive();
                assertThat(tasks.tasks().get(1).checkpointPosition()).isEqualTo(-1);

                mortal.arm(1);
                words(fixture, 1, 50, 100);
                work(tasks);

                assertThat(mortal.deaths()).isEqualTo(1);
                assertThat(tasks.tasks().get(0).checkpointPosition()).isEqualTo(before);
                afterDeath = tasks.tasks().get(1).checkpointPosition();
                assertThat(afterDeath).isGreaterThan(before);
            }
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), context)) {
                assertThat(tasks.tasks()).allSatisfy(task -> {
                    assertThat(task.restored().fallBack()).isEmpty();
                    assertThat(task.restored().position()).isGreaterThanOrEqualTo(afterDeath);
                    assertThat(task.position()).isEqualTo(task.restored().position());
                });
                work(tasks);
                assertThat(tasks.counters().replayedOutputs()).isZero();
            }
        }
    }

    // The first to stand at the end takes the last one, so that nothing has to be made again.
    @Test
    void shouldTakeTheLastCheckpointWhereTheFurthestReplicaStands() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            final JobContext context = new JobContext().replicas(2);
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), context)) {
                words(fixture, 1, 0, WORDS);
                tasks.tasks().get(0).doWork(10);
                tasks.tasks().get(1).doWork(200);
                assertThat(tasks.counters().recordsIn()).isEqualTo(200);
            }
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), context)) {
                assertThat(tasks.counters().recordsIn()).isEqualTo(200);
                work(tasks);
                assertThat(tasks.tasks().get(0).counters().replayedOutputs()
                                + tasks.tasks().get(1).counters().replayedOutputs())
                        .as("made by both, dropped once, and none from before")
                        .isEqualTo(WORDS - 200);
            }
            assertThat(fixture.values("counts")).containsExactlyInAnyOrderElementsOf(expected(WORDS));
        }
    }

    @Test
    void shouldKeepOfAnExchangeWhatTheSlowestReplicaHasNotRead() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 2);
            final JobContext context = new JobContext().replicas(2);
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), context)) {
                // The second replica of the exchange's second partition.
                final Task slow = tasks.tasks().get(tasks.tasks().size() - 1);
                final int[] words = new int[1];
                await(() -> {
                    words(fixture, 2, words[0], words[0] += 2_000);
                    for (final Task task : tasks.tasks()) {
                        if (task != slow) {
                            while (task.doWork() > 0) {
                                // On to the end.
                            }
                        }
                    }
                    tasks.checkpoint();
                    fixture.store().forceNow();
                    return exchange(fixture, 0).isTruncated() && words[0] > 20_000;
                });

                assertThat(slow.readPosition()).isEqualTo(exchange(fixture, 1).beginPosition());
                assertThat(exchange(fixture, 1).isTruncated()).isFalse();
                work(tasks);
                assertThat(slow.readPosition()).isEqualTo(exchange(fixture, 1).tailPosition());
                assertThat(fixture.values("counts")).hasSize(words[0]);
            }
        }
    }

    private static LogPartition exchange(final StoreFixture fixture, final int partition) {
        return fixture.store().topic("job.by-word").partition(partition);
    }

    @Test
    void shouldAppendATickOnceAndTellOfASkippedRecordOnce() {
        final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
        final Queue<Object> skipped = new ConcurrentLinkedQueue<>();
        try (LogStore store =
                LogStore.launch(new LogContext().directory(directory).clock(clock::get))) {
            store.createTopic(TopicSpec.named("in"));
            final Topology topology = Topology.named("job").onError(ErrorPolicy.SKIP);
            topology.stream("in", Codecs.string())
                    .idleAfter(Duration.ofSeconds(5))
                    .map(Integer::parseInt, Codecs.int32())
                    .keyBy("by-number", Codecs.int32(), number -> number)
                    .window("windows", Windows.tumbling(Duration.ofSeconds(1)))
                    .count()
                    .map(window -> "" + window.value(), Codecs.string())
                    .to("out");
            try (JobTasks tasks =
                    JobTasks.open(store, topology, new JobContext().replicas(3).onSkipped(skipped::add))) {
                append(store, clock.get(), "7");
                append(store, clock.get(), "not a number");
                append(store, clock.get(), "nor this");
                work(tasks);
                clock.addAndGet(6_000_000_000L);
                work(tasks);

                assertThat(ticks(store)).isEqualTo(1);
                assertThat(skipped).hasSize(2);
                assertThat(tasks.counters().skippedRecords()).isEqualTo(2);
                assertThat(tasks.counters().recordsIn()).isEqualTo(3);
            }
        }
    }

    @Test
    void shouldCloseAWindowWhileTheReplicaHangsThatWouldAppendTheTick() throws Exception {
        final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicBoolean isFirst = new AtomicBoolean(true);
        try (LogStore store =
                LogStore.launch(new LogContext().directory(directory).clock(clock::get))) {
            store.createTopic(TopicSpec.named("in"));
            store.createTopic(TopicSpec.named("out"));
            final Topology topology = Topology.named("job");
            topology.stream("in", Codecs.string())
                    .idleAfter(Duration.ofSeconds(5))
                    .peek(word -> {
                        if (isFirst.getAndSet(false)) {
                            waitFor(release);
                        }
                    })
                    .keyBy("by-word", Codecs.string(), word -> word)
                    .window("windows", Windows.tumbling(Duration.ofSeconds(1)))
                    .count()
                    .map(window -> "" + window.value(), Codecs.string())
                    .to("out");
            try (Job job = Job.start(store, topology, twice())) {
                append(store, clock.get(), "a");
                await(() -> job.counters().recordsIn() == 1);
                await(() -> {
                    clock.addAndGet(1_000_000);
                    return job.counters().recordsOut() == 1;
                });
                assertThat(isFirst).isFalse();
                assertThat(job.failure()).isNull();
                release.countDown();
            }
        }
    }

    @Test
    void shouldCountTheStateOfAllReplicas() {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            words(fixture, 1, 0, WORDS);
            final long alone;
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), new JobContext())) {
                work(tasks);
                alone = tasks.stateBudget().usedBytes();
            }
            try (JobTasks tasks = JobTasks.open(fixture.store(), counting(), new JobContext().replicas(2))) {
                work(tasks);
                assertThat(alone).isPositive();
                assertThat(tasks.stateBudget().usedBytes()).isEqualTo(2 * alone);
            }
        }
    }

    @Test
    void shouldCompareReplicasInAnAudit() throws Exception {
        final AtomicInteger calls = new AtomicInteger();
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("in", 1);
            words(fixture, 1, 0, WORDS);
            fixture.end("in");
            try (Job job = Job.start(fixture.store(), counting(), twice().audit(true))) {
                assertThat(job.awaitCompletion(DEADLINE)).isTrue();
            }
            final Topology differing = Topology.named("other");
            differing.stream("in", Codecs.string())
                    .map(word -> word + calls.incrementAndGet(), Codecs.string())
                    .to("differing");
            try (Job job = Job.start(fixture.store(), differing, twice().audit(true))) {
                assertThatThrownBy(() -> {
                            job.awaitCompletion(DEADLINE);
                            // Complete, by one replica, before the other has come to the first record.
                            await(() -> job.failure() != null);
                            job.awaitCompletion(DEADLINE);
                        })
                        .hasMessageContaining("a replay of the same input makes another output");
            }
        }
    }

    private static int ticks(final LogStore store) {
        final AtomicInteger count = new AtomicInteger();
        try (LogReader reader = store.topic("in").partition(0).reader()) {
            while (reader.poll(record -> count.addAndGet(record.kind() == RecordKind.TICK ? 1 : 0), 100) > 0) {
                // Read on to the end.
            }
        }
        return count.get();
    }

    private static void append(final LogStore store, final long eventTimeNs, final String text) {
        final var value =
                new org.agrona.concurrent.UnsafeBuffer(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(store.topic("in")
                        .partition(0)
                        .appender()
                        .append(RecordKind.DATA, eventTimeNs, null, 0, 0, value, 0, value.capacity()))
                .isPositive();
    }

    private static Topology counting() {
        return counting(UnaryOperator.identity());
    }

    private static Topology counting(final UnaryOperator<String> function) {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .map(function::apply, Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .count("counted")
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
        return IntStream.range(0, words)
                .mapToObj(i -> "w" + i % 7 + "=" + (i / 7 + 1))
                .toList();
    }

    private static JobContext twice() {
        return new JobContext().replicas(2).threads(2);
    }

    private static void work(final JobTasks tasks) {
        for (int quiet = 0; quiet < QUIET_ROUNDS; quiet++) {
            if (tasks.doWork() > 0) {
                quiet = 0;
            }
        }
    }

    private static void waitFor(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        }
    }
}
