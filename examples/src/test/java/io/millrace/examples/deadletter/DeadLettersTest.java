package io.millrace.examples.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.AccessLine;
import io.millrace.examples.Ran;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {
    @Test
    void shouldCountEveryLineOnceByOneOfTheVersions() throws IOException {
        final Map<String, long[]> sums = new TreeMap<>(); // by version and status: lines, bytes
        int dead = 0;
        for (final AccessLine line : AccessLine.all()) {
            final boolean isDead = "-".equals(line.bytes());
            dead += isDead ? 1 : 0;
            final long[] sum = sums.computeIfAbsent(
                    "traffic-" + (isDead ? "v2" : "v1") + "  status " + line.status(), any -> new long[2]);
            sum[0]++;
            sum[1] += isDead ? 0 : Long.parseLong(line.bytes());
        }
        final List<String> expected = new ArrayList<>();
        sums.forEach((name, sum) -> expected.add(String.format("%s  %5d lines  %,14d bytes", name, sum[0], sum[1])));

        final List<String> printed = Ran.example("dead-letter");

        assertThat(printed).filteredOn(line -> line.startsWith("traffic-")).isEqualTo(expected);
        assertThat(printed)
                .last()
                .isEqualTo("5000 lines: " + (5000 - dead) + " counted by the first version, " + dead
                        + " dead letters sent back, " + dead + " counted by the second version");
        assertThat(dead).isEqualTo(432);
        assertThat(printed).anyMatch(line -> line.contains("NumberFormatException: For input string: \"-\""));
    }

    @Test
    void shouldSumTheSameInFourPartitions() {
        assertThat(Ran.example("dead-letter", "--partitions", "4"))
                .filteredOn(line -> !line.startsWith("dead letter of position"))
                .isEqualTo(Ran.example("dead-letter").stream()
                        .filter(line -> !line.startsWith("dead letter of position"))
                        .toList());
    }
}
