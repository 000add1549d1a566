package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogStore;
import io.millrace.streams.query.StateAnswer;
import io.millrace.streams.query.StateQuery;
import io.millrace.streams.query.StateSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/queries.md and its code together. */
class QueriesPageTest {
    private static final Path PAGE = Path.of("../docs/queries.md");

    /** A payment of a customer. */
    public record Payment(String customer, long cents) {}

    @TempDir
    Path directory;

    private static void example(final LogStore store) throws Exception {
        Topology topology = Topology.named("spending");
        topology.stream("payments", Codecs.records(Payment.class))
                .keyBy("by-customer", Codecs.string(), Payment::customer)
                .sum("spent", Payment::cents)
                .to("spent", Codecs.int64());

        try (Job job = Job.start(store, topology)) {
            StateQuery<String, Long> spent = job.state("spent", Codecs.string(), Long.class);

            StateAnswer<Long> ann = spent.value("ann").await(Duration.ofSeconds(1));
            System.out.println(ann.value() + " at " + ann.position()); // 1250 at spending.by-customer/0@88064

            try (StateSnapshot<String, Long> all = spent.freshSnapshot(Duration.ofSeconds(10))) {
                all.top(3, Comparator.naturalOrder()).forEach(System.out::println);
                all.range("a", "c", 100).forEach(row -> System.out.println(row.key() + " " + row.value()));
            }
        }
    }

    @Test
    void shouldShowWhatCompilesAndRuns() throws Exception {
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("payments", 2);
            example(fixture.store());
        }
        final List<String> blocks = PageCode.blocks(PAGE);

        assertThat(blocks).isNotEmpty();
        assertThat(PageCode.source(QueriesPageTest.class)).contains(blocks.get(0));
    }
}
