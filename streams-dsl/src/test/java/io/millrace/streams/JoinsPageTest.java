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

    private static void labels(final Topology topology) {
        Table<String, String> customers =
                topology.table("customer-table", "customers", Codecs.string(), Codecs.string());
        Table<String, String> addresses =
                topology.table("address-table", "addresses", Codecs.string(), Codecs.string());

        customers
                .leftJoin(
                        "labels",
                        addresses,
                        (customer, address) -> customer + ", " + (address == null ? "no address" : address),
                        Codecs.string())
                .to("labels.out", Codecs.string());
    }

    @Test
    void shouldShowAJoinOfTablesThatRuns() {
        final Topology topology = Topology.named("job");
        labels(topology);
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("customers", 1).givenTopic("addresses", 1);
            fixture.append("customers", 0, MINUTE_NS, "1", "ann");
            fixture.append("customers", 0, 2 * MINUTE_NS, "2", "bob");
            fixture.append("addresses", 0, 3 * MINUTE_NS, "1", "Kiel");
            fixture.end("customers");
            fixture.end("addresses");

            fixture.run(topology);

            assertThat(fixture.values("labels.out")).contains("ann, Kiel", "bob, no address");
        }
    }

    private static void named(final Topology topology) {
        Table<String, String> orders = topology.table("order-table", "orders", Codecs.string(), Codecs.string());
        Table<String, String> customers =
                topology.table("customer-table", "customers", Codecs.string(), Codecs.string());

        orders.leftJoinForeign(
                        "named",
                        customers,
                        order -> order.startsWith("-") ? null : order.split(" ")[0],
                        (order, customer) -> order + " for " + (customer == null ? "somebody" : customer),
                        Codecs.string())
                .to("orders.named", Codecs.string());
    }

    @Test
    void shouldShowAForeignKeyJoinThatRuns() {
        final Topology topology = Topology.named("job");
        named(topology);
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("orders", 1).givenTopic("customers", 1);
            fixture.append("customers", 0, MINUTE_NS, "ann", "Ann of Kiel");
            fixture.append("orders", 0, MINUTE_NS, "1", "ann book");
            fixture.append("orders", 0, MINUTE_NS, "2", "- lamp");
            fixture.end("customers");
            fixture.end("orders");

            fixture.run(topology);

            assertThat(fixture.values("orders.named")).contains("ann book for Ann of Kiel", "- lamp for somebody");
        }
    }

    @Test
    void shouldHoldTheCodeOfThePage() throws Exception {
        final List<String> blocks = PageCode.blocks(PAGE);

        assertThat(blocks).hasSize(3);
        assertThat(PageCode.source(JoinsPageTest.class)).contains(blocks);
    }
}
