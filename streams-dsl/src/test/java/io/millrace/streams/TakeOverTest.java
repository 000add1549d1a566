package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops in order, muted jobs, and versions that replace each other, rule by rule. */
class TakeOverTest {
    private static final int EVENTS = 60;
    private static final int WINDOWS = 1;
    private static final int TWO_EXCHANGES = 4;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private TravelLog log;
    private List<TravelLog.Event> events;

    @BeforeEach
    void givenAnInputOfTwoPartitions() {
        log = new TravelLog(directory.resolve("log"), 2);
        events = TravelLog.events(new SplittableRandom(1), 2 * EVENTS, 2);
        append(0, EVENTS);
    }

    @AfterEach
    void closeLog() throws IOException {
        log.close();
    }

    @Test
    void shouldStopInOrderWithACheckpointOfEachTaskAndNoEndOfInput() {
        try (JobTasks tasks = open(WINDOWS, "v1", TravelLog.context().stopAt(end()))) {
            append(EVENTS, EVENTS + 20);
            TravelLog.finish(tasks);

            assertThat(tasks.isStopped()).isTrue();
            assertThat(tasks.tasks()).allMatch(Task::isStopped).noneMatch(Task::isComplete);
            assertThat(tasks.tasks()).allMatch(task -> task.checkpointPosition() == task.position());
            assertThat(tasks.counters().recordsIn()).isEqualTo(EVENTS);
            assertThat(tasks.nextTickNs()).isEqualTo(Long.MAX_VALUE);
            assertThat(log.records("v1.by-word")).noneMatch(record -> record.contains(Long.toString(Long.MAX_VALUE)));
        }
        append(EVENTS + 20, 2 * EVENTS);
        log.end();
        log.run(topology(WINDOWS, "v1"), TravelLog.context());
        log.run(topology(WINDOWS, "whole"), TravelLog.context().output("out", "whole"));

        assertThat(sorted("out")).isEqualTo(sorted("whole"));
    }

    @Test
    void shouldReadTheTicksOfAnExchangeBeforeItStops() {
        log.run(
                topology(TWO_EXCHANGES, "whole"),
                TravelLog.context().output("out", "whole").stopAt(end()));
        try (JobTasks tasks = open(TWO_EXCHANGES, "v1", TravelLog.context().stopAt(end()))) {
            tasks.tasks().get(0).doWork();
            for (int i = 0; i < 2; i++) {
                log.tickIn("v1.by-word", i);
                log.tickIn("v1.by-word-again", i);
            }
            TravelLog.finish(tasks);

            assertThat(tasks.tasks()).allMatch(Task::isStopped);
            assertThat(tasks.tasks().get(5).position())
                    .isEqualTo(log.store.topic("v1.by-word-again").partition(1).tailPosition());
        }
        assertThat(sorted("out")).isEqualTo(sorted("whole")).isNotEmpty();
    }

    @Test
    void shouldNotTakeAStageForDrainedWhileOneBeforeItGoesOn() {
        try (JobTasks tasks = open(WINDOWS, "v1", TravelLog.context().stopAt(end()))) {
            final Task first = tasks.tasks().get(0);
            while (!first.isDone()) {
                first.doWork();
            }
            final Task behind = tasks.tasks().get(2);
            while (behind.doWork() > 0) {
                // Up to the tail, which is not the last one.
            }
            assertThat(behind.isStopped()).isFalse();
            TravelLog.finish(tasks);
            assertThat(behind.position())
                    .isEqualTo(log.store.topic("v1.by-word").partition(0).tailPosition());
        }
    }

    @Test
    void shouldRefuseToStopWhereItHasReadBefore() {
        final SourcePositions early = end();
        append(EVENTS, EVENTS + 20);
        try (JobTasks tasks = open(WINDOWS, "v1", TravelLog.context())) {
            TravelLog.work(tasks);
        }

        assertThatThrownBy(() -> open(WINDOWS, "v1", TravelLog.context().stopAt(early)))
                .hasMessageContaining("task v1/in/0 cannot stop at position ")
                .hasMessageContaining(" of topic in partition 0: it has read up to ")
                .hasMessageContaining("allowed are positions from there on");
    }

    @Test
    void shouldRefuseToStopWhereAKilledRunHasGoneFurther() throws IOException {
        final SourcePositions early = end();
        append(EVENTS, EVENTS + 20);
        final JobTasks tasks = open(WINDOWS, "v1", TravelLog.context());
        TravelLog.work(tasks);
        log.kill(tasks);

        try (JobTasks again = open(WINDOWS, "v1", TravelLog.context().stopAt(early))) {
            assertThatThrownBy(() -> TravelLog.finish(again))
                    .hasMessageContaining("cannot stop at position ")
                    .hasMessageContaining(": it was further before, topic v1.by-word partition ")
                    .hasMessageContaining("stop it at a later position");
        }
    }

    @Test
    void shouldRefuseAStopThatLeavesOutASourceAndOneWithoutCheckpoints() {
        assertThatThrownBy(() -> open(WINDOWS, "v1", TravelLog.context().stopAt(SourcePositions.of("other", 1))))
                .hasMessageContaining("stopAt(…) names topic other, which it does not read");
        assertThatThrownBy(() -> open(
                        WINDOWS,
                        "v1",
                        new JobContext().checkpointInterval(Duration.ZERO).stopAt(end())))
                .hasMessageContaining("stopAt(…) and muted(true) need checkpoints");
    }

