package io.millrace.examples.visits;

import io.millrace.log.*;
import io.millrace.operators.codec.Codec;
import io.millrace.streams.*;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Parts the hits on a web site into visits, and finds the slowest pages of each. */
final class Visits {
    record Hit(String user, String page, long loadMs) {}

    static final Codec<Hit> HIT = Codecs.records(Hit.class);

    static Topology topology() {
        final Topology topology = Topology.named("visits");
        final KeyedStream<String, Hit> hits = topology.stream("hits", HIT)
                .outOfOrderness(Duration.ofMinutes(1))
                .keyBy("by-user", Codecs.string(), Hit::user);
        // A visit ends when its user is silent for ten minutes.
        hits.window("visits", Windows.session(Duration.ofMinutes(10)))
                .topN(2, Hit::loadMs, HIT)
                .map(
                        visit -> visit.key() + " from minute " + minute(visit.startNs()) + ": " + pages(visit.value()),
                        Codecs.string())
                .to("slow-pages");
        // What is the same within ten seconds is an impatient click.
        hits.values()
                .keyBy("by-user-and-page", Codecs.string(), hit -> hit.user() + " " + hit.page())
                .dedupe("clicks", Duration.ofSeconds(10))
                .repeats()
                .values()
                .map(hit -> hit.user() + " clicked twice on " + hit.page(), Codecs.string())
                .to("impatience");
        return topology;
    }

    private static String pages(final List<Hit> hits) {
        return String.join(
                ", ",
                hits.stream()
                        .map(hit -> hit.page() + " " + hit.loadMs() + " ms")
                        .toList());
    }

    private static long minute(final long ns) {
        return TimeUnit.NANOSECONDS.toMinutes(ns);
    }

    public static void main(final String[] args) throws Exception {
        final LogContext log = new LogContext().directory(Files.createTempDirectory("visits"));
        try (LogStore store = LogStore.launch(log.segmentLength(1 << 20))) {
            final TopicAppender<Hit> hits = TopicAppender.open(store, "hits", HIT);
            append(hits, 0, "ann", "/home", 35);
            append(hits, 60, "ann", "/search", 410);
            append(hits, 90, "bob", "/home", 20);
            append(hits, 65, "ann", "/search", 390); // out of order, and five seconds after the other one
            append(hits, 500, "ann", "/cart", 120);
            append(hits, 1800, "ann", "/home", 30); // a new visit
            hits.end();

            try (Job job = Job.start(store, topology())) {
                job.awaitCompletion(Duration.ofSeconds(30));
            }
            for (final String topic : List.of("slow-pages", "impatience")) {
                try (TopicReader<String> results = TopicReader.open(store, topic, Codecs.string())) {
                    results.readAll(result -> System.out.println(result.value()));
                }
            }
        }
    }

    private static void append(
            final TopicAppender<Hit> hits, final long second, final String user, final String page, final long loadMs) {
        hits.append(TimeUnit.SECONDS.toNanos(second), new Hit(user, page, loadMs));
    }
}
