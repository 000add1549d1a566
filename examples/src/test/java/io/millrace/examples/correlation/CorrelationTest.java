package io.millrace.examples.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Ran;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CorrelationTest {
    @Test
    void shouldEqualTheTextbookFormula() throws IOException {
        final Map<Long, Map<String, double[]>> closes = new TreeMap<>(); // second, symbol: time, price
        for (final String line : Ran.lines("/io/millrace/node/demo/binance-spot-20240808.csv.gz")) {
            final String[] fields = line.split(",");
            if (!"symbol".equals(fields[1])) {
                final double time = Double.parseDouble(fields[0]);
                closes.computeIfAbsent((long) time / 1000, any -> new TreeMap<>())
                        .merge(
                                fields[1],
                                new double[] {time, Double.parseDouble(fields[2])},
                                (before, now) -> now[0] >= before[0] ? now : before);
            }
        }
        closes.values().removeIf(second -> second.size() < 2);
        final Map<Long, List<double[]>> minutes = new TreeMap<>();
        Map<String, double[]> before = null;
        for (final Map.Entry<Long, Map<String, double[]>> second : closes.entrySet()) {
            final Map<String, double[]> now = second.getValue();
            if (before != null) {
                minutes.computeIfAbsent(second.getKey() / 60 * 60, any -> new ArrayList<>())
                        .add(new double[] {
                            Math.log(now.get("BTCUSDT")[1] / before.get("BTCUSDT")[1]),
                            Math.log(now.get("ETHUSDT")[1] / before.get("ETHUSDT")[1])
                        });
            }
            before = now;
        }
        minutes.values().removeIf(returns -> returns.size() < 10);
        final List<String> expected = new ArrayList<>();
        double sum = 0;
        int count = 0;
        for (final Map.Entry<Long, List<double[]>> minute : minutes.entrySet()) {
            final double correlation = correlation(minute.getValue());
            expected.add(String.format(
                    "%s  %3d returns, correlation %7.4f",
                    Instant.ofEpochSecond(minute.getKey()), minute.getValue().size(), correlation));
            sum += correlation;
            count += minute.getValue().size();
        }
        expected.add(String.format(
                "BTCUSDT and ETHUSDT: %d returns in %d minutes, correlation %.4f on average",
                count, minutes.size(), sum / minutes.size()));

        assertThat(Ran.example("correlation")).isEqualTo(expected);
        assertThat(Ran.example("correlation", "--partitions", "4")).isEqualTo(expected);
        assertThat(count).isEqualTo(316);
    }

    /** In two passes: the means, then the sums around them. */
    private static double correlation(final List<double[]> returns) {
        final double meanX =
                returns.stream().mapToDouble(pair -> pair[0]).average().orElseThrow();
        final double meanY =
                returns.stream().mapToDouble(pair -> pair[1]).average().orElseThrow();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (final double[] pair : returns) {
            xx += (pair[0] - meanX) * (pair[0] - meanX);
            yy += (pair[1] - meanY) * (pair[1] - meanY);
            xy += (pair[0] - meanX) * (pair[1] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }
}
