package io.millrace.log;

import static io.millrace.log.Records.append;
import static io.millrace.log.Records.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is forced when, step by step on one thread. */
class LogForcerTest {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private long nowNs = 1_000_000_000_000L;

    @Test
    void shouldMakeARecordOfAPowerTopicDurableInTheNextStep() {
        try (LogStore store = launch()) {
            final LogPartition partition = topic(store, "t", Durability.POWER);
            append(partition.appender(), "a");
            assertThat(partition.durablePosition()).isEqualTo(4096);

            step(store);

            assertThat(partition.durablePosition()).isEqualTo(partition.tailPosition());
        }
    }

    @Test
    void shouldForceWhatWasCommittedTogetherAtOnce() {
        try (LogStore store = launch()) {
            final LogPartition partition = topic(store, "t", Durability.POWER);
            final LogAppender appender = partition.appender();
            append(appender, "a");
            step(store);
            final int before = storage.forceCount();
            for (int i = 0; i < 100; i++) {
                append(appender, "more");
            }

            step(store);

            assertThat(storage.forceCount()).isEqualTo(before + 1);
            assertThat(partition.durablePosition()).isEqualTo(partition.tailPosition());
        }
    }

    @Test
    void shouldForceNothingWhileNothingIsCommitted() {
        try (LogStore store = launch()) {
            append(topic(store, "t", Durability.POWER).appender(), "a");
            nowNs += INTERVAL_NS;
            step(store);
            final int before = storage.forceCount();

            for (int i = 0; i < 10; i++) {
                nowNs += INTERVAL_NS;
                step(store);
            }

            assertThat(storage.forceCount()).isEqualTo(before);
        }
    }

    @Test
    void shouldNotMakeDurableWhatLiesBehindAnOpenClaim() {
        try (LogStore store = launch()) {
            final LogPartition partition = topic(store, "t", Durability.POWER);
            append(partition.appender(), "a");
            final long end = partition.tailPosition();
            final RecordClaim claim = new RecordClaim();
            partition.appender().claim(claim, RecordKind.DATA, 1, 0, 8);
            append(partition.appender(), "b");
            store.forceNow();
            assertThat(partition.durablePosition()).isEqualTo(end);

            claim.commit();
            step(store);

            assertThat(partition.durablePosition()).isEqualTo(partition.tailPosition());
        }
    }

    @Test
    void shouldMakeDurableWhatLiesBehindAClaimThatIsRevoked() {
        try (LogStore store = LogStore.launch(Records.context(directory)
                .storage(storage)
                .cutIntervalNs(TimeUnit.HOURS.toNanos(1))
                .claimTimeoutNs(TimeUnit.MILLISECONDS.toNanos(50))
                .invoked(true))) {
            final LogPartition partition = topic(store, "t", Durability.POWER);
            partition.appender().claim(new RecordClaim(), RecordKind.DATA, 1, 0, 8);
            append(partition.appender(), "b");

            for (int i = 0; i < 20; i++) {
                nowNs += TimeUnit.MILLISECONDS.toNanos(10);
                step(store);
            }

            assertThat(partition.durablePosition()).isEqualTo(partition.tailPosition());
        }
    }

    @Test
    void shouldTakeACutOfOtherTopicsWhenTheIntervalIsOver() {
        try (LogStore store = launch()) {
            final LogPartition partition = topic(store, "t", Durability.PROCESS);
            append(partition.appender(), "a");
            step(store);
            assertThat(partition.durablePosition()).isEqualTo(4096);

            nowNs += INTERVAL_NS;
            step(store);

            assertThat(partition.durablePosition()).isEqualTo(partition.tailPosition());
        }
    }

    @Test
    void shouldForceEverySegmentThatWasFilled() {
        try (LogStore store = launch()) {
            final LogPartition partition = topic(store, "t", Durability.PROCESS);
            fill(store, partition, 5);

            store.forceNow();

            assertThat(partition.durablePosition()).isEqualTo(partition.tailPosition());
        }
    }

    @Test
    void shouldMakeADerivedRecordDurableWithWhatItWasMadeFrom() throws IOException {
        try (LogStore store = launch()) {
            final LogPartition source = topic(store, "source", Durability.PROCESS);
            final LogPartition derived = topic(store, "derived", Durability.POWER);
            final LogPartition other = topic(store, "other", Durability.PROCESS);
            store.derives("source", "derived");
            append(source.appender(), "a");
            append(other.appender(), "x");
            append(derived.appender(), "made of a");

            step(store);

            assertThat(derived.durablePosition()).isEqualTo(derived.tailPosition());
            assertThat(source.durablePosition()).isEqualTo(source.tailPosition());
            assertThat(other.durablePosition()).isEqualTo(4096);
            final CutManifest cut = new CutFiles(storage, directory).load();
            assertThat(cut.position(cut.find(source.owner().id(), 0))).isEqualTo(source.tailPosition());
            assertThat(cut.position(cut.find(derived.owner().id(), 0))).isEqualTo(derived.tailPosition());
        }
    }

