package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.perf.compare.stream.StreamOutcome;
import io.millrace.perf.compare.stream.StreamWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamFiguresTest {
    private static final StreamWorkload S2 = StreamWorkload.TUMBLING;

    private final StreamFigures figures = new StreamFigures();

    @Test
    void shouldTakeTheMedianOfTheRunsAndItsRatios() {
        givenRuns(StreamKind.LOOP, 10, 12, 11);
        givenRuns(StreamKind.MILLRACE, 22, 33, 11);
        givenRuns(StreamKind.JET, 200, 220, 210);
        givenRuns(StreamKind.FLINK, 110);

        assertThat(figures.nsPerTrade(StreamKind.LOOP, S2).median()).isEqualTo(11);
        assertThat(figures.nsPerTrade(StreamKind.MILLRACE, S2).max()).isEqualTo(33);
        assertThat(figures.ofLimit(StreamKind.MILLRACE, S2)).isEqualTo(2);
        assertThat(figures.ofBestPeer(StreamKind.MILLRACE, S2)).isCloseTo(0.2, within(1e-9));
        assertThat(figures.ofBestPeer(StreamKind.FLINK, S2)).isEqualTo(1);
        assertThat(figures.verifiedCount()).isEqualTo(70);
    }

    @Test
    void shouldCompareCheckpointsWithTheSameWorkWithoutThem() {
        givenRuns(StreamKind.MILLRACE, 22, 20, 21);
        figures.add(
                StreamKind.MILLRACE,
                StreamWorkload.CHECKPOINTED,
                new StreamOutcome.Report(new StreamOutcome(1_000, 42_000, 0, 7, 1, 3), "1"));

        assertThat(figures.ofPlain(StreamKind.MILLRACE, StreamWorkload.CHECKPOINTED))
                .isEqualTo(2);
        assertThat(figures.checkpoints(StreamKind.MILLRACE, StreamWorkload.CHECKPOINTED))
                .isEqualTo(3);
        assertThat(figures.ofPlain(StreamKind.MILLRACE, S2)).isNaN();
        assertThat(figures.ofPlain(StreamKind.JET, StreamWorkload.CHECKPOINTED)).isNaN();
    }

    @Test
    void shouldHaveNoRatioWhereOneOfTheTwoIsMissing() {
        givenRuns(StreamKind.MILLRACE, 22);

        assertThat(figures.ofLimit(StreamKind.MILLRACE, S2)).isNaN();
        assertThat(figures.ofBestPeer(StreamKind.MILLRACE, S2)).isNaN();
        assertThat(figures.nsPerTrade(StreamKind.JET, S2)).isNull();
    }

    @Test
    void shouldReportWhoFailedAndNotAskAgain(@TempDir final Path directory) throws Exception {
        final Path jdk = directory.resolve("jdk");
        final Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(
                java, "#!/bin/sh\necho called >> " + directory.resolve("calls") + "\necho SomeError: no\nexit 1\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        final StreamProcess process = new StreamProcess(StreamKind.LOOP, S2, StreamScale.TINY, jdk);
        String reason = "";

        try {
            process.run(directory);
        } catch (final PerfException ex) {
            reason = ex.getMessage();
        }
        figures.addFailure(StreamKind.LOOP, S2, reason);

        assertThat(figures.failures()).containsExactly("loop s2 failed: SomeError: no");
        assertThat(figures.hasFailed(StreamKind.LOOP, S2)).isTrue();
        assertThat(figures.hasFailed(StreamKind.JET, S2)).isFalse();
        assertThat(Files.readAllLines(directory.resolve("calls"))).hasSize(1);
    }

    @Test
    void shouldKeepWhatStandsInTheReportInsideItsScript() throws IOException {
        figures.addFailure(StreamKind.JET, S2, "jet s2 failed: </script><b>");
        final StreamCampaign campaign =
                new StreamCampaign(List.of(S2), Set.of(StreamKind.JET), StreamScale.TINY, 1, Path.of("jdk"));

        final String page = HtmlReport.of(new StreamReport(campaign, figures, Map.of(), "today", 1).toMap());

        assertThat(page).contains("jet s2 failed: \\u003c/script>").doesNotContain("failed: </script>");
        assertThat(page).doesNotContain("src=\"http", "href=\"http");
    }

    private void givenRuns(final StreamKind kind, final int... nsPerTrade) {
        for (final int ns : nsPerTrade) {
            final StreamOutcome outcome = new StreamOutcome(1_000, ns * 1_000L, ns * 2_000L, 7, 1);
            figures.add(kind, S2, new StreamOutcome.Report(outcome, "1"));
        }
    }
}
