package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a job with an end where there is nothing to read before it. */
class EmptyPartitionTest {
    @TempDir
    Path directory;

    private StoreFixture fixture;

    @BeforeEach
    void setUp() {
        fixture = new StoreFixture(directory);
        fixture.givenTopic("in", 2);
    }

    @AfterEach
    void tearDown() {
        fixture.close();
    }

    @Test
    void shouldEndBehindAnExchangeThoughAPartitionOfTheInputIsEmpty() {
        fixture.append("in", 0, 0, "", "a");

        fixture.run(counting(), new JobContext().toEnd());

        assertThat(fixture.values("out")).containsExactly("a 1");
    }

    @Test
    void shouldEndBehindAnExchangeThoughThereIsNoInput() {
        fixture.run(counting(), new JobContext().toEnd());

        assertThat(fixture.values("out")).isEmpty();
    }

    private static Topology counting() {
        final Topology topology = Topology.named("job");
        topology.stream("in", Codecs.string())
                .keyBy("by-word", Codecs.string(), word -> word)
                .count("words")
                .toChanges()
                .map(change -> change.key() + " " + change.value(), Codecs.string())
                .to("out");
        return topology;
    }
}
