package io.millrace.examples.errorrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.AccessLine;
import io.millrace.examples.Ran;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ErrorRateTest {
    private static final long SIX_HOURS = 6 * 3600;
    private static final long DAY = 86_400;

    @Test
    void shouldAlertOnPathsThatFailOften() throws IOException {
        final Map<String, int[]> rates = new TreeMap<>(); // by time and path: requests, errors
        for (final AccessLine line : AccessLine.all()) {
            final int[] rate = rates.computeIfAbsent(
                    Instant.ofEpochSecond(line.second() / SIX_HOURS * SIX_HOURS) + "  " + line.path(),
                    any -> new int[2]);
            rate[0]++;
            rate[1] += line.status() >= 400 ? 1 : 0;
        }
        final List<String> expected = new ArrayList<>();
        rates.forEach((path, rate) -> {
            if (rate[1] >= 3 && 2 * rate[1] >= rate[0]) {
                expected.add(path + ": " + rate[1] + " of " + rate[0] + " requests of six hours failed");
            }
        });

        assertThat(Ran.example("error-rate"))
                .filteredOn(line -> line.endsWith("requests of six hours failed"))
                .containsExactlyInAnyOrderElementsOf(expected)
                .hasSize(9);
    }

    @Test
    void shouldTellOfFailuresWithoutASuccess() throws IOException {
        final List<AccessLine> lines = AccessLine.all();
        final Map<String, Integer> broken = new TreeMap<>();
        int count = 0;
        for (final AccessLine failure : lines) {
            final boolean recovers = lines.stream()
                    .anyMatch(line -> line.path().equals(failure.path())
                            && line.status() < 400
                            && line.second() >= failure.second()
                            && line.second() <= failure.second() + DAY);
            if (failure.status() >= 400 && !recovers) {
                broken.merge(failure.path(), 1, Integer::sum);
                count++;
            }
        }

        final List<String> printed = Ran.example("error-rate");

        final List<String> paths = new ArrayList<>(broken.keySet());
        paths.sort((a, b) -> broken.get(b) - broken.get(a));
        assertThat(printed)
                .filteredOn(line -> line.endsWith("without a success within a day"))
                .isEqualTo(paths.subList(0, 8).stream()
                        .map(path -> String.format(
                                "%3d failures of %s without a success within a day", broken.get(path), path))
                        .toList());
        assertThat(printed)
                .contains("... and " + (paths.size() - 8) + " more paths")
                .last()
                .isEqualTo(
                        "5000 lines, 9 alerts of the error rate, " + count + " failures without a success behind them");
    }

    @Test
    void shouldFindTheSameFailuresInFourPartitions() {
        assertThat(Ran.example("error-rate", "--partitions", "4"))
                .containsExactlyInAnyOrderElementsOf(Ran.example("error-rate"));
    }
}
