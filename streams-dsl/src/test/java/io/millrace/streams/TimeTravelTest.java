package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogPartition;
import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.operators.core.ErrorPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a job begins, ends and stops, what it is called and what it writes, rule by rule. */
class TimeTravelTest {
    @TempDir
    Path directory;

    private TravelLog log;
    private final List<Long> positions = new ArrayList<>();

    @BeforeEach
    void givenTenRecords() {
        log = new TravelLog(directory.resolve("log"), 1);
        append(0, 10);
    }

    @AfterEach
    void closeLog() throws IOException {
        log.close();
    }

    @Test
    void shouldBeginAtAPositionAndEndAtAnother() {
        log.run(words("job"), TravelLog.context().from(at(3)).to(at(6)));

        assertThat(values("out")).containsExactly("3", "4", "5");
    }

    @Test
    void shouldBeginAndEndAtLogTimes() {
        log.run(
                words("job"),
                TravelLog.context()
                        .from(SourcePositions.logTime(logTime(2)))
                        .to(SourcePositions.beginning().and("in", logTime(4))));

        assertThat(values("out")).containsExactly("2", "3");
    }

    @Test
    void shouldEndWhereTheInputEndsAtTheFirstStartHoweverOftenItStarts() throws IOException {
        final JobContext context = TravelLog.context().toEnd();
        JobTasks tasks = log.open(words("job"), context);
        tasks.tasks().get(0).doWork(4);
        log.kill(tasks);
        append(10, 12);

        tasks = log.open(words("job"), context);
        TravelLog.finish(tasks);

        assertThat(tasks.isStopped()).isFalse();
        assertThat(values("out")).hasSize(10);
        tasks.close();
        log.run(words("job"), context);
        assertThat(values("out")).hasSize(10);
    }

    @Test
    void shouldCompleteByItselfWithThreads() throws Exception {
        try (Job job = Job.start(log.store, words("job"), new JobContext().toEnd())) {
            assertThat(job.awaitCompletion(Duration.ofSeconds(30))).isTrue();
            assertThat(job.isComplete()).isTrue();
            assertThat(job.isStopped()).isFalse();
            assertThat(job.stopPositions()).isNull();
        }
        assertThat(values("out")).hasSize(10);
    }

    @Test
    void shouldBeginAgainWhereItBeganThoughTheSettingSaysOtherwise() throws IOException {
        JobTasks tasks = log.open(words("job"), context(false).from(at(3)));
        tasks.tasks().get(0).doWork(2);
        log.kill(tasks);

        tasks = log.open(words("job"), context(false).from(at(7)));
        TravelLog.work(tasks);

        assertThat(values("out")).containsExactly("3", "4", "5", "6", "7", "8", "9");
        tasks.close();
    }

    @Test
    void shouldTakeAnotherSettingWhereTheFirstStartWentWrong() {
        assertThatThrownBy(() -> log.open(words("job"), TravelLog.context().from(SourcePositions.of("in", 1))))
                .isInstanceOf(MillraceException.class);

        log.run(words("job"), TravelLog.context().from(at(8)).toEnd());

        assertThat(values("out")).containsExactly("8", "9");
    }

    @Test
    void shouldNotUseAnotherBeginningForAJobThatHasBegun() {
        log.open(words("job"), TravelLog.context()).close();

        log.run(words("job"), TravelLog.context().from(at(8)).stopAt(SourcePositions.end()));

        assertThat(values("out")).hasSize(10);
    }

