package io.millrace.examples.guide;

import static io.millrace.examples.guide.GuideStore.MINUTE_NS;
import static io.millrace.examples.guide.GuideStore.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.window.CalendarUnit;
import io.millrace.streams.Codecs;
import io.millrace.streams.Emit;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/guide/windows.md. */
class WindowsPageTest {
    @TempDir
    Path directory;

    private static Map<String, Windows> kinds() {
        final Map<String, Windows> kinds = new LinkedHashMap<>();
        Windows tumbling = Windows.tumbling(Duration.ofSeconds(10));
        Windows hopping = Windows.hopping(Duration.ofSeconds(10), Duration.ofSeconds(5));
        Windows sliding = Windows.sliding(Duration.ofSeconds(10));
        Windows session = Windows.session(Duration.ofSeconds(10));
        Windows count = Windows.count(2);
        Windows calendar = Windows.calendar(CalendarUnit.DAYS, ZoneId.of("Europe/Berlin"));
        kinds.put("tumbling", tumbling);
        kinds.put("hopping", hopping);
        kinds.put("sliding", sliding);
        kinds.put("session", session);
        kinds.put("count", count);
        kinds.put("calendar", calendar);
        return kinds;
    }

    @Test
    void shouldPartTheSameValuesInEachWayThatItShows() throws Exception {
        final GuidePage page = GuidePage.of("windows.md");
        page.assertIsCompiledIn(WindowsPageTest.class);
        final Topology topology = Topology.named("kinds");
        final KeyedStream<String, Long> hits =
                topology.stream("hits", Codecs.int64()).keyBy("by-user", Codecs.string(), hit -> "ann");
        kinds().forEach((kind, windows) -> hits.window(kind, windows)
                .count()
                .map(w -> seconds(w.startNs()) + ".." + seconds(w.endNs()) + ": " + w.value(), Codecs.string())
                .to("by." + kind));
        try (GuideStore store = new GuideStore(directory)) {
            final TopicAppender<Long> hits0 = store.appender("hits", Codecs.int64());
            for (final long second : new long[] {1, 4, 12, 13, 31}) {
                hits0.append(second * SECOND_NS, second);
            }
            hits0.end();

            store.run(topology);

            final List<String> lines = new ArrayList<>();
            for (final String kind : kinds().keySet()) {
                lines.add(String.format("%-9s %s", kind, String.join(", ", store.values("by." + kind))));
            }
            assertThat(lines).containsExactlyElementsOf(page.results(0));
        }
    }

    private static String seconds(final long ns) {
        final long rest = Math.floorMod(ns, SECOND_NS);
        return Math.floorDiv(ns, SECOND_NS) + (rest == 0 ? "" : "+" + rest + "ns");
    }

    private static void visits(final KeyedStream<String, String> hits) {
        hits.window("visits", Windows.session(Duration.ofMinutes(10)).grace(Duration.ofMinutes(1)))
                .late(late -> late.to("hits.late"))
                .emit(Emit.onUpdate())
                .aggregate(Aggregation.<String, String>values(
                                Codecs.string(), () -> "", (pages, hit) -> pages + " " + hit.split(" ")[1])
                        .combine((first, second) -> first + second))
                .map(
                        visit -> visit.key() + visit.value() + (visit.isFinal() ? ", and that was it" : ""),
                        Codecs.string())
                .to("visits");
    }

    @Test
    void shouldGiveResultsBeforeAWindowClosesAndAtItsEnd() throws Exception {
        final Topology topology = Topology.named("visits");
        visits(topology.stream("hits", Codecs.string()).keyBy("by-user", Codecs.string(), hit -> hit.split(" ")[0]));
        try (GuideStore store = new GuideStore(directory)) {
            final TopicAppender<String> hits = store.appender("hits", Codecs.string());
            hits.append(0, "ann /home");
            hits.append(2 * MINUTE_NS, "ann /search");
            hits.append(13 * MINUTE_NS, "bob /home"); // closes the visit of ann: 2 min, 10 of silence, 1 of grace
            hits.append(2 * MINUTE_NS - 1, "ann /cart");
            hits.end();

            store.run(topology);

            assertThat(store.values("visits"))
                    .containsExactlyElementsOf(GuidePage.of("windows.md").results(1));
            assertThat(store.values("hits.late")).containsExactly("ann /cart");
        }
    }
}
