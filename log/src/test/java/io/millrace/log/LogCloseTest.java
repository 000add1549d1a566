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

    private LogStore launch() {
        return LogStore.launch(Records.context(directory).storage(storage));
    }
}
