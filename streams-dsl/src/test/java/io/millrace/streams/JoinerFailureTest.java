package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A joiner of tables that fails is told by the name of its join. */
class JoinerFailureTest {
    @TempDir
    Path directory;

    private final Topology topology = Topology.named("job");
    private final Table<String, String> left = topology.table("left-table", "left", Codecs.string(), Codecs.string());
    private final Table<String, String> right =
            topology.table("right-table", "right", Codecs.string(), Codecs.string());

    @Test
    void shouldNameTheJoinOfTables() {
        left.leftJoin("labels", right, JoinerFailureTest::refuse, Codecs.string())
                .to("out", Codecs.string());

        assertFailureNames("labels-joiner-1");
    }

    @Test
    void shouldNameTheJoinByAForeignKey() {
        left.leftJoinForeign("labels", right, value -> value, JoinerFailureTest::refuse, Codecs.string())
                .to("out", Codecs.string());

        assertFailureNames("labels-joiner-1");
    }

    private static String refuse(final String left, final String right) {
        throw new IllegalArgumentException("refused");
    }

    private void assertFailureNames(final String step) {
        assertThat(topology.describe()).contains("-> " + step + " -> ");
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("left", 1).givenTopic("right", 1).append("left", 0, 1, "a", "b");
            fixture.end("left");
            fixture.end("right");

            assertThatThrownBy(() -> fixture.run(topology)).hasStackTraceContaining("operator=" + step + ":");
        }
    }
}
