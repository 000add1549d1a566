package io.millrace.examples.nexmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds all queries, in one job, against loops over the file. */
final class NexmarkJobTest {
    private static final int SEGMENT_LENGTH = 64 * 1024;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"1, 1, 2500, 60", "2, 4, 2500, 60"})
    void shouldAnswerEachQueryAsItsDefinitionDoes(
            final long seed, final int partitions, final int events, final int meanStepMs) throws Exception {
        final List<String> file = GeneratedEvents.lines(seed, events, meanStepMs, seed % 2 == 0);

        final List<List<String>> answers = answers(file, partitions, new SplittableRandom(seed));

        for (int i = 0; i < Queries.ALL.size(); i++) {
            final String query = Queries.ALL.get(i).name();
            assertThat(answers.get(i))
                    .as("%s of %d generated events, seed %d, %d partitions", query, events, seed, partitions)
                    .isNotEmpty()
                    .isEqualTo(Reference.rows(file, query));
        }
    }

    private List<List<String>> answers(final List<String> file, final int partitions, final SplittableRandom random)
            throws Exception {
        try (NexmarkRun run = new NexmarkRun(directory, SEGMENT_LENGTH, partitions, Duration.ofSeconds(8));
                Progress none = new Progress(false)) {
            run.feed(inPieces(file, random), () -> {});
            run.run(Queries.ALL, none);
            final List<List<String>> answers = new ArrayList<>();
            for (final Query query : Queries.ALL) {
                final StringWriter rows = new StringWriter();
                run.write(Queries.ALL, query, rows);
                answers.add(rows.toString().lines().sorted().toList());
            }
            return answers;
        }
    }

    private static EventFile inPieces(final List<String> lines, final SplittableRandom random) {
        final byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        return new EventFile("generated", () -> new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(final byte[] into, final int offset, final int most) {
                return super.read(into, offset, Math.min(most, 1 + random.nextInt(100)));
            }
        });
    }
}
