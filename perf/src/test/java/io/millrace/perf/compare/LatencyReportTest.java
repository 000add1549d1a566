package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.latency.LatencyCase;
import io.millrace.perf.compare.latency.LatencyOutcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import tools.jackson.jr.ob.JSON;

final class LatencyReportTest {
    private static final LatencyCase CASE = new LatencyCase(100_000, false);

    private final LatencyFigures figures = new LatencyFigures();
    private final LatencyReport report = new LatencyReport(
            new LatencyCampaign(EnumSet.allOf(StreamKind.class), StreamScale.QUICK, 3, Path.of("jdk")), figures);

    @Test
    void shouldShowMediansOfTheRunsBesideTheIdleMachine() {
        givenRun(LatencyKind.MILLRACE_SPINNING, true, 1_000, 50_000);
        givenRun(LatencyKind.MILLRACE_SPINNING, true, 2_000, 50_000);
        givenRun(LatencyKind.MILLRACE_SPINNING, true, 7_000, 50_000);

        assertThat(printed().lines().filter(line -> line.contains("Millrace, spinning")))
                .singleElement()
                .asString()
                .contains(" 2.00 ", "| ", " 50.0 ");
        assertThat(report.targets().stream().map(Target::line))
                .anyMatch(line -> line.startsWith("met") && line.contains("s6 spinning p50 in µs, 100,000/s: 2.0"));
        assertThat(report.verifiedCount()).isEqualTo(3_000);
    }

    @Test
    void shouldGiveNoFigureOfWhoDoesNotHoldARate() throws IOException {
        givenRun(LatencyKind.JET, false, 1_000, 50_000);

        assertThat(printed()).contains("Hazelcast Jet, in memory         does not hold this rate: 0 % of the results");
        final String json = json();
        assertThat(json).contains("\"held\":false", "does not hold this rate").doesNotContain("\"latency\":{\"p50\"");
    }

    @Test
    void shouldPutPercentilesAndCurvesIntoJson() throws IOException {
        givenRun(LatencyKind.FLINK, true, 3_000, 70_000);

        assertThat(json())
                .contains("\"rate\":100000", "\"p99.9\":{", "\"max\":{", "\"curve\":[[1.0,", "\"idleCurve\":[[1.0,");
    }

    @Test
    void shouldMeasureKafkaStreamsAtTheLowestRateAloneAndTheLoopWithoutCheckpoints() {
        assertThat(LatencyKind.KAFKA_STREAMS.cases(StreamScale.QUICK))
                .extracting(LatencyCase::id)
                .containsExactly("20000", "20000c");
        assertThat(LatencyKind.LOOP.cases(StreamScale.FULL))
                .extracting(LatencyCase::id)
                .containsExactly("20000", "100000", "500000");
        assertThat(new LatencyCampaign(Set.of(StreamKind.MILLRACE), StreamScale.QUICK, 2, Path.of("jdk")).stepCount())
                .isEqualTo(4);
    }

    private void givenRun(final LatencyKind kind, final boolean isComplete, final long latencyNs, final long hiccupNs) {
        final LatencyOutcome outcome =
                new LatencyOutcome(CASE, isComplete, 1_000, 1, 0, 1, 9, histogram(latencyNs), histogram(latencyNs));
        figures.add(kind, outcome, histogram(hiccupNs));
    }

    private static Histogram histogram(final long ns) {
        final Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
        histogram.recordValueWithCount(ns, 500);
        return histogram;
    }

    private String printed() {
        final StringWriter writer = new StringWriter();
        final PrintWriter out = new PrintWriter(writer);
        report.print(out);
        out.flush();
        return writer.toString();
    }

    private String json() throws IOException {
        final Map<String, Object> map = new LinkedHashMap<>();
        report.putInto(map);
        return JSON.std.asString(map);
    }
}
