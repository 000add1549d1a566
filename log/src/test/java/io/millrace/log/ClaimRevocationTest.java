package io.millrace.log;

import static io.millrace.log.Records.SEGMENT_LENGTH;
import static io.millrace.log.Records.append;
import static io.millrace.log.Records.copy;
import static io.millrace.log.Records.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to claims that nobody finishes in time. The test is the conductor. */
class ClaimRevocationTest {
    private static final long TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CYCLE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    @TempDir
    private Path root;

    private final RecordClaim claim = new RecordClaim();
    private final BatchClaim batch = new BatchClaim();
    private long nowNs = 1;

    @Test
    void shouldLetReadersGoOnBehindAClaimWhoseThreadHasDied() throws InterruptedException {
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            append(partition.appender(), "before");
            final Thread dying = new Thread(() -> claim(partition.appender(), "never"));
            dying.start();
            dying.join();
            append(partition.appender(), "behind");
            assertThat(texts(partition)).containsExactly("before");

            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);

            assertThat(texts(partition)).containsExactly("before", "behind");
        }
    }

    @Test
    void shouldRefuseTheCommitOfALateThreadAndKeepItsRecordOut() {
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            final LogAppender appender = partition.appender();
            claim(appender, "late");
            final long position = claim.position();
            append(appender, "behind");
            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);

            claim.buffer().putStringWithoutLengthAscii(0, "LATE");
            assertRevoked(claim::commit, position);

            assertThatThrownBy(claim::commit).isInstanceOf(IllegalStateException.class);
            claim(appender, "again");
            claim.commit();
            assertThat(texts(partition)).containsExactly("behind", "again");
        }
    }

    @Test
    void shouldLetALateThreadAbort() {
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            claim(partition.appender(), "late");
            append(partition.appender(), "behind");
            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);

            claim.abort();

            assertThat(texts(partition)).containsExactly("behind");
        }
    }

    @Test
    void shouldLeaveTheSequenceOfARevokedClaimFree() {
        try (LogStore store = launch();
                ProducerAppender producer = partition(store).producer(1)) {
            producer.claim(claim, 0, RecordKind.DATA, 1, 0, 4);
            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);
            assertRevoked(claim::commit, claim.position());
            assertThat(producer.lastSequence()).isEqualTo(-1);
            producer.claimBatch(batch, 0, 200);
            batch.next(RecordKind.DATA, 1, 0, 4);
            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);
            assertRevoked(batch::commit, batch.position());
            assertThat(producer.lastSequence()).isEqualTo(-1);

            assertThat(producer.claim(claim, 0, RecordKind.DATA, 1, 0, 4)).isPositive();
            claim.buffer().putStringWithoutLengthAscii(0, "once");
            claim.commit();

            assertThat(producer.lastSequence()).isZero();
            assertThat(texts(partition(store))).containsExactly("once");
        }
    }

    @Test
    void shouldMakePaddingOfAWholeBatchWhateverIsWrittenLater() {
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            final LogAppender appender = partition.appender();
            appender.claimBatch(batch, 400);
            batch.next(RecordKind.DATA, 1, 0, 10);
            append(appender, "behind");
            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);

            batch.next(RecordKind.DATA, 1, 0, 20);
            assertRevoked(batch::commit, batch.position());

            assertThat(texts(partition)).containsExactly("behind");
        }
    }

    @Test
    void shouldRefuseTheFirstRecordOfABatchThatWasRevokedBeforeIt() {
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            final LogAppender appender = partition.appender();
            appender.claimBatch(batch, 400);
            append(appender, "behind");
            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);

            assertRevoked(() -> batch.next(RecordKind.DATA, 1, 0, 10), batch.position());

            assertThat(texts(partition)).containsExactly("behind");
            batch.abort();
            assertThat(texts(partition)).containsExactly("behind");
        }
    }

    @Test
    void shouldKeepAClaimThatIsFinishedInTimeHoweverManyThereAre() {
        try (LogStore store = launch()) {
            final LogAppender appender = partition(store).appender();
            for (int i = 0; i < 10; i++) {
                claim(appender, "intime");
                runConductorFor(store, TIMEOUT_NS - 10 * CYCLE_NS);
                claim.commit();
                runConductorFor(store, 2 * CYCLE_NS);
            }

            assertThat(texts(partition(store))).hasSize(10);
        }
    }

    @Test
    void shouldRevokeAllThatAreLateWithoutWaitingForEachAnew() {
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            for (int i = 0; i < 20; i++) {
                partition.appender().claim(new RecordClaim(), RecordKind.DATA, 1, 0, 8);
            }
            append(partition.appender(), "behind");

            runConductorFor(store, TIMEOUT_NS + 50 * CYCLE_NS);

            assertThat(texts(partition)).containsExactly("behind");
        }
    }

    @Test
    void shouldNotCountTheTimeInWhichTheProcessWasStopped() {
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            claim(partition.appender(), "paused");
            runConductorFor(store, 2 * CYCLE_NS);

            nowNs += TimeUnit.HOURS.toNanos(1);
            runConductorFor(store, TIMEOUT_NS / 2);

            claim.commit();
            assertThat(texts(partition)).containsExactly("paused");
        }
    }

    @Test
    void shouldRevokeAClaimThatSegmentsHaveRolledPast() {
        try (LogStore store = launch()) {
            final LogPartition partition = partition(store);
            final LogAppender appender = partition.appender();
            claim(appender, "stuck");
            final String text = "x".repeat(5_000);
            while (partition.tailPosition() < 2 * SEGMENT_LENGTH) {
                store.invokeConductor(nowNs);
                append(partition.appender(), text);
            }
            assertThat(texts(partition)).isEmpty();

            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);

            assertThat(texts(partition)).hasSizeGreaterThan(20).containsOnly(text);
            assertRevoked(claim::commit, claim.position());
        }
    }

    @Test
    void shouldFinishAtCloseWhatNobodyElseFinishes() {
        final LogStore store = launch();
        claim(partition(store).appender(), "open");
        append(partition(store).appender(), "behind");

        store.close();

        assertThatThrownBy(claim::commit).isInstanceOf(IllegalStateException.class);
        try (LogStore reopened = launch()) {
            assertThat(texts(partition(reopened))).containsExactly("behind");
        }
    }

    @Test
    void shouldDropAnOpenClaimAndKeepARevokedOneAsPaddingThroughAKill() {
        try (LogStore store = launch()) {
            final LogAppender appender = partition(store).appender();
            appender.claim(new RecordClaim(), RecordKind.DATA, 1, 0, 8);
            append(appender, "between");
            runConductorFor(store, TIMEOUT_NS + 10 * CYCLE_NS);
            appender.claim(new RecordClaim(), RecordKind.DATA, 1, 0, 8);
            append(appender, "behind");
            copy(root.resolve("live"), root.resolve("killed"));
        }
        try (LogStore store = LogStore.launch(Records.context(root.resolve("killed")))) {
            append(partition(store).appender(), "new");
            assertThat(texts(partition(store))).containsExactly("between", "behind", "new");
        }
    }

    private static void assertRevoked(final ThrowingCallable call, final long position) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CLAIM_REVOKED))
                .hasMessageContaining("topic=t partition=0 position=" + position);
    }

    private void claim(final LogAppender appender, final String text) {
        assertThat(appender.claim(claim, RecordKind.DATA, 1, 0, text.length())).isPositive();
        claim.buffer().putStringWithoutLengthAscii(0, text);
    }

    private void runConductorFor(final LogStore store, final long timeNs) {
        final long endNs = nowNs + timeNs;
        while (nowNs < endNs) {
            nowNs += CYCLE_NS;
            store.invokeConductor(nowNs);
        }
    }

    private LogStore launch() {
        return LogStore.launch(
                Records.context(root.resolve("live")).invoked(true).claimTimeoutNs(TIMEOUT_NS));
    }

    private static LogPartition partition(final LogStore store) {
        return store.createTopic(TopicSpec.named("t")).partition(0);
    }
}
