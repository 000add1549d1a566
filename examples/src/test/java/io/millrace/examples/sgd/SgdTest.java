package io.millrace.examples.sgd;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SgdTest {
    @Test
    void shouldBeatTheNaiveForecastAsAPlainLoopDoes() throws IOException {
        final double[] values = Ran.lines("data/machine_temperature.csv.gz").stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.substring(20)))
                .toArray();
        final double[] weights = new double[3];
        double error = 0;
        double naive = 0;
        for (int i = 4; i < values.length; i++) {
            final double[] inputs = {
                values[i - 1] - values[i - 2], values[i - 2] - values[i - 3], values[i - 3] - values[i - 4]
            };
            final double change = values[i] - values[i - 1];
            double forecast = 0;
            double size = 1;
            for (int j = 0; j < 3; j++) {
                forecast += weights[j] * inputs[j];
                size += inputs[j] * inputs[j];
            }
            for (int j = 0; j < 3; j++) {
                weights[j] += 0.1 * (change - forecast) * inputs[j] / size;
            }
            error += (change - forecast) * (change - forecast);
            naive += change * change;
        }
        final int count = values.length - 4;

        final List<String> printed = Ran.example("sgd");

        assertThat(printed)
                .last()
                .isEqualTo(String.format(
                        "%d forecasts, root mean square error %.4f, that of the naive forecast %.4f",
                        count, Math.sqrt(error / count), Math.sqrt(naive / count)));
        assertThat(error).isLessThan(naive);
        assertThat(count).isEqualTo(22_691);
    }

    @Test
    void shouldLearnTheWeightsOfASeriesThatHasSome(@TempDir final Path directory) throws IOException {
        final Path series = directory.resolve("swing.csv");
        final StringBuilder lines = new StringBuilder();
        LocalDateTime time = LocalDateTime.parse("2020-01-02T00:00:01");
        for (int i = 0; i < 3000; i++) {
            // A swing of period eight: each change is the square root of two times the last, less the one before.
            lines.append(time.toString().replace('T', ' '))
                    .append(',')
                    .append(10 * Math.sin(i * Math.PI / 4))
                    .append('\n');
            time = time.plusMinutes(5);
        }
        Files.writeString(series, lines);

        final List<String> printed = Ran.again("sgd", "--data", series.toString());

        assertThat(printed).last().asString().matches("2996 forecasts, root mean square error 0\\..*");
        final double error = Double.parseDouble(printed.get(0).replaceAll(".*error ([0-9.]+),.*", "$1"));
        final double naive = Double.parseDouble(printed.get(0).replaceAll(".*naive ([0-9.]+);.*", "$1"));
        assertThat(error).isLessThan(naive / 5);
    }
}
