package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/joins.md and its code together. */
class JoinsPageTest {
    private static final Path PAGE = Path.of("../docs/joins.md");
    private static final long MINUTE_NS = 60_000_000_000L;

    @TempDir
    Path directory;

    private static void paid(final Topology topology) {
        KeyedStream<String, String> orders = topology.stream("orders", Codecs.string())
                .keyBy("orders-by-customer", Codecs.string(), order -> order.split(" ")[0]);
        KeyedStream<String, String> payments = topology.stream("payments", Codecs.string())
                .keyBy("payments-by-customer", Codecs.string(), payment -> payment.split(" ")[0]);

        orders.leftJoin("paid", payments, Within.between(Duration.ZERO, Duration.ofMinutes(30)))
                .mapValues(
                        pair -> pair.left() + (pair.hasRight() ? " is paid: " + pair.right() : " is not paid"),
                        Codecs.string())
                .to("orders.checked");
    }

    private static void unpaidAndSilent(final Topology topology) {
        KeyedStream<String, String> orders = topology.stream("orders", Codecs.string())
                .keyBy("orders-by-number", Codecs.string(), order -> order.split(" ")[0]);
        KeyedStream<String, String> payments = topology.stream("payments", Codecs.string())
                .keyBy("payments-by-number", Codecs.string(), payment -> payment.split(" ")[0]);

        orders.absentWithin("unpaid", payments, Within.between(Duration.ZERO, Duration.ofMinutes(30)))
                .to("orders.unpaid");

        topology.stream("sensors", Codecs.string())
                .keyBy("by-sensor", Codecs.string(), reading -> reading.split(" ")[0])
                .absentFor("silent", Duration.ofMinutes(5))
                .to("sensors.silent");
    }

    @Test
    void shouldShowAJoinThatRuns() {
        final Topology topology = Topology.named("job");
        paid(topology);
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("orders", 1).givenTopic("payments", 1);
            fixture.append("orders", 0, MINUTE_NS, "", "ann book");
            fixture.append("orders", 0, 2 * MINUTE_NS, "", "bob lamp");
            fixture.append("payments", 0, 31 * MINUTE_NS, "", "ann 10");
            fixture.append("payments", 0, 33 * MINUTE_NS, "", "bob 20");
            fixture.end("orders");
            fixture.end("payments");

            fixture.run(topology);

            assertThat(fixture.values("orders.checked"))
                    .containsExactlyInAnyOrder("ann book is paid: ann 10", "bob lamp is not paid");
        }
    }

    @Test
    void shouldShowAbsenceThatIsFound() {
        final Topology topology = Topology.named("job");
        unpaidAndSilent(topology);
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("orders", 1).givenTopic("payments", 1).givenTopic("sensors", 1);
            fixture.append("orders", 0, MINUTE_NS, "", "1 book");
            fixture.append("orders", 0, 2 * MINUTE_NS, "", "2 lamp");
            fixture.append("payments", 0, 31 * MINUTE_NS, "", "1 of ann");
            fixture.append("payments", 0, 33 * MINUTE_NS, "", "2 of bob");
            fixture.append("sensors", 0, MINUTE_NS, "", "a 17");
            fixture.append("sensors", 0, 6 * MINUTE_NS, "", "a 18");
            fixture.append("sensors", 0, 12 * MINUTE_NS, "", "a 19");
            fixture.end("orders");
            fixture.end("payments");
            fixture.end("sensors");

            fixture.run(topology);

            assertThat(fixture.values("orders.unpaid")).containsExactly("2 lamp");
            assertThat(fixture.values("sensors.silent")).containsExactly("a 18", "a 19");
        }
    }

    @Test
    void shouldHoldTheCodeOfThePage() throws Exception {
        final List<String> blocks = PageCode.blocks(PAGE);

        assertThat(blocks).hasSize(2);
        assertThat(PageCode.source(JoinsPageTest.class)).contains(blocks);
    }
}
