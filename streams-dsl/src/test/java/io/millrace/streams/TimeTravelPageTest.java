package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/time-travel.md and its code together. */
class TimeTravelPageTest {
    private static final Path PAGE = Path.of("../docs/time-travel.md");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private static void trial(final LogStore store, final Topology newTopology) throws Exception {
        JobContext trial = new JobContext()
                .jobName("orders-v2")
                .output("alerts", "alerts.trial")
                .toEnd();
        try (Job job = Job.start(store, newTopology, trial)) {
            job.awaitCompletion(Duration.ofMinutes(10));
        }
    }

    private static Job takeOver(
            final LogStore store, final Topology oldTopology, final Topology newTopology, final Job liveJob)
            throws Exception {
        TakeOver takeOver = new TakeOver(
                store,
                new TakeOver.Version(oldTopology, new JobContext()),
                new TakeOver.Version(newTopology, new JobContext().jobName("orders-v3")));
        takeOver.prepare(Duration.ofHours(1)); // the live job goes on meanwhile
        liveJob.close();
        Job next = takeOver.start(Duration.ofMinutes(1));
        return next;
    }

    @Test
    void shouldShowATrialAndATakeOverThatRun() throws Exception {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("orders", 2);
            fixture.append("orders", 0, 1, "a", "first");
            final Topology old = orders("old");
            final Topology next = orders("new");
            final Job live = Job.start(fixture.store(), old);

            trial(fixture.store(), next);
            try (Job heard = takeOver(fixture.store(), old, next, live)) {
                fixture.append("orders", 1, 2, "b", "second");
                fixture.end("orders");
                assertThat(heard.awaitCompletion(TIMEOUT)).isTrue();
            }

            assertThat(fixture.values("alerts.trial")).containsExactly("new first");
            assertThat(fixture.values("alerts")).containsExactlyInAnyOrder("old first", "new second");
        }
    }

    private static Topology orders(final String version) {
        final Topology topology = Topology.named("orders");
        topology.stream("orders", Codecs.string())
                .map(order -> version + " " + order, Codecs.string())
                .to("alerts");
        return topology;
    }

    @Test
    void shouldHoldTheCodeOfThePage() throws Exception {
        final List<String> blocks = PageCode.blocks(PAGE);

        assertThat(blocks).hasSize(2);
        assertThat(PageCode.source(TimeTravelPageTest.class)).contains(blocks);
    }
}
