package io.millrace.perf.compare.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GuardHistoryTest {
    private static final Ratio RATIO = new Ratio(0.5, 0.06, List.of(0.49, 0.5, 0.51));

    @TempDir
    private Path directory;

    @Test
    void shouldReadWhatWasAppendedAndFindTheLastRecordOfAFigure() throws IOException {
        final Path file = directory.resolve("history.jsonl");
        final GuardRecord first = record("one", Map.of("s1", RATIO));
        final GuardRecord second = record("two", Map.of("s1", RATIO, "s2", RATIO));
        final GuardRecord third = record("three", Map.of("s2", RATIO));

        GuardHistory.append(file, first);
        GuardHistory.append(file, second);
        GuardHistory.append(file, third);
        final GuardHistory history = GuardHistory.read(file);

        assertThat(Files.readAllLines(file)).hasSize(3);
        assertThat(history.records()).containsExactly(first, second, third);
        assertThat(history.last("s1")).isEqualTo(second);
        assertThat(history.last("s2")).isEqualTo(third);
        assertThat(history.last("s3")).isNull();
    }

    @Test
    void shouldBeEmptyWhereThereIsNoFile() throws IOException {
        assertThat(GuardHistory.read(directory.resolve("none")).records()).isEmpty();
    }

    @Test
    void shouldAppendALineOfItsOwnBehindOneThatHasNoEnd() throws IOException {
        final Path file = directory.resolve("history.jsonl");
        Files.writeString(file, "\n" + record("one", Map.of("s1", RATIO)).toLine());

        GuardHistory.append(file, record("two", Map.of("s1", RATIO)));

        assertThat(GuardHistory.read(file).records())
                .extracting(each -> each.fact(GuardRecord.COMMIT))
                .containsExactly("one", "two");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "commit one | not an object in JSON",
                "[1] | not an object in JSON",
                "{\"format\":1,\"figures\":{ | not an object in JSON",
                "{} | format is null where 1 is known",
                "{\"format\":2,\"figures\":{}} | format is 2 where 1 is known",
                "{\"format\":1} | there are no figures",
                "{\"format\":1,\"figures\":{\"s1\":3}} | figure s1 is 3",
                "{\"format\":1,\"figures\":{\"s1\":{\"noise\":0.1}}} | figure s1 has ratio null",
                "{\"format\":1,\"figures\":{\"s1\":{\"ratio\":0,\"noise\":0.1}}} | figure s1 has ratio 0",
                "{\"format\":1,\"figures\":{\"s1\":{\"ratio\":0.5,\"noise\":-1}}} | figure s1 has noise -1",
                "{\"format\":1,\"figures\":{\"s1\":{\"ratio\":0.5,\"noise\":0,\"pairs\":[\"x\"]}}} | figure s1 has pairs x"
            })
    void shouldNameTheLineThatIsNoRecordAndWhatIsWrongWithIt(final String line, final String fault) throws IOException {
        final Path file = directory.resolve("history.jsonl");
        Files.writeString(file, record("one", Map.of("s1", RATIO)).toLine() + "\n" + line + "\n");

        assertThatThrownBy(() -> GuardHistory.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(file + " line 2 is not a record of `perf guard --record`: " + fault);
    }

    @Test
    void shouldSayThatAFileIsNoText() throws IOException {
        final Path file = directory.resolve("history.jsonl");
        Files.write(file, new byte[] {(byte) 0xC0, (byte) 0xC0});

        assertThatThrownBy(() -> GuardHistory.read(file)).hasMessage(file + " is not a text in UTF-8");
    }

    @Test
    void shouldNameARecordByTheBeginningOfItsCommitAndItsDate() {
        final String hash = "0123456789abcdef0123456789abcdef01234567";

        assertThat(record(hash, Map.of()).name()).isEqualTo("0123456789 of 2026-11-27T20:00:00Z");
        assertThat(record(hash + "-dirty", Map.of()).name()).isEqualTo("0123456789-dirty of 2026-11-27T20:00:00Z");
        assertThat(new GuardRecord(Map.of(), Map.of()).name()).isEqualTo("unknown of unknown");
    }

    private static GuardRecord record(final String commit, final Map<String, Ratio> figures) {
        return new GuardRecord(Map.of(GuardRecord.DATE, "2026-11-27T20:00:00Z", GuardRecord.COMMIT, commit), figures);
    }
}
