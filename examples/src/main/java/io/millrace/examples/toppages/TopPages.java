package io.millrace.examples.toppages;

import io.millrace.examples.data.Hit;
import io.millrace.examples.run.Example;
import io.millrace.examples.run.ExampleRun;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Ranks the pages of each half minute of an access log. Its lines are out of order by up to a minute. A result waits for 25
 * seconds of event time, and what comes later than that is not lost but goes to a topic of its own.
 */
public final class TopPages implements Example {
    record PageHits(String page, long startNs, long hits) {}

    record Ranking(long startNs, List<PageHits> pages) {}

    static final Codec<PageHits> PAGE = Codecs.records(PageHits.class);
    static final Codec<Ranking> RANKING = Codecs.records(Ranking.class);
    static final Duration HALF_MINUTE = Duration.ofSeconds(30);
    static final Duration GRACE = Duration.ofSeconds(25);
    static final int SHOWN = 8;

    /** Creates the example. */
    public TopPages() {}

    static Topology topology() {
        final Topology topology = Topology.named("top-pages");
        topology.stream("hits", Hit.CODEC)
                .filter(hit -> hit.status() == 200)
                .keyBy("by-page", Codecs.string(), Hit::path)
                .window("hits-per-page", Windows.tumbling(HALF_MINUTE).grace(GRACE))
                .late(late -> late.to("late-hits"))
                .count()
                .map(page -> new PageHits(page.key(), page.startNs(), page.value()), PAGE)
                .keyByLong("by-window", PageHits::startNs)
                .window("ranking", Windows.tumbling(HALF_MINUTE)) // waits for the windows before
                .topN(3, PageHits::hits, PAGE)
                .map(ranking -> new Ranking(ranking.key(), ranking.value()), RANKING)
                .to("rankings");
        return topology;
    }

    @Override
    public void run(final ExampleRun run) throws Exception {
        Hit.append(run.files("access.log.gz"), run.source("hits", Hit.CODEC));
        final long lines = run.finish(topology()).recordsIn();

        final List<Ranking> rankings = run.results("rankings", RANKING);
        final Map<Long, Long> late = run.results("late-hits", Hit.CODEC).stream()
                .collect(Collectors.groupingBy(
                        hit -> hit.timeNs() - hit.timeNs() % HALF_MINUTE.toNanos(), Collectors.counting()));
        for (final Ranking ranking : rankings.subList(0, Math.min(SHOWN, rankings.size()))) {
            run.print(
                    "%s  %s; %d late",
                    Instant.ofEpochSecond(0, ranking.startNs()),
                    text(ranking),
                    late.getOrDefault(ranking.startNs(), 0L));
        }
        if (rankings.size() > SHOWN) {
            run.print("... and %d more", rankings.size() - SHOWN);
        }
        run.print(
                "%d lines, %d half minutes ranked, %d hits came too late for theirs",
                lines,
                rankings.size(),
                late.values().stream().mapToLong(Long::longValue).sum());
    }

    private static String text(final Ranking ranking) {
        return ranking.pages().stream()
                .map(page -> page.page() + " " + page.hits())
                .collect(Collectors.joining(", "));
    }
}