    @Test
    void shouldAppendNothingWhileItIsMuted() {
        try (JobTasks tasks = open(TWO_EXCHANGES, "v2", TravelLog.context().muted(true))) {
            TravelLog.work(tasks);

            assertThat(log.records("v2.by-word-again")).isNotEmpty();
            assertThat(log.records("out")).isEmpty();
        }
    }

    @Test
    void shouldRefuseToBeHeardBeforeItHasStoppedAndToBeMutedWhenItWasHeard() {
        open(WINDOWS, "v2", TravelLog.context().muted(true)).close();
        assertThatThrownBy(() -> open(WINDOWS, "v2", TravelLog.context()))
                .hasMessage(
                        "job v2: it is muted and has not come to its stop; run it with muted(true) and stopAt(…) until"
                                + " it has, then it is heard from there on");

        log.run(topology(WINDOWS, "v2"), TravelLog.context().muted(true).stopAt(end()));
        open(WINDOWS, "v2", TravelLog.context().muted(true)).close();
        assertThatThrownBy(() -> open(WINDOWS, "v2", TravelLog.context()))
                .as("it has gone on since it stopped")
                .hasMessageContaining("has not come to its stop");

        log.run(topology(WINDOWS, "v2"), TravelLog.context().muted(true).stopAt(end()));
        open(WINDOWS, "v2", TravelLog.context()).close();
        assertThatThrownBy(() -> open(WINDOWS, "v2", TravelLog.context().muted(true)))
                .hasMessageContaining("cannot be muted any more");
        open(WINDOWS, "v1", TravelLog.context()).close();
        assertThatThrownBy(() -> open(WINDOWS, "v1", TravelLog.context().muted(true)))
                .hasMessageContaining("it has begun without an end and is heard, so muted(true) comes too late");
    }

    @Test
    void shouldBeHeardFromItsStopOnThoughNoCheckpointIsLeft() throws IOException {
        log.run(topology(TWO_EXCHANGES, "v2"), TravelLog.context().muted(true).stopAt(end()));
        log.run(
                topology(TWO_EXCHANGES, "whole"),
                TravelLog.context().output("out", "whole").stopAt(end()));
        final List<String> common = log.records("whole");
        log.damage("v2.in.checkpoints", "v2.by-word.checkpoints", "v2.by-word-again.checkpoints");
        append(EVENTS, 2 * EVENTS);
        log.end();

        try (JobTasks tasks = open(TWO_EXCHANGES, "v2", TravelLog.context())) {
            assertThat(tasks.tasks()).allMatch(task -> task.restored().checkpoint() == 0);
            TravelLog.finish(tasks);
        }
        log.run(topology(TWO_EXCHANGES, "whole"), TravelLog.context().output("out", "whole"));

        final List<String> rest = sorted("whole");
        common.forEach(rest::remove);
        assertThat(common).isNotEmpty();
        assertThat(sorted("out")).isEqualTo(rest).isNotEmpty();
    }

    @Test
    void shouldTakeOverBesideAJobThatRunsMeanwhile() throws Exception {
        final TakeOver takeOver = new TakeOver(
                log.store,
                new TakeOver.Version(topology(WINDOWS, "v1"), TravelLog.context()),
                new TakeOver.Version(
                        topology(TWO_EXCHANGES, "any"),
                        TravelLog.context().jobName("v2").threads(2)));
        try (Job live = Job.start(log.store, topology(WINDOWS, "v1"), TravelLog.context())) {
            takeOver.prepare(DEADLINE);
            assertThat(live.failure()).isNull();
        }
        assertThat(log.records("v2.by-word")).isNotEmpty();
        try (Job next = takeOver.start(DEADLINE)) {
            assertThat(next.plan().graph().name()).isEqualTo("v2");
        }
        assertThatThrownBy(() -> open(WINDOWS, "v1", TravelLog.context()))
                .hasMessage("job v1: job v2 has taken over its outputs; run that one, or give this job another name and"
                        + " other outputs");
        final List<String> beforeIt = log.records("out");
        append(EVENTS, 2 * EVENTS);
        log.end();

        takeOver.prepare(DEADLINE);
        try (Job next = takeOver.start(DEADLINE)) {
            assertThat(next.awaitCompletion(DEADLINE)).isTrue();
        }
        log.run(topology(TWO_EXCHANGES, "whole"), TravelLog.context().output("out", "whole"));
        final List<String> behind = sorted("out");
        beforeIt.forEach(behind::remove);
        assertThat(beforeIt).isNotEmpty();
        assertThat(behind).isNotEmpty().isSubsetOf(sorted("whole"));
    }

    @Test
    void shouldRefuseToTakeOverFromItself() {
        assertThatThrownBy(() -> new TakeOver(
                        log.store,
                        new TakeOver.Version(topology(WINDOWS, "v1"), TravelLog.context()),
                        new TakeOver.Version(topology(WINDOWS, "v1"), TravelLog.context())))
                .hasMessageContaining("job v1 cannot take over from itself");
    }

    private JobTasks open(final int kind, final String job, final JobContext context) {
        return log.open(topology(kind, job), context);
    }

    private static Topology topology(final int kind, final String job) {
        return TravelLog.topology(kind, job);
    }

    private SourcePositions end() {
        return SourcePositions.of("in", log.tails());
    }

    private void append(final int from, final int to) {
        events.subList(from, to).forEach(log::append);
    }

    private List<String> sorted(final String topic) {
        final List<String> records = new ArrayList<>(log.records(topic));
        Collections.sort(records);
        return records;
    }
}
