package io.millrace.examples.temperature;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineTemperatureTest {
    private static final String[][] WINDOWS = {
        {"2013-12-10T06:25", "2013-12-12T05:35"},
        {"2013-12-15T17:50", "2013-12-17T17:00"},
        {"2014-01-27T14:20", "2014-01-29T13:30"},
        {"2014-02-07T14:55", "2014-02-09T14:05"}
    };

    @Test
    void shouldJudgeItsAlertsByTheLabels() throws IOException {
        final List<LocalDateTime> alerts = alerts();
        final List<LocalDateTime> others = new ArrayList<>(alerts);
        int found = 0;
        final List<String> printed = Ran.example("machine-temperature");
        for (int i = 0; i < WINDOWS.length; i++) {
            final LocalDateTime start = LocalDateTime.parse(WINDOWS[i][0]);
            final LocalDateTime end = LocalDateTime.parse(WINDOWS[i][1]);
            final List<LocalDateTime> inside = alerts.stream()
                    .filter(alert -> !alert.isBefore(start) && !alert.isAfter(end))
                    .toList();
            others.removeAll(inside);
            found += inside.isEmpty() ? 0 : 1;
            assertThat(printed.get(i)).startsWith(start.toInstant(ZoneOffset.UTC) + " to ");
            assertThat(printed.get(i))
                    .contains(
                            inside.isEmpty()
                                    ? "  missed"
                                    : "  alert at " + inside.get(0).toInstant(ZoneOffset.UTC));
        }

        assertThat(printed).filteredOn(line -> line.startsWith("outside")).hasSize(others.size());
        assertThat(printed)
                .last()
                .isEqualTo("22695 readings, " + alerts.size() + " alerts: " + found + " of 4 labelled windows found, "
                        + (4 - found) + " missed, " + others.size() + " false alarms");
        assertThat(printed).last().asString().contains("7 alerts: 4 of 4", "0 missed, 3 false alarms");
    }

    /** The detector written down once more: an array of readings, and no state but local variables. */
    private static List<LocalDateTime> alerts() throws IOException {
        final List<LocalDateTime> alerts = new ArrayList<>();
        double level = 0;
        double mean = 0;
        double variance = 25;
        LocalDateTime quietUntil = LocalDateTime.MIN;
        int count = 0;
        for (final String line : Ran.lines("data/machine_temperature.csv.gz")) {
            if (line.startsWith("timestamp")) {
                continue;
            }
            final LocalDateTime time = LocalDateTime.parse(line.substring(0, 19).replace(' ', 'T'));
            final double value = Double.parseDouble(line.substring(20));
            if (count++ == 0) {
                level = value;
                mean = value;
                continue;
            }
            level += (value - level) / 12;
            final double deviation = Math.max(1, Math.sqrt(variance));
            if (count > 288 && Math.abs(level - mean) > 3 * deviation) {
                if (time.isAfter(quietUntil)) {
                    alerts.add(time);
                }
                quietUntil = time.plusDays(1);
            }
            final double step = Math.min(3 * deviation, Math.max(-3 * deviation, value - mean));
            mean += step / 4032;
            variance += (step * step - variance) / 4032;
        }
        return alerts;
    }

    @Test
    void shouldMissWhatDoesNotShowAndRaiseNoAlertWithoutACause(@TempDir final Path directory) throws IOException {
        final Path series = Files.createDirectories(directory.resolve("own")).resolve("flat.csv");
        final StringBuilder lines = new StringBuilder("timestamp,value\n");
        LocalDateTime time = LocalDateTime.parse("2020-01-01T00:00:00");
        for (int i = 0; i < 2000; i++) {
            lines.append(time.toLocalDate())
                    .append(' ')
                    .append(time.toLocalTime())
                    .append(":00");
            lines.append(',').append(80 + i % 3).append('\n');
            time = time.plusMinutes(5);
        }
        Files.writeString(series, lines);
        Files.createDirectories(directory.resolve("labels"));
        Files.writeString(
                directory.resolve("labels/combined_windows.json"),
                "{\"own/flat.csv\": [[\"2020-01-03 00:00:00.000000\", \"2020-01-04 00:00:00.000000\"]]}");

        assertThat(Ran.again("machine-temperature", "--data", series.toString()))
                .containsExactly(
                        "2020-01-03T00:00:00Z to 2020-01-04T00:00:00Z  missed",
                        "2000 readings, 0 alerts: 0 of 1 labelled windows found, 1 missed, 0 false alarms");
    }
}