    @Test
    void shouldRefuseToBeginAgainWhereTheInputIsRemovedWithoutACheckpoint() throws IOException {
        JobTasks tasks = log.open(words("job"), context(false).from(at(3)));
        tasks.tasks().get(0).doWork(2);
        log.kill(tasks);
        givenTheBeginningIsRemoved();

        assertThatThrownBy(() -> log.open(words("job"), context(false).from(at(3))))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POSITION_GONE))
                .hasMessageContaining("task job/in/0 cannot begin again at position " + positions.get(3)
                        + " of topic in partition 0: what was before ")
                .hasMessageContaining("is removed; give the job another name");
    }

    @Test
    void shouldNameWhatIsAllowedWhereAPositionIsNoneOfARecord() {
        final LogPartition in = log.store.topic("in").partition(0);

        assertRefused(
                SourcePositions.of("in", positions.get(4) + 8),
                "job job: from(…) names position " + (positions.get(4) + 8)
                        + " of topic in partition 0, where no record begins; allowed are the beginnings of records from "
                        + in.beginPosition() + " to the end " + in.tailPosition() + ", the next one is "
                        + positions.get(5));
        assertRefused(
                SourcePositions.of("in", in.tailPosition() + 48),
                "job job: from(…) names position " + (in.tailPosition() + 48)
                        + " of topic in partition 0, beyond its end; allowed are the beginnings of records from "
                        + in.beginPosition() + " to the end " + in.tailPosition());
        assertRefused(SourcePositions.of("in", -1), "names position -1 of topic in partition 0, where no record is");
        assertRefused(
                SourcePositions.of("in", positions.get(1), positions.get(2)),
                "job job: from(…) has 2 positions of topic in, which has 1 partitions; name one for each");
        assertRefused(
                SourcePositions.of("other", 4096),
                "job job: from(…) names topic other, which it does not read; its sources are in");
        assertRefused(
                SourcePositions.logTime(logTime(9).plusNanos(1)),
                "which is still to come; allowed are times up to " + logTime(9));
        assertThat(log.store.hasTopic("out")).isFalse();
    }

    @Test
    void shouldNameWhatWasRemoved() throws IOException {
        final long gone = positions.get(2);
        givenTheBeginningIsRemoved();

        assertRefused(
                SourcePositions.of("in", gone),
                "names position " + gone + " of topic in partition 0, and what is before "
                        + log.store.topic("in").partition(0).beginPosition() + " was removed; allowed are");
    }

    @Test
    void shouldRefuseAnEndThatIsNoEnd() {
        assertThatThrownBy(() ->
                        log.open(words("job"), TravelLog.context().from(at(5)).to(at(3))))
                .hasMessage("job job: it would end at position " + positions.get(3)
                        + " of topic in partition 0, before it begins; allowed are positions from " + positions.get(5)
                        + " on");
        log.run(words("job"), TravelLog.context().to(at(3)));
        assertThatThrownBy(() -> log.open(words("job"), TravelLog.context().to(at(5))))
                .hasMessage("job job: to(in " + positions.get(5) + ") is set, and it has begun with to(in "
                        + positions.get(3) + "); leave it, or give the job another name");
        log.open(words("live"), TravelLog.context().output("out", "live")).close();
        assertThatThrownBy(() ->
                        log.open(words("live"), TravelLog.context().toEnd().output("out", "live")))
                .hasMessageStartingWith("job live: it has begun without an end and is heard, so to(…) comes too late");
    }

    @Test
    void shouldRunBesideTheLiveOneUnderAnotherNameIntoAnotherTopic() {
        final JobContext beside =
                TravelLog.context().jobName("trial").output("out", "out.v2").toEnd();
        try (JobTasks live = log.open(words("job"), TravelLog.context());
                JobTasks trial = log.open(words("job"), beside)) {
            TravelLog.work(live);
            TravelLog.finish(trial);

            assertThat(trial.plan().graph().name()).isEqualTo("trial");
            assertThat(trial.plan().describe()).contains("topic out [string] = topic out.v2");
            assertThat(TopicDiff.of(log.store, "out", log.store, "out.v2").run((partition, index, left, right) -> {}))
                    .isZero();
        }
        assertThat(values("out.v2")).hasSize(10);
    }

    @Test
    void shouldWriteDeadLettersElsewhereToo() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .map(text -> Integer.toString(8 / Integer.parseInt(text)), Codecs.string())
                .onError(ErrorPolicy.deadLetter("letters"))
                .to("out");

        log.run(topology, TravelLog.context().toEnd().output("letters", "letters.v2"));

        assertThat(log.store.hasTopic("letters")).isFalse();
        assertThat(log.records("letters.v2")).hasSize(1);
    }

    @Test
    void shouldRefuseAnOutputThatTheTopologyDoesNotWrite() {
        assertThatThrownBy(() -> log.open(words("job"), TravelLog.context().output("outt", "out.v2")))
                .hasMessageContaining(
                        "output outt: the topology writes no topic of this name; those it writes are out");
        assertThatThrownBy(() -> log.open(words("job"), TravelLog.context().output("out", "in")))
                .hasMessageContaining("the topology reads topic in, so it would feed itself");
        assertThatThrownBy(() -> log.open(words("job"), TravelLog.context().jobName("a/b")))
                .hasMessageContaining("job a/b: the name must have");
    }

    @Test
    void shouldGoOnInAnotherTopicWhereAnOutputIsGivenOneLater() {
        try (JobTasks tasks = log.open(words("job"), TravelLog.context())) {
            tasks.tasks().get(0).doWork(5);
        }

        log.run(words("job"), TravelLog.context().output("out", "elsewhere").stopAt(SourcePositions.end()));

        assertThat(values("out")).hasSize(5);
        assertThat(values("elsewhere")).containsExactly("5", "6", "7", "8", "9");
    }

    private void assertRefused(final SourcePositions from, final String message) {
        assertThatThrownBy(() -> log.open(words("job"), TravelLog.context().from(from)))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private void givenTheBeginningIsRemoved() throws IOException {
        final LogPartition in = log.store.topic("in").partition(0);
        while (in.tailPosition() < 3L * StoreFixture.SEGMENT_LENGTH) {
            append(positions.size(), positions.size() + 1);
        }
        log.store.forceNow();
        in.truncateBefore(2L * StoreFixture.SEGMENT_LENGTH);
        assertThat(in.isTruncated()).isTrue();
    }

    private void append(final int from, final int to) {
        for (int i = from; i < to; i++) {
            positions.add(log.append(new TravelLog.Event(0, log.clock.get(), Integer.toString(i))));
        }
    }

    private SourcePositions at(final int record) {
        return SourcePositions.of("in", positions.get(record));
    }

    // The clock is at one more for each record.
    private Instant logTime(final int record) {
        return Instant.EPOCH.plusNanos(TravelLog.CLOCK_NS + 1 + record);
    }

    private List<String> values(final String topic) {
        return log.records(topic).stream()
                .map(record -> record.substring(record.indexOf('=') + 2))
                .toList();
    }

    private static JobContext context(final boolean hasCheckpoints) {
        return hasCheckpoints ? TravelLog.context() : new JobContext().checkpointInterval(Duration.ZERO);
    }

    private static Topology words(final String job) {
        final Topology topology = Topology.named(job);
        topology.stream("in", Codecs.string()).to("out");
        return topology;
    }
}
