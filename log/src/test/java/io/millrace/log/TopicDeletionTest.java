package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.RecordKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that are deleted, whoever still uses them. */
class TopicDeletionTest {
    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[1024]);

    @Test
    void shouldTakeTheTopicAwayWithItsFilesAndGiveTheNameToAnotherOne() {
        try (LogStore store = launch()) {
            final LogTopic first = store.createTopic(TopicSpec.named("t").partitions(2));
            Records.append(first.partition(0).appender(), "old");

            store.deleteTopic("t");

            assertThat(store.hasTopic("t")).isFalse();
            assertThat(directory.resolve("topics/t")).doesNotExist();
            final LogTopic second = store.createTopic(TopicSpec.named("t"));
            assertThat(second.id()).isGreaterThan(first.id());
            Records.append(second.partition(0).appender(), "new");
            assertThat(Records.texts(second.partition(0))).containsExactly("new");
        }
        try (LogStore store = launch()) {
            assertThat(Records.texts(store.topic("t").partition(0))).containsExactly("new");
        }
    }

    @Test
    void shouldNeverUseANumberAgainThoughTheTopicThatHadItIsGone() {
        try (LogStore store = launch()) {
            store.createTopic(TopicSpec.named("a"));
            store.createTopic(TopicSpec.named("b"));
            store.deleteTopic("b");
        }
        try (LogStore store = launch()) {
            assertThat(store.createTopic(TopicSpec.named("c")).id()).isEqualTo(3);
        }
    }

    @Test
    void shouldTellEveryoneWhoUsesItAtTheNextCallAndKeepWhatTheyHaveMapped() {
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final LogAppender appender = partition.appender();
            final ProducerAppender producer = partition.producer(1);
            final RecordClaim claim = new RecordClaim();
            final LogReader reader = partition.reader();
            final List<String> seen = new ArrayList<>();
            Records.append(appender, "one");
            Records.append(appender, "two");
            reader.poll(
                    record -> {
                        if (seen.isEmpty()) {
                            store.deleteTopic("t");
                        }
                        seen.add(Records.text(record));
                    },
                    10);
            // In the middle of a poll: what is mapped can be read to the end.
            assertThat(seen).containsExactly("one", "two");

            assertDeleted(() -> reader.poll(record -> seen.add("more"), 10));
            assertDeleted(() -> append(appender));
            assertDeleted(() -> appender.claim(claim, RecordKind.DATA, 1, 0, 8));
            assertDeleted(() -> producer.append(0, RecordKind.DATA, 1, null, 0, 0, bytes, 0, 8));
            assertDeleted(() -> partition.producer(1, 1));
            assertDeleted(partition::reader);
            assertDeleted(partition::appender);
            assertDeleted(partition::segmentPositions);
            assertDeleted(() -> partition.truncateBefore(100_000));
            reader.close();
            producer.close();
        }
    }

    @Test
    void shouldTellAThreadWhoseClaimWasOpenWithoutTouchingMemoryThatIsGone() {
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final LogAppender appender = partition.appender();
            final RecordClaim claim = new RecordClaim();
            appender.claim(claim, RecordKind.DATA, 1, 0, 8);

            store.deleteTopic("t");

            claim.buffer().putLong(0, 7);
            assertDeleted(claim::commit);
        }
    }

    @Test
    void shouldNameTheTopicsThatCanBeDeletedFirst() {
        try (LogStore store = launch()) {
            store.createTopic(TopicSpec.named("source"));
            store.createTopic(TopicSpec.named("ours").internal(true));
            store.createTopic(TopicSpec.named("dead"));
            store.derives("source", "ours");
            store.derives("source", "dead");

            assertThatThrownBy(() -> store.deleteTopic("source"))
                    .hasMessage("other topics are made from it: topic=source derived=[dead]; delete those first, or"
                            + " force it");
        }
    }

    @Test
    void shouldRefuseATopicThatOthersAreMadeFromUnlessItIsForced() {
        try (LogStore store = launch()) {
            store.createTopic(TopicSpec.named("source"));
            final LogTopic derived =
                    store.createTopic(TopicSpec.named("derived").internal(true));
            store.derives("source", "derived");

            assertThatThrownBy(() -> store.deleteTopic("source"))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.IN_USE))
                    .hasMessage("other topics are made from it: topic=source derived=[derived]; delete those first, or"
                            + " force it");
            assertThatThrownBy(() -> store.deleteTopic("derived")).hasMessageContaining("belongs to a job");
            assertThatThrownBy(() -> store.deleteTopic("none")).hasMessageContaining("no such topic");

            store.deleteTopic("source", true);
            assertThat(derived.isDerived()).isTrue();
            store.createTopic(TopicSpec.named("source"));
            // The new one has nothing to do with what was made from the old one.
            store.deleteTopic("source");
            Records.append(derived.partition(0).appender(), "kept");
            store.forceNow();
        }
        try (LogStore store = launch()) {
            assertThat(store.topic("derived").isDerived()).isTrue();
            assertThat(store.topic("derived").sourceNames()).containsExactly("*");
            assertThat(Records.texts(store.topic("derived").partition(0))).containsExactly("kept");
            store.deleteTopic("derived", true);
            assertThat(store.topics()).isEmpty();
        }
    }

    @Test
    void shouldTellReadersOfOtherProcessesThatItIsGone() {
        try (LogStore owner = launch();
                LogStore other = LogStore.openReadOnly(Records.context(directory))) {
            final LogTopic topic = owner.createTopic(TopicSpec.named("t"));
            owner.createTopic(TopicSpec.named("idle"));
            Records.append(topic.partition(0).appender(), "one");
            final LogPartition seen = other.topic("t").partition(0);
            final LogPartition unread = other.topic("idle").partition(0);
            final LogReader reader = seen.reader();
            assertThat(reader.poll(record -> {}, 10)).isEqualTo(1);

            owner.deleteTopic("t");
            owner.deleteTopic("idle");

            Records.await("the reader is told", () -> isDeleted(() -> reader.poll(record -> {}, 10)));
            assertDeleted(unread::beginPosition);
            assertDeleted(unread::tailPosition);
            assertThat(other.topics()).isEmpty();
            assertThat(other.hasTopic("t")).isFalse();
            assertDeleted(seen::reader);
            Records.append(owner.createTopic(TopicSpec.named("t")).partition(0).appender(), "new");
            assertThat(Records.texts(other.topic("t").partition(0))).containsExactly("new");
            assertDeleted(() -> reader.poll(record -> {}, 10));
        }
    }

    @Test
    void shouldTellAReaderOfAnotherProcessThatAnotherTopicHasTheNameNow() {
        try (LogStore owner = launch();
                LogStore other = LogStore.openReadOnly(Records.context(directory))) {
            owner.createTopic(TopicSpec.named("t"));
            final LogPartition seen = other.topic("t").partition(0);

            owner.deleteTopic("t");
            owner.createTopic(TopicSpec.named("t"));

            assertDeleted(() -> seen.reader().poll(record -> {}, 10));
            assertThat(other.topic("t").partition(0)).isNotSameAs(seen);
        }
    }

    @Test
    void shouldDeleteATopicWhileThreadsAppendToItAndAgentsWorkOnIt() {
        try (LogStore store = launch()) {
            for (int round = 0; round < 6; round++) {
                final LogPartition partition = store.createTopic(TopicSpec.named("t")
                                .durability(round % 2 == 0 ? Durability.POWER : Durability.PROCESS)
                                .compacted(true)
                                .retentionBytes(1))
                        .partition(0);
                final Thread thread = new Thread(() -> appendUntilDeleted(partition));
                thread.start();
                Records.await("some records", () -> partition.tailPosition() > 3 * Records.SEGMENT_LENGTH);

                store.deleteTopic("t");

                LogConductor.join(thread);
            }
            store.createTopic(TopicSpec.named("after"));
            Records.append(store.topic("after").partition(0).appender(), "alive");
            store.forceNow();
        }
        assertThat(failure).isNull();
    }

    private volatile Throwable failure;

    private void appendUntilDeleted(final LogPartition partition) {
        try {
            final LogAppender appender = partition.appender();
            while (true) {
                append(appender);
            }
        } catch (final MillraceException ex) {
            failure = ex.code() == ErrorCode.TOPIC_DELETED ? failure : ex;
        } catch (final RuntimeException ex) {
            failure = ex;
        }
    }

    @Test
    void shouldRemoveWhenItIsOpenedNextWhatItCouldNotRemove() throws IOException {
        try (LogStore store = launch()) {
            store.createTopic(TopicSpec.named("t"));
            store.deleteTopic("t");
        }
        // As a process leaves it that was killed in between.
        Files.createDirectories(directory.resolve("topics/t/0"));
        Files.writeString(directory.resolve("topics/t/topic.deleted"), "id=1");
        Files.writeString(directory.resolve("topics/t/0/00000000000000000000.seg"), "what a topic had");

        try (LogStore store = launch()) {
            assertThat(directory.resolve("topics/t")).doesNotExist();
            assertThat(store.createTopic(TopicSpec.named("t")).id()).isEqualTo(2);
        }
    }

    @Test
    void shouldLeaveTheTopicAloneWhenItsNumberCannotBeKept() {
        try (LogStore store = launch()) {
            final LogTopic topic = store.createTopic(TopicSpec.named("t"));
            storage.failWrites(FaultyStorage.Fault.NO_SPACE, 0);

            assertThatThrownBy(() -> store.deleteTopic("t"))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FULL));

            storage.failWrites(FaultyStorage.Fault.NONE, 0);
            Records.append(topic.partition(0).appender(), "alive");
            assertThat(Records.texts(topic.partition(0))).containsExactly("alive");
        }
    }

    private long append(final LogAppender appender) {
        return appender.append(RecordKind.DATA, 1, bytes, 0, 8, bytes, 8, 900);
    }

    private static boolean isDeleted(final ThrowingCallable call) {
        try {
            call.call();
            return false;
        } catch (final Throwable ex) {
            return ex instanceof MillraceException && ((MillraceException) ex).code() == ErrorCode.TOPIC_DELETED;
        }
    }

    private static void assertDeleted(final ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.TOPIC_DELETED))
                .hasMessageContaining("the topic was deleted: topic=");
    }

    private LogStore launch() {
        return LogStore.launch(Records.context(directory).storage(storage));
    }
}
