package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.guard.GuardHistory;
import io.millrace.perf.compare.guard.GuardRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.jr.ob.JSON;

/** Mostly with ratios that the test makes up; once in processes, with next to nothing to measure. */
@Timeout(120)
final class PerfGuardCommandTest {
    @TempDir
    private Path directory;

    private final Map<GuardFigure, List<Double>> ratios = new EnumMap<>(GuardFigure.class);
    private final CommandRun command = new CommandRun();
    private Path history;
    private int measurements;

    @BeforeEach
    void setUp() {
        history = directory.resolve("history.jsonl");
        for (final GuardFigure figure : GuardFigure.values()) {
            givenRatio(figure, 0.50);
        }
    }

    @Test
    void shouldRecordALineAndFindNothingDroppedAgainstIt() throws IOException {
        assertThat(run("--record")).isZero();
        assertThat(command.out()).contains("not recorded yet", "recorded in " + history);

        assertThat(run()).isZero();

        assertThat(command.err()).isEmpty();
        assertThat(command.out()).contains("as before", "compared with").doesNotContain("DROPPED");
        assertThat(Files.readAllLines(history)).hasSize(1);
        final GuardRecord record = GuardHistory.read(history).records().get(0);
        assertThat(record.figures()).containsOnlyKeys("append", "read", "s1", "s2", "s3", "s4");
        assertThat(record.facts())
                .containsKeys(GuardRecord.DATE, GuardRecord.COMMIT, GuardRecord.PROCESSOR, GuardRecord.JAVA, "version");
    }

    @Test
    void shouldFailWithTheFigureThatDroppedFromWhatToWhat() throws IOException {
        run("--record");
        givenRatio(GuardFigure.TUMBLING, 0.40);
        givenRatio(GuardFigure.JOIN, 0.80);
        final Path json = directory.resolve("figures.json");

        final int status = run("--json", json.toString());

        assertThat(status).isEqualTo(1);
        assertThat(command.err().lines())
                .containsExactly(
                        "millrace perf guard: dropped: s2 from 0.500 to 0.400 of the limit (-20.0 %, noise 10.0 %)");
        assertThat(command.out().lines())
                .anyMatch(
                        line -> line.strip().startsWith("s2 ") && line.contains("-20.0 %") && line.endsWith("DROPPED"))
                .anyMatch(
                        line -> line.strip().startsWith("s4 ") && line.contains("+60.0 %") && line.endsWith("better"));
        final Map<String, Object> map = JSON.std.mapFrom(Files.readString(json));
        assertThat(map).containsEntry("dropped", true).containsKeys("figures", "date", "commit", "processor");
    }

    @Test
    void shouldRecordWhatDroppedToo() throws IOException {
        run("--record");
        givenRatio(GuardFigure.TUMBLING, 0.40);

        final int status = run("--record");

        assertThat(status).isEqualTo(1);
        assertThat(Files.readAllLines(history)).hasSize(2);
    }

    @Test
    void shouldTakeForNoiseWhatThePairsScatterBy() {
        run("--record");
        ratios.put(GuardFigure.TUMBLING, List.of(0.40, 0.30, 0.50, 0.35, 0.45));

        assertThat(run()).isZero();

        assertThat(command.out()).contains("much noise in s2:", "0.300 - 0.500");
    }

    @Test
    void shouldCompareEachFigureWithTheLastLineThatHasIt() {
        run("--record", "--only", "s1,s2");
        givenRatio(GuardFigure.FILTER_MAP, 0.60);
        run("--record", "--only", "s1");

        givenRatio(GuardFigure.FILTER_MAP, 0.50);
        final int status = run("--only", "s1,s2,s3");

        assertThat(status).isEqualTo(1);
        assertThat(command.err()).contains("s1 from 0.600 to 0.500").doesNotContain("s2", "s3");
        assertThat(command.out()).contains("not recorded yet");
    }

    @Test
    void shouldSayWhatToDoWhereNothingIsRecordedBeforeItMeasures() {
        final int status = run();

        assertThat(status).isEqualTo(2);
        assertThat(measurements).isZero();
        assertThat(command.err().lines())
                .hasSize(1)
                .allMatch(line -> line.contains("nothing is recorded in " + history) && line.contains("--record"));
    }

    @Test
    void shouldNameALineThatIsNoRecordBeforeItMeasures() throws IOException {
        Files.writeString(history, "{\"format\":1,\"figures\":{}}\nnonsense\n");

        final int status = run("--record");

        assertThat(status).isEqualTo(2);
        assertThat(measurements).isZero();
        assertThat(command.err().lines()).hasSize(1).allMatch(line -> line.contains("history.jsonl line 2 is not"));
    }

    @Test
    void shouldSayThatAnotherMachineWasMeasuredThen() throws IOException {
        Files.writeString(
                history,
                "{\"format\":1,\"processor\":\"Abacus\",\"figures\":{\"s1\":{\"ratio\":0.5,\"noise\":0.01,\"pairs\":[]}}}\n");

        assertThat(run("--only", "s1")).isZero();

        assertThat(command.out()).contains("another processor then: Abacus; now: ");
    }

    @ParameterizedTest
    @CsvSource({
        "--only=s9, unknown figure 's9' in --only",
        "--pairs=4, --pairs must be from 5 to 100: 4",
        "--dir=/nowhere, --dir must be a directory that can be written to: /nowhere",
        "--json=/nowhere/f.json, --json must name a file that can be written",
        "--fast, Unknown option"
    })
    void shouldSayInOneLineWhatIsWrongWithAnOption(final String option, final String message) {
        final int status = run("--record", option);

        assertThat(status).isEqualTo(2);
        assertThat(measurements).isZero();
        assertThat(command.err().lines()).hasSize(1).allMatch(line -> line.contains(message));
    }

    @Test
    void shouldMeasureInProcessesOfTheirOwn() throws IOException {
        final int status = run(new GuardCampaign(GuardScale.TINY), "--record", "--only", "append,s1");

        assertThat(command.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(GuardHistory.read(history).records().get(0).figures()).containsOnlyKeys("append", "s1");
        assertThat(CommandRun.filesIn(directory)).containsExactly(history);
    }

    private void givenRatio(final GuardFigure figure, final double ratio) {
        ratios.put(figure, List.of(ratio * 0.99, ratio, ratio * 1.01, ratio * 0.98, ratio * 1.02));
    }

    private int run(final String... options) {
        return run(
                (figures, pairs, parent, progress) -> {
                    measurements++;
                    return ratios;
                },
                options);
    }

    private int run(final GuardMeasure measure, final String... options) {
        return command.run(
                new PerfGuardCommand(measure, 1),
                directory,
                Stream.concat(Stream.of("--history", history.toString()), Stream.of(options))
                        .toArray(String[]::new));
    }
}
