package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.Codecs;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import io.millrace.streams.Windows;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/guide/concepts.md. */
class ConceptsPageTest {
    @TempDir
    Path directory;

    private static Topology topology() {
        Topology topology = Topology.named("page-hits");
        topology.stream("hits", Codecs.string()) // "ann /home"
                .filter(hit -> !hit.endsWith("/health"))
                .keyBy("by-user", Codecs.string(), hit -> hit.split(" ")[0])
                .window("per-minute", Windows.tumbling(Duration.ofMinutes(1)))
                .count()
                .map(hits -> hits.key() + " " + hits.value(), Codecs.string())
                .to("hits-per-minute");
        return topology;
    }

    @Test
    void shouldPlanAndRunWhatItShows() throws Exception {
        final GuidePage page = GuidePage.of("concepts.md");
        page.assertIsCompiledIn(ConceptsPageTest.class);

        assertThat(topology().plan(topic -> 2).describe().lines().toList()).containsExactlyElementsOf(page.results(0));
        try (GuideStore store = new GuideStore(directory).givenTopic("hits", 2)) {
            final TopicAppender<String> hits = store.appender("hits", Codecs.string());
            hits.append(0, "ann /home");
            hits.append(1, "bob /health");
            hits.append(2, "ann /cart");
            hits.end();

            store.run(topology());

            assertThat(store.values("hits-per-minute")).containsExactly("ann 2");
        }
    }
}
