package io.millrace.examples.nexmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Makes up events and holds what a trial says about queries against loops over the file. */
@Timeout(60)
final class NexmarkTrialTest {
    private static final int EVENTS = 3_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldFindTheRowsOfEachRunThatTheDefinitionHas(final int partitions) throws Exception {
        final Path file = directory.resolve("events.csv");
        NexmarkEvents.write(file, 7, EVENTS);
        final List<String> lines = Files.readAllLines(file);

        try (NexmarkTrial trial = new NexmarkTrial(directory.resolve("store"), file, partitions)) {
            assertThat(trial.events()).isEqualTo(EVENTS);
            for (final String query : List.of("q0", "q2", "q4b", "q5b", "q9b")) {
                final List<String> calls = new ArrayList<>();
                final RowSum first = trial.run(query, query + "-first", () -> {}, () -> {});
                final RowSum second =
                        trial.run(query, query + "-second", () -> calls.add("start"), () -> calls.add("end"));

                final RowSum expected = new RowSum();
                Reference.rows(lines, query).forEach(expected::add);
                assertThat(expected.count()).as(query).isPositive();
                assertThat(List.of(first.count(), first.checksum(), second.count(), second.checksum()))
                        .as(query)
                        .containsExactly(expected.count(), expected.checksum(), expected.count(), expected.checksum());
                assertThat(calls).containsExactly("start", "end");
            }
        }
    }

    @Test
    void shouldMakeTheSameFileOfTheSameSeedAndAnotherOfAnother() throws IOException {
        final List<Path> files = new ArrayList<>();
        for (final int seed : new int[] {1, 1, 2}) {
            final Path file = directory.resolve(files.size() + ".csv");
            NexmarkEvents.write(file, seed, 500);
            files.add(file);
        }

        assertThat(files.get(0)).hasSameBinaryContentAs(files.get(1));
        assertThat(Files.mismatch(files.get(0), files.get(2))).isNotNegative();
        final List<String> lines = Files.readAllLines(files.get(0));
        assertThat(lines).hasSize(501);
        assertThat(lines.stream().filter(line -> line.contains(",P,"))).hasSize(10);
        assertThat(lines.stream().filter(line -> line.contains(",A,"))).hasSize(30);
    }

    @Test
    void shouldTellRowsThatAreLostDoubledOrAltered() {
        final RowSum sum = sum("1|2", "3|4");

        assertThat(sum("3|4", "1|2").checksum()).isEqualTo(sum.checksum());
        assertThat(sum("1|2").checksum()).isNotEqualTo(sum.checksum());
        assertThat(sum("1|2", "3|4", "3|4").checksum()).isNotEqualTo(sum.checksum());
        assertThat(sum("1|4", "3|2").checksum()).isNotEqualTo(sum.checksum());
        assertThat(sum("1|23|4", "").checksum()).isNotEqualTo(sum.checksum());
    }

    private static RowSum sum(final String... rows) {
        final RowSum sum = new RowSum();
        for (final String row : rows) {
            sum.add(row);
        }
        return sum;
    }
}
