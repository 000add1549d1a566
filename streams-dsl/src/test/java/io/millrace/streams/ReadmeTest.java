package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogStore;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the module's README and its code together. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");

    private static final Set<Class<?>> STEPS = Set.of(
            Stream.class,
            SourceStream.class,
            KeyedStream.class,
            WindowedStream.class,
            Table.class,
            Branching.class,
            KeyedBranching.class,
            DedupedStream.class,
            ProcessedStream.class,
            EncodedStream.class,
            Emit.class,
            Windows.class);

    // Never run, only compiled: what the README shows.
    @SuppressWarnings("unused")
    private static void example(final LogStore store) throws Exception {
        Topology topology = Topology.named("hits-per-second");
        topology.stream("hits", Codecs.string())
                .keyBy("by-path", Codecs.string(), path -> path)
                .window("per-second", Windows.tumbling(Duration.ofSeconds(1)).grace(Duration.ofMillis(200)))
                .late(late -> late.to("hits.late"))
                .count()
                .map(hits -> hits.key() + " " + hits.value(), Codecs.string())
                .to("hits-per-second");

        try (Job job = Job.start(store, topology)) {
            job.awaitCompletion(Duration.ofMinutes(1));
        }
    }

    @Test
    void shouldShowWhatCompiles() throws IOException {
        final List<String> blocks = PageCode.blocks(README);

        assertThat(blocks).isNotEmpty();
        assertThat(PageCode.source(ReadmeTest.class)).contains(blocks.get(0));
    }

    @Test
    void shouldNameEveryStepOfTheLanguage() throws IOException {
        final String readme = Files.readString(README);
        final Set<String> missing = new TreeSet<>();
        for (final Class<?> type : STEPS) {
            for (final Method method : type.getDeclaredMethods()) {
                final boolean isStep = Modifier.isPublic(method.getModifiers())
                        && !method.getName().equals("toString");
                if (isStep
                        && !Pattern.compile("\\b" + method.getName() + "\\b")
                                .matcher(readme)
                                .find()) {
                    missing.add(method.getName());
                }
            }
        }

        assertThat(missing).isEmpty();
    }
}
