package io.millrace.examples.errorrate;

import io.millrace.examples.data.Hit;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Alerts where requests to a path of a web site fail: when half of the requests of six hours do and they are three or more, and
 * when no request for the path succeeds within a day of a failure.
 */
public final class ErrorRate implements Example {
    record Rate(String path, long startNs, long requests, long errors) {
        Rate add(final Hit hit) {
            return new Rate(hit.path(), startNs, requests + 1, errors + (isError(hit) ? 1 : 0));
        }

        Rate at(final long newStartNs) {
            return new Rate(path, newStartNs, requests, errors);
        }

        boolean isAlarming() {
            return errors >= 3 && 2 * errors >= requests;
        }
    }

    static final Codec<Rate> RATE = Codecs.records(Rate.class);
    static final Duration DAY = Duration.ofDays(1);
    static final int SHOWN = 8;

    /** Creates the example. */
    public ErrorRate() {}

    static boolean isError(final Hit hit) {
        return hit.status() >= 400;
    }

    static Topology topology() {
        final Topology topology = Topology.named("error-rate");
        final KeyedStream<String, Hit> hits = topology.stream("hits", Hit.CODEC)
                .outOfOrderness(Duration.ofMinutes(1))
                .keyBy("by-path", Codecs.string(), Hit::path);
        hits.window("quarter-days", Windows.tumbling(Duration.ofHours(6)))
                .aggregate(Aggregation.values(RATE, () -> new Rate("", 0, 0, 0), Rate::add))
                .filter(window -> window.value().isAlarming())
                .map(window -> window.value().at(window.startNs()), RATE)
                .to("alerts");
        hits.filter(ErrorRate::isError)
                .absentWithin("recovery", hits.filter(hit -> !isError(hit)), Within.between(Duration.ZERO, DAY))
                .to("not-recovered");
        return topology;
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        Hit.append(run.files("access.log.gz"), run.source("hits", Hit.CODEC));
        final long lines = run.finish(topology()).recordsIn();

        final List<Rate> alerts = run.results("alerts", RATE);
        for (final Rate alert : alerts) {
            run.print(
                    "%s  %s: %d of %d requests of six hours failed",
                    Instant.ofEpochSecond(0, alert.startNs()), alert.path(), alert.errors(), alert.requests());
        }
        final Map<String, Long> broken = run.results("not-recovered", Hit.CODEC).stream()
                .collect(Collectors.groupingBy(Hit::path, TreeMap::new, Collectors.counting()));
        broken.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN)
                .forEach(path ->
                        run.print("%3d failures of %s without a success within a day", path.getValue(), path.getKey()));
        if (broken.size() > SHOWN) {
            run.print("... and %d more paths", broken.size() - SHOWN);
        }
        run.print(
                "%d lines, %d alerts of the error rate, %d failures without a success behind them",
                lines,
                alerts.size(),
                broken.values().stream().mapToLong(Long::longValue).sum());
    }
}
