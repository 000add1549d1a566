package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/side-files.md and its code together. */
class SideFilesPageTest {
    private static final Path PAGE = Path.of("../docs/side-files.md");

    @TempDir
    Path directory;

    private static void named(final Topology topology, final Path path) {
        SideFile<String, String> countries = SideFile.lines(path, Codecs.string(), Codecs.string(), line -> {
                    String[] fields = line.split(",", 2);
                    return Map.entry(fields[0], fields[1]);
                })
                .headerLines(1);
        SourceTable<String, String> names = topology.tableFromFile("countries", "countries.rows", countries);

        topology.stream("visits", Codecs.string())
                .leftJoin("visited", names.broadcast(), visit -> visit.split(" ")[1])
                .map(pair -> pair.left() + " " + pair.right(), Codecs.string())
                .to("visits.named");
    }

    @Test
    void shouldShowATableOfAFile() throws Exception {
        final Path path = directory.resolve("countries.csv");
        Files.write(path, List.of("code,name", "CH,Switzerland", "MD,Moldova, Republic of"));
        final Topology topology = Topology.named("job");
        named(topology, path);
        try (StoreFixture fixture = new StoreFixture(directory.resolve("store"))) {
            fixture.givenTopic("visits", 2);
            fixture.append("visits", 0, 0, "", "ann CH");
            fixture.append("visits", 1, 0, "", "bob MD");
            fixture.append("visits", 1, 0, "", "bob XX");

            fixture.run(topology, new JobContext().toEnd());

            assertThat(fixture.values("visits.named"))
                    .containsExactly("ann CH Switzerland", "bob MD Moldova, Republic of", "bob XX null");
        }
    }

    @Test
    void shouldHoldTheCodeOfThePage() throws Exception {
        final List<String> blocks = PageCode.blocks(PAGE);

        assertThat(blocks).hasSize(1);
        assertThat(PageCode.source(SideFilesPageTest.class)).contains(blocks);
    }
}
