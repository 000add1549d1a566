package io.millrace.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogContext;
import io.millrace.log.LogStore;
import io.millrace.log.TopicSpec;
import io.millrace.streams.Codecs;
import io.millrace.streams.TopicAppender;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobDiffCommandTest {
    @TempDir
    private Path directory;

    private final CommandRun command = new CommandRun();
    private final StringWriter out = command.out;
    private final StringWriter err = command.err;
    private LogStore store;

    @BeforeEach
    void openStore() {
        store = LogStore.launch(new LogContext().directory(directory).segmentLength(64 * 1024));
    }

    @Test
    void shouldFindTopicsTheSameWhosWritersAndWatermarksDiffer() {
        given("one", 2, "a", "b", "c", "d");
        given("two", 2, "a", "b", "c", "d");
        TopicAppender.open(store, "two", Codecs.string()).end();
        store.close();

        assertThat(run("job", "diff", directory.toString(), "one", "two")).isZero();
        assertThat(out).hasToString(line("compared=4 different=0"));
    }

    @Test
    void shouldPrintBothRecordsWhereTheyDiffer() {
        given("one", 1, "a", "b", "c");
        given("two", 1, "a", "x", "c");
        store.close();

        assertThat(run("job", "diff", directory.toString(), "one", "two")).isOne();

        final List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).isEqualTo("partition 0 record 1");
        assertThat(lines.get(1)).startsWith("  - one/0 position=").contains("value='b'");
        assertThat(lines.get(2)).startsWith("  + two/0 position=").contains("value='x'");
        assertThat(lines.get(3)).isEqualTo("compared=3 different=1");
    }

    @Test
    void shouldCountRecordsThatOnlyOneOfThemHas() {
        given("one", 1, "a", "b", "c");
        given("two", 1, "a");
        store.close();

        assertThat(run("job", "diff", directory.toString(), "one", "two", "--limit", "1"))
                .isOne();
        assertThat(out.toString().lines())
                .hasSize(4)
                .contains("  + two/0 has ended")
                .endsWith("compared=1 different=2");
    }

    @Test
    void shouldCompareTopicsOfTwoStores() {
        given("one", 1, "a");
        store.close();
        final Path other = directory.resolveSibling(directory.getFileName() + "-other");
        store = LogStore.launch(new LogContext().directory(other).segmentLength(64 * 1024));
        given("one", 1, "b");
        store.close();

        assertThat(run("job", "diff", directory.toString(), "one", "one", "--right-dir", other.toString()))
                .isOne();
        assertThat(out.toString()).contains("value='a'", "value='b'");
    }

    @Test
    void shouldSayInOneLineWhyTopicsCannotBeCompared() {
        given("one", 1, "a");
        given("two", 2, "a");
        store.close();

        assertThat(run("job", "diff", directory.toString(), "one", "two")).isNotZero();
        assertThat(err.toString().lines()).singleElement().asString().contains("topic one has 1, topic two has 2");
        assertThat(run("job", "diff", directory.toString(), "one", "three")).isNotZero();
        assertThat(err.toString().lines()).singleElement().asString().contains("three");
        assertThat(run("job", "diff", directory.toString(), "one", "two", "--limit", "-1"))
                .isEqualTo(ExitCode.BAD_INPUT);
    }

    private void given(final String topic, final int partitions, final String... values) {
        store.createTopic(TopicSpec.named(topic).partitions(partitions));
        final TopicAppender<String> appender = TopicAppender.open(store, topic, Codecs.string());
        for (int i = 0; i < values.length; i++) {
            appender.append(i, Codecs.string(), "k" + i, values[i]);
        }
    }

    private int run(final String... args) {
        return command.run(args);
    }

    private static String line(final String text) {
        return text + System.lineSeparator();
    }
}
