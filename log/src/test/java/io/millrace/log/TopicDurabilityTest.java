package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicDurabilityTest {
    @TempDir
    private Path directory;

    @Test
    void shouldRememberTheDurabilityOfATopic() {
        final TopicSpec spec =
                TopicSpec.named("t").segmentLength(Records.SEGMENT_LENGTH).durability(Durability.POWER);
        try (LogStore store = launch()) {
            store.createTopic(spec);
        }

        try (LogStore store = launch()) {
            assertThat(store.topic("t").spec()).isEqualTo(spec);
            assertThatThrownBy(() -> store.createTopic(TopicSpec.named("t")))
                    .isInstanceOfSatisfying(
                            MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.TOPIC_EXISTS));
        }
    }

    @Test
    void shouldTakeATopicOfAnEarlierReleaseForOneThatSurvivesTheProcess() throws IOException {
        try (LogStore store = launch()) {
            store.createTopic(TopicSpec.named("t").durability(Durability.POWER));
        }
        final Path file = directory.resolve("topics/t/topic.properties");
        final List<String> lines = Files.readAllLines(file);
        lines.removeIf(line -> line.startsWith("durability="));
        Files.write(file, lines);

        try (LogStore store = launch()) {
            assertThat(store.topic("t").spec().durability()).isEqualTo(Durability.PROCESS);
        }
    }

    private LogStore launch() {
        return LogStore.launch(Records.context(directory));
    }
}
