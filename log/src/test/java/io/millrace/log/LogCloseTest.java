package io.millrace.log;

import static io.millrace.log.Records.append;
import static io.millrace.log.Records.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.record.Outcome;
import io.millrace.log.record.RecordKind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCloseTest {
    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage();
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[64]);

    @Test
    void shouldCloseEveryPartitionBeforeItGivesTheDirectoryUpWhenOneCannotBeForced() {
        final LogStore store = launch();
        final LogTopic topic = store.createTopic(TopicSpec.named("t").partitions(2));
        append(topic.partition(0).appender(), "a");
        final LogAppender other = topic.partition(1).appender();
        append(other, "b");
        storage.failForces("t/0/");

        assertThatThrownBy(store::close)
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.STORAGE_FAILED))
                .hasMessageContaining("topic=t partition=0");

        assertThat(other.append(RecordKind.DATA, 1, null, 0, 0, bytes, 0, 1)).isEqualTo(Outcome.CLOSED);
        storage.failForces(null);
        try (LogStore again = launch()) {
            assertThat(texts(again.topic("t").partition(0))).containsExactly("a");
            assertThat(texts(again.topic("t").partition(1))).containsExactly("b");
        }
    }

    @Test
    void shouldGiveTheDirectoryUpWhenALaunchFailsAndWhatItHadOpenedCannotBeForced() throws Exception {
        try (LogStore store = launch()) {
            append(store.createTopic(TopicSpec.named("a")).partition(0).appender(), "a");
            store.createTopic(TopicSpec.named("b"));
        }
        final Path properties = directory.resolve("topics/b/topic.properties");
        final byte[] intact = Files.readAllBytes(properties);
        Files.writeString(properties, "damaged");
        storage.failForces("a/0/");
        assertThatThrownBy(this::launch).isInstanceOf(MillraceException.class);

        Files.write(properties, intact);
        storage.failForces(null);
        try (LogStore store = launch()) {
            assertThat(texts(store.topic("a").partition(0))).containsExactly("a");
        }
    }

    @Test
    void shouldAbortTheClaimThatAProducerIsClosedWith() {
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final RecordClaim claim = new RecordClaim();
            final ProducerAppender producer = partition.producer(1);
            assertThat(producer.claim(claim, 0, RecordKind.DATA, 1, 0, 4)).isPositive();

            producer.close();

            assertThatThrownBy(claim::commit).isInstanceOf(IllegalStateException.class);
            try (ProducerAppender again = partition.producer(1)) {
                assertThat(again.lastSequence()).isEqualTo(-1);
                bytes.putStringWithoutLengthAscii(0, "once");
                assertThat(again.append(0, RecordKind.DATA, 1, null, 0, 0, bytes, 0, 4))
                        .isPositive();
            }
            assertThat(texts(partition)).containsExactly("once");
        }
    }

    @Test
    void shouldAbortTheBatchThatAProducerIsClosedWith() {
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final BatchClaim batch = new BatchClaim();
            final ProducerAppender producer = partition.producer(1);
            assertThat(producer.claimBatch(batch, 0, 2 * BatchClaim.recordLength(0, 8)))
                    .isPositive();
            batch.next(RecordKind.DATA, 1, 0, 8);

            producer.close();

            assertThatThrownBy(batch::commit).isInstanceOf(IllegalStateException.class);
            append(partition.appender(), "later");
            assertThat(texts(partition)).containsExactly("later");
        }
    }

    @Test
    void shouldLetAProducerCloseWithAClaimThatItsStoreNoLongerWaitedFor() {
        final LogStore store = launch();
        final LogPartition partition = store.createTopic(TopicSpec.named("t")).partition(0);
        final ProducerAppender producer = partition.producer(1);
        producer.claim(new RecordClaim(), 0, RecordKind.DATA, 1, 0, 4);
        store.close();

        producer.close();

        assertThat(producer.append(0, RecordKind.DATA, 1, null, 0, 0, bytes, 0, 4))
                .isEqualTo(Outcome.CLOSED);
    }

    @Test
    void shouldLeaveAClaimAloneThatItsProducerHasFinishedAndAnotherHasTaken() {
        try (LogStore store = launch()) {
            final LogPartition partition =
                    store.createTopic(TopicSpec.named("t")).partition(0);
            final RecordClaim claim = new RecordClaim();
            final ProducerAppender producer = partition.producer(1);
            producer.claim(claim, 0, RecordKind.DATA, 1, 0, 4);
            claim.abort();
            partition.appender().claim(claim, RecordKind.DATA, 1, 0, 5);

            producer.close();

            claim.buffer().putStringWithoutLengthAscii(0, "other");
            claim.commit();
            assertThat(texts(partition)).containsExactly("other");
        }
    }

    private LogStore launch() {
        return LogStore.launch(Records.context(directory).storage(storage));
    }
}
