package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogStore;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.Codecs;
import io.millrace.streams.DeadLetterTopic;
import io.millrace.streams.JobCounters;
import io.millrace.streams.LetterSelection;
import io.millrace.streams.RedriveResult;
import io.millrace.streams.TopicAppender;
import io.millrace.streams.Topology;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/guide/errors.md. */
class ErrorsPageTest {
    @TempDir
    Path directory;

    private static Topology topology() {
        Topology topology = Topology.named("numbers").onError(ErrorPolicy.deadLetter("numbers.dead"));
        topology.stream("texts", Codecs.string())
                .map(Long::parseLong, Codecs.int64())
                .named("parse")
                .filter(number -> 100 / number > 0)
                .onError(ErrorPolicy.SKIP)
                .to("numbers");
        return topology;
    }

    private static List<String> letters(LogStore store) {
        List<String> lines = new ArrayList<>();
        DeadLetterTopic dead = DeadLetterTopic.open(store, "numbers.dead");
        dead.forEach(
                LetterSelection.ALL,
                (partition, position, letter) -> lines.add(letter.operator() + ": " + letter.reason()));
        return lines;
    }

    private static RedriveResult redrive(LogStore store) {
        return DeadLetterTopic.open(store, "numbers.dead").redrive(LetterSelection.ALL, false);
    }

    @Test
    void shouldSetAsideSkipAndSendBack() throws Exception {
        final GuidePage page = GuidePage.of("errors.md");
        page.assertIsCompiledIn(ErrorsPageTest.class);
        try (GuideStore store = new GuideStore(directory)) {
            final TopicAppender<String> texts = store.appender("texts", Codecs.string());
            for (final String text : List.of("7", "seven", "0", "8")) {
                texts.append(0, text);
            }
            texts.end();

            final JobCounters counters = store.run(topology());

            assertThat(store.values("numbers", Codecs.int64())).containsExactly(7L, 8L);
            assertThat(counters.skippedRecords()).isEqualTo(2);
            assertThat(letters(store.store())).containsExactlyElementsOf(page.results(0));
            assertThat(redrive(store.store()).redriven()).isEqualTo(1);
            assertThat(redrive(store.store()).redriven()).as("a second time").isZero();
            assertThat(store.values("texts")).endsWith("8", "seven");
        }
    }

    private static Topology parsing(final ToLongFunction<String> parse, final ErrorPolicy policy) {
        final Topology topology = Topology.named("numbers");
        topology.stream("texts", Codecs.string())
                .map(parse::applyAsLong, Codecs.int64())
                .named("parse")
                .onError(policy)
                .to("numbers");
        return topology;
    }

    @Test
    void shouldStopUnlessItIsToldAndGoOnOnceItIs() throws Exception {
        final String message = GuidePage.of("errors.md").results(1).get(0);
        try (GuideStore store = new GuideStore(directory)) {
            final TopicAppender<String> texts = store.appender("texts", Codecs.string());
            for (final String text : List.of("seven", "8", "nine", "10")) {
                texts.append(0, text);
            }
            texts.end();

            assertThatThrownBy(() -> store.run(parsing(Long::parseLong, ErrorPolicy.FAIL)))
                    .hasMessageContaining(message);
            assertThatThrownBy(() -> store.run(
                            parsing(text -> text.equals("seven") ? 7 : Long.parseLong(text), ErrorPolicy.FAIL)))
                    .hasMessageContaining("nine");
            store.run(parsing(text -> text.equals("seven") ? 7 : Long.parseLong(text), ErrorPolicy.SKIP));

            assertThat(store.values("numbers", Codecs.int64())).containsExactly(7L, 8L, 10L);
        }
    }
}
