package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogPartition;
import io.millrace.operators.state.CountState;
import io.millrace.operators.task.CheckpointedState;
import io.millrace.operators.task.NamedState;
import io.millrace.operators.task.Task;
import io.millrace.streams.plan.Plan;
import io.millrace.streams.query.StateAnswer;
import io.millrace.streams.query.StatePosition;
import io.millrace.streams.query.StateQuery;
import io.millrace.streams.query.StateReply;
import io.millrace.streams.query.StateRow;
import io.millrace.streams.query.StateSnapshot;
import io.millrace.streams.query.StateWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What queries answer and what they refuse, where the test runs the tasks by hand or ends the job at will. */
class StateQueryTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int QUEUE_CAPACITY = 256;
    private static final int ANSWERS_IN_A_CYCLE = 16;
    private static final int QUIET_ROUNDS = 3;

    @TempDir
    Path directory;

    @Test
    void shouldAnswerInsideTheDutyCycleAtThePositionThatTheTaskHasReached() throws Exception {
        try (StoreFixture fixture = givenValues(1, "a 1", "b 2", "a 3");
                JobTasks tasks = open(fixture)) {
            final StateQuery<String, Long> total = tasks.state("total", Codecs.string(), Long.class);
            final StateReply<Long> before = total.value("a");
            assertThatThrownBy(() -> before.await(NOW)).isInstanceOf(TimeoutException.class);

            tasks.doWork();

            final long end = fixture.store().topic("in").partition(0).tailPosition();
            assertThat(before.await(NOW)).isEqualTo(new StateAnswer<>(4L, List.of(new StatePosition("in", 0, end))));
            assertThat(ask(tasks, total.value("b")).value()).isEqualTo(2L);
            final StateAnswer<Long> nothing = ask(tasks, total.value("c"));
            assertThat(nothing.isFound()).isFalse();
            assertThat(nothing.position().position()).isEqualTo(end);
        }
    }

    @Test
    void shouldReadEveryKindOfState() throws Exception {
        try (StoreFixture fixture = givenValues(1, "a 1", "b 2", "a 3");
                JobTasks tasks = open(fixture)) {
            work(tasks);

            final StateQuery<String, List<String>> best = tasks.state("best", Codecs.string(), List.class);
            assertThat(ask(tasks, best.value("a")).value()).containsExactly("a 3", "a 1");
            final StateQuery<String, Long> first = tasks.state("first", Codecs.string(), Long.class);
            assertThat(ask(tasks, first.value("a")).value()).isZero();
            final StateQuery<String, CountState> seen = tasks.state("seen", Codecs.string(), CountState.class);
            assertThat(ask(tasks, seen.cell("count").value("a")).value().value())
                    .isEqualTo(2);
            final StateQuery<String, Long> counts = tasks.state("counts", Codecs.string(), Long.class);
            final StateAnswer<List<StateWindow<String, Long>>> windows = ask(tasks, counts.windows("a"));
            assertThat(windows.value())
                    .containsExactly(
                            new StateWindow<>("a", 0, QueriedTopology.WINDOW_NS, 2L, List.of(windows.position())));
            assertThat(ask(tasks, counts.windows("a", 0, QueriedTopology.WINDOW_NS))
                            .value())
                    .as("the window ends behind that range")
                    .isEmpty();
        }
    }

    @Test
    void shouldAnswerAFewInEachDutyCycleAndRefuseThoseThatFindTheQueueFull() throws Exception {
        try (StoreFixture fixture = givenValues(1, "a 1");
                JobTasks tasks = open(fixture)) {
            final StateQuery<String, Long> total = tasks.state("total", Codecs.string(), Long.class);
            final List<StateReply<Long>> replies = new ArrayList<>();
            for (int i = 0; i < QUEUE_CAPACITY; i++) {
                replies.add(total.value("a"));
            }
            final StateReply<Long> tooMany = total.value("a");
            assertThatThrownBy(() -> tooMany.await(NOW))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the queue of queries is full: 256 wait")
                    .hasMessageContaining("job/in/0");

            tasks.doWork();
            assertThat(replies.stream().filter(StateReply::isDone)).hasSize(ANSWERS_IN_A_CYCLE);

            work(tasks);
            for (final StateReply<Long> reply : replies) {
                assertThat(reply.await(NOW).value()).isEqualTo(1L);
            }
            assertThat(ask(tasks, total.value("a")).value()).isEqualTo(1L);
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitTheStepInOneClearLine() {
        try (StoreFixture fixture = givenValues(1, "a 1");
                JobTasks tasks = open(fixture)) {
            work(tasks);
            assertThatThrownBy(() -> tasks.state("sum", Codecs.string(), Long.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("job job keeps no state under the name sum; its steps with state are"
                            + " [best, counts, first, halves, own, seen, total]");
            assertThatThrownBy(() -> tasks.state("total", Codecs.int64(), Long.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("keys of step total are written as string, and not as int64");
            assertThatThrownBy(() -> tasks.state("total", Codecs.string(), long.class))
                    .hasMessageContaining("such as Long.class");
            assertThatThrownBy(() -> ask(
                            tasks,
                            tasks.<String, String>state("total", Codecs.string(), String.class)
                                    .value("a")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("step total keeps values of type java.lang.Long, and not of type java.lang.String");
            assertThatThrownBy(() ->
                            tasks.state("counts", Codecs.string(), Long.class).value("a"))
                    .hasMessage("step counts keeps windows; read them with windows(key)");
            assertThatThrownBy(() ->
                            tasks.state("total", Codecs.string(), Long.class).windows("a"))
                    .hasMessage("step total keeps a value for each key; read it with value(key)");
            final StateQuery<String, Long> counts = tasks.state("counts", Codecs.string(), Long.class);
            assertThatThrownBy(() -> counts.windows("a", 2, 1))
                    .hasMessage("a range of windows must not end before it begins: from=2 to=1");
            assertThatThrownBy(() -> counts.windows(null)).hasMessage("a query needs a key");
            assertThatThrownBy(() ->
                            tasks.state("seen", Codecs.string(), Long.class).value("a"))
                    .hasMessage("step seen keeps cells [last, count]; choose one with cell(name)");
            assertThatThrownBy(() ->
                            tasks.state("seen", Codecs.string(), Long.class).cell("sum"))
                    .hasMessage("step seen declares no cell sum; its cells are [last, count]");
        }
    }

    @Test
    void shouldRefuseAKeyThatTheProducersHaveSpreadOverPartitions() throws Exception {
        try (StoreFixture fixture = givenValues(3, "a 1");
                JobTasks tasks = open(fixture)) {
            fixture.append("in", 0, 0, "b", "b 1");
            fixture.append("in", 1, 0, "b", "b 2");
            fixture.append("in", 2, 0, "c", "c 5");
            work(tasks);
            final StateQuery<String, Long> own = tasks.state("own", Codecs.string(), Long.class);

            assertThat(ask(tasks, own.value("c")).value()).isEqualTo(5L);
            assertThat(ask(tasks, own.value("c")).positions()).hasSize(3);
            assertThatThrownBy(() -> ask(tasks, own.value("b")))
                    .hasMessageContaining("key b of step own is kept by several tasks: topic in is not parted by keys")
                    .hasMessageContaining("keyBy(…)");
        }
    }

    @Test
    void shouldRefuseAKeyWithMoreWindowsThanFitBetweenTwoRecords() throws Exception {
        try (StoreFixture fixture = new StoreFixture(directory).givenTopic("in", 1)) {
            for (int i = 0; i <= 1_000; i++) {
                fixture.append("in", 0, i * QueriedTopology.WINDOW_NS, "", (i == 1_000 ? "b " : "a ") + i);
            }
            final Topology topology = Topology.named("job");
            topology.stream("in", Codecs.string())
                    .outOfOrderness(Duration.ofDays(1))
                    .keyBy("by-key", Codecs.string(), KeyedHistory::keyOf)
                    .window("counts", Windows.tumbling(Duration.ofNanos(QueriedTopology.WINDOW_NS)))
                    .count()
                    .map(window -> window.key() + window.value(), Codecs.string())
                    .to("windows");
            try (JobTasks tasks = JobTasks.open(fixture.store(), topology, never())) {
                work(tasks);
                final StateQuery<String, Long> counts = tasks.state("counts", Codecs.string(), Long.class);
                assertThat(ask(tasks, counts.windows("a")).value()).hasSize(1_000);

                fixture.append("in", 0, 1_001 * QueriedTopology.WINDOW_NS, "", "a 1");
                work(tasks);

                assertThatThrownBy(() -> ask(tasks, counts.windows("a")))
                        .hasMessageContaining("more than 1000 open windows");
                assertThat(ask(tasks, counts.windows("b")).value()).hasSize(1);
            }
        }
    }

    @Test
    void shouldAnswerFromWhatWasRestoredBeforeAnythingIsRead() throws Exception {
        try (StoreFixture fixture = givenValues(2, "a 1", "b 2", "a 3", "c 4")) {
            final StateAnswer<Long> last;
            try (JobTasks tasks = open(fixture)) {
                work(tasks);
                last = ask(
                        tasks,
                        tasks.<String, Long>state("total", Codecs.string(), Long.class)
                                .value("a"));
            }
            try (JobTasks tasks = open(fixture)) {
                final StateQuery<String, Long> total = tasks.state("total", Codecs.string(), Long.class);
                try (StateSnapshot<String, Long> snapshot = total.snapshot()) {
                    assertThat(snapshot.all(10)).extracting(StateRow::key).containsExactly("a", "b", "c");
                    assertThat(snapshot.all(10)).extracting(StateRow::value).containsExactly(4L, 2L, 4L);
                    assertThat(snapshot.range("b", "c", 10)).hasSize(1);
                    assertThat(snapshot.positions()).contains(last.position());
                    assertThatThrownBy(() -> snapshot.all(0)).hasMessageContaining("at least 1 row");
                    assertThatThrownBy(() -> snapshot.range("c", "b", 10))
                            .hasMessage("a range of keys must not end before it begins: from=c to=b");
                }
                assertThat(ask(tasks, total.value("a"))).isEqualTo(last);
            }
        }
    }

    @Test
    void shouldLookAgainWhenAllCheckpointsThatAreLeftAreNewerThanTheOneItKnew() {
        try (StoreFixture fixture = givenValues(1, "a 1");
                JobTasks tasks = open(fixture)) {
            work(tasks);
            tasks.checkpoint();
            final Task task = tasks.tasks().get(0);
            final LogPartition checkpoints = fixture.store()
                    .topic(Plan.checkpointTopic(task.id().job(), task.id().stage()))
                    .partition(task.id().partition());
            final AtomicBoolean isAskedAgain = new AtomicBoolean();
            // A step that nobody has, so that the search ends where it has found the checkpoint.
            final NamedState nobody = new NamedState("nobody", "", null);

            assertThatThrownBy(() -> CheckpointedState.restore(
                            task.id(),
                            checkpoints,
                            () -> isAskedAgain.getAndSet(true) ? task.checkpointPosition() : 0,
                            nobody))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("does not hold the state of step nobody");
        }
    }

    @Test
    void shouldKeepASnapshotAsItIsWhateverTheJobDoesUntilItIsClosed() {
        try (StoreFixture fixture = givenValues(1, "a 1")) {
            final StateSnapshot<String, Long> snapshot;
            try (JobTasks tasks = open(fixture)) {
                work(tasks);
                tasks.checkpoint();
                snapshot = tasks.<String, Long>state("total", Codecs.string(), Long.class)
                        .snapshot();
                fixture.append("in", 0, 0, "a", "a 7");
                work(tasks);
            }
            assertThat(snapshot.all(10)).extracting(StateRow::value).containsExactly(1L);
            snapshot.close();
            snapshot.close();
            assertThatThrownBy(() -> snapshot.all(10)).hasMessage("the snapshot of step total is closed");
        }
    }

    @Test
    void shouldRefuseASnapshotWhereThereIsNoneOrItWouldNotBeTrue() {
        try (StoreFixture fixture = givenValues(2, "a 1");
                JobTasks tasks = open(fixture)) {
            assertThatThrownBy(() ->
                            tasks.state("total", Codecs.string(), Long.class).snapshot())
                    .hasMessageContaining("task job/by-key/0 has no checkpoint yet");
            tasks.checkpoint();
            assertThatThrownBy(() ->
                            tasks.state("halves", Codecs.string(), Long.class).snapshot())
                    .hasMessageContaining("added up in two halves, in front of exchange by-key-in-halves")
                    .hasMessageContaining("split(false)");
        }
    }

    @Test
    void shouldRefuseWhatWaitsAndWhatComesWhenTheJobFails() throws Exception {
        try (StoreFixture fixture = new StoreFixture(directory).givenTopic("in", 1);
                Job job = Job.start(fixture.store(), QueriedTopology.create(), never())) {
            fixture.append("in", 0, 0, "a", "no number");
            assertThatThrownBy(() -> job.awaitCompletion(TIMEOUT)).hasMessageContaining("number");

            final StateQuery<String, Long> total = job.state("total", Codecs.string(), Long.class);
            assertThatThrownBy(() -> total.value("a").await(TIMEOUT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the job has failed");
            assertThatThrownBy(total::snapshot).hasMessageContaining("the job has failed");
        }
    }

    @Test
    void shouldAnswerOrRefuseEveryQueryWhenTheJobIsClosedBesideThem() throws Exception {
        final ExecutorService threads = Executors.newCachedThreadPool();
        try (StoreFixture fixture = givenValues(2, "a 1", "b 2", "c 3")) {
            for (int seed = 0; seed < 15; seed++) {
                final Job job = Job.start(fixture.store(), QueriedTopology.create(), never().threads(2));
                final CountDownLatch asking = new CountDownLatch(2);
                final List<Future<Integer>> askers = List.of(
                        threads.submit(() -> askUntilRefused(job, asking)),
                        threads.submit(() -> askUntilRefused(job, asking)));
                asking.await();
                final int spins = new SplittableRandom(seed).nextInt(20_000);
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                job.close();
                for (final Future<Integer> asker : askers) {
                    assertThat(asker.get(30, TimeUnit.SECONDS))
                            .as("seed %d", seed)
                            .isPositive();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    // Each is answered, until one is refused; none is left open.
    private static int askUntilRefused(final Job job, final CountDownLatch asking) throws Exception {
        final StateQuery<String, Long> total = job.state("total", Codecs.string(), Long.class);
        int queries = 0;
        while (true) {
            final List<StateReply<Long>> replies = List.of(total.value("a"), total.value("b"), total.value("c"));
            asking.countDown();
            for (final StateReply<Long> reply : replies) {
                queries++;
                try {
                    reply.await(TIMEOUT);
                } catch (final IllegalStateException e) {
                    assertThat(e).hasMessage("the job is closed");
                    return queries;
                }
            }
        }
    }

    private StoreFixture givenValues(final int partitions, final String... texts) {
        final StoreFixture fixture = new StoreFixture(directory).givenTopic("in", partitions);
        for (final String text : texts) {
            fixture.append("in", 0, 0, KeyedHistory.keyOf(text), text);
        }
        return fixture;
    }

    private static <A> StateAnswer<A> ask(final JobTasks tasks, final StateReply<A> reply) throws Exception {
        while (!reply.isDone()) {
            tasks.doWork();
        }
        return reply.await(NOW);
    }

    private static void work(final JobTasks tasks) {
        for (int quiet = 0; quiet < QUIET_ROUNDS; quiet++) {
            if (tasks.doWork() > 0) {
                quiet = 0;
            }
        }
        assertThat(tasks.tasks()).noneMatch(Task::isTakingCheckpoint);
    }

    private static JobContext never() {
        return new JobContext().checkpointInterval(Duration.ofDays(10_000));
    }

    private static JobTasks open(final StoreFixture fixture) {
        return JobTasks.open(fixture.store(), QueriedTopology.create(), never());
    }
}