    @Test
    void shouldNeverNameADerivedRecordWithoutItsSourceWhenForcingTheSourceFails() throws IOException {
        final LogStore store = launch();
        final LogPartition source = topic(store, "source", Durability.PROCESS);
        final LogPartition derived = topic(store, "derived", Durability.POWER);
        store.derives("source", "derived");
        append(source.appender(), "a");
        append(derived.appender(), "made of a");
        storage.failForces("topics/source");

        step(store);

        final CutManifest cut = new CutFiles(storage, directory).load();
        assertThat(cut.find(derived.owner().id(), 0)).isEqualTo(CutManifest.NOT_FOUND);
        assertThat(derived.durablePosition()).isEqualTo(4096);
        assertThatThrownBy(store::close).isInstanceOf(MillraceException.class);
    }

    @Test
    void shouldRefuseATopicThatIsMadeFromItself() {
        try (LogStore store = launch()) {
            topic(store, "a", Durability.PROCESS);
            topic(store, "b", Durability.PROCESS);
            topic(store, "c", Durability.PROCESS);
            store.derives("a", "b");
            store.derives("b", "c");

            assertThatThrownBy(() -> store.derives("c", "a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("source=c derived=a");
            assertThatThrownBy(() -> store.derives("a", "a")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldRememberWhatATopicIsMadeFrom() {
        try (LogStore store = launch()) {
            topic(store, "a", Durability.PROCESS);
            topic(store, "b", Durability.PROCESS);
            store.derives("a", "b");
        }

        try (LogStore store = launch()) {
            assertThat(store.topic("b").sources()).containsExactly(store.topic("a"));
            assertThatThrownBy(() -> store.derives("b", "a")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldNeverForceAgainAfterAForceThatFailed() {
        final LogStore store = launch();
        final LogPartition partition = topic(store, "t", Durability.POWER);
        final LogPartition other = topic(store, "other", Durability.PROCESS);
        final LogAppender appender = partition.appender();
        append(appender, "a");
        append(other.appender(), "x");
        storage.failForces("topics/t");
        step(store);
        storage.failForces(null);
        final int before = storage.forceCount();

        assertThatThrownBy(() -> append(appender, "b")).satisfies(LogForcerTest::isStorageFailure);
        assertThatThrownBy(() -> append(other.appender(), "y")).satisfies(LogForcerTest::isStorageFailure);
        assertThatThrownBy(store::forceNow).satisfies(LogForcerTest::isStorageFailure);
        assertThatThrownBy(() -> store.createTopic(TopicSpec.named("new"))).satisfies(LogForcerTest::isStorageFailure);
        nowNs += 2 * INTERVAL_NS;
        step(store);
        assertThat(partition.durablePosition()).isEqualTo(4096);
        assertThat(texts(partition)).containsExactly("a");
        assertThatThrownBy(store::close).satisfies(LogForcerTest::isStorageFailure);
        assertThat(storage.forceCount()).isEqualTo(before);

        try (LogStore again = launch()) {
            assertThat(texts(again.topic("t").partition(0))).containsExactly("a");
            append(again.topic("t").partition(0).appender(), "b");
            again.forceNow();
            assertThat(again.topic("t").partition(0).durablePosition())
                    .isEqualTo(again.topic("t").partition(0).tailPosition());
        }
    }

    @Test
    void shouldFailWhenTheManifestCannotBeForced() {
        final LogStore store = launch();
        final LogPartition partition = topic(store, "t", Durability.PROCESS);
        append(partition.appender(), "a");
        storage.failForces("cut.");

        assertThatThrownBy(store::forceNow).satisfies(LogForcerTest::isStorageFailure);

        assertThatThrownBy(() -> append(partition.appender(), "b")).satisfies(LogForcerTest::isStorageFailure);
        assertThatThrownBy(store::close).isInstanceOf(MillraceException.class);
    }

    private static void isStorageFailure(final Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(MillraceException.class, ex -> {
            assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
            assertThat(ex.getMessage()).contains("the disk refused").doesNotContain("\n");
        });
    }

    private void fill(final LogStore store, final LogPartition partition, final int segments) {
        final LogAppender appender = partition.appender();
        while (partition.tailPosition() < (long) segments * Records.SEGMENT_LENGTH) {
            append(appender, "x".repeat(8000));
            step(store);
        }
    }

    private void step(final LogStore store) {
        store.invokeConductor(nowNs);
    }

    private static LogPartition topic(final LogStore store, final String name, final Durability durability) {
        return store.createTopic(TopicSpec.named(name).durability(durability)).partition(0);
    }

    private LogStore launch() {
        final LogStore store = LogStore.launch(Records.context(directory)
                .storage(storage)
                .cutIntervalNs(INTERVAL_NS)
                .invoked(true));
        step(store);
        return store;
    }
}
