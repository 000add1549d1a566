package io.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.state.StateFlyweight;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.MutableDirectBuffer;
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

    private static void pages(final Topology topology) {
        KeyedStream<String, String> views = topology.stream("views", Codecs.string())
                .keyBy("views-by-page", Codecs.string(), view -> view.split(" ")[0]);
        KeyedStream<String, String> sales = topology.stream("sales", Codecs.string())
                .keyBy("sales-by-page", Codecs.string(), sale -> sale.split(" ")[0]);
        KeyedStream<String, String> errors = topology.stream("errors", Codecs.string())
                .keyBy("errors-by-page", Codecs.string(), error -> error.split(" ")[0]);

        views.cogroup(Aggregation.flyweight(PageState::new, (PageState page, String view) -> page.addView())
                        .combine(PageState::combine))
                .with(sales, (page, sale) -> page.addSale(Long.parseLong(sale.split(" ")[1])))
                .with(errors, (page, error) -> page.addError())
                .window("pages", Windows.hopping(Duration.ofMinutes(10), Duration.ofMinutes(5)))
                .late(sales, late -> late.to("sales.late"))
                .aggregate()
                .map(window -> window.key() + " " + window.value(), Codecs.string())
                .to("pages.summary");
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
    void shouldShowAWindowOfThreeStreams() {
        final Topology topology = Topology.named("job");
        pages(topology);
        try (StoreFixture fixture = new StoreFixture(directory)) {
            fixture.givenTopic("views", 1).givenTopic("sales", 1).givenTopic("errors", 1);
            fixture.append("views", 0, MINUTE_NS, "", "home ann");
            fixture.append("views", 0, 2 * MINUTE_NS, "", "home bob");
            fixture.append("sales", 0, 6 * MINUTE_NS, "", "home 20");
            fixture.append("errors", 0, 11 * MINUTE_NS, "", "home 500");
            fixture.end("views");
            fixture.end("sales");
            fixture.end("errors");

            fixture.run(topology);

            assertThat(fixture.values("pages.summary"))
                    .containsExactly(
                            "home 2 views, sales of 0, 0 errors",
                            "home 2 views, sales of 20, 0 errors",
                            "home 0 views, sales of 20, 1 errors",
                            "home 0 views, sales of 0, 1 errors");
        }
    }

    @Test
    void shouldHoldTheCodeOfThePage() throws Exception {
        final List<String> blocks = PageCode.blocks(PAGE);

        assertThat(blocks).hasSize(5);
        assertThat(PageCode.source(JoinsPageTest.class)).contains(blocks);
    }

    /** What is known of a page in a window. */
    static final class PageState implements StateFlyweight {
        private MutableDirectBuffer buffer;
        private int offset;

        @Override
        public int encodedLength() {
            return 3 * Long.BYTES;
        }

        @Override
        public void wrap(final MutableDirectBuffer newBuffer, final int newOffset) {
            buffer = newBuffer;
            offset = newOffset;
        }

        void addView() {
            add(0, 1);
        }

        void addSale(final long amount) {
            add(Long.BYTES, amount);
        }

        void addError() {
            add(2 * Long.BYTES, 1);
        }

        void combine(final PageState other) {
            for (int field = 0; field < encodedLength(); field += Long.BYTES) {
                add(field, other.read(field));
            }
        }

        private void add(final int field, final long number) {
            buffer.putLong(offset + field, read(field) + number);
        }

        private long read(final int field) {
            return buffer.getLong(offset + field);
        }

        @Override
        public String toString() {
            return read(0) + " views, sales of " + read(Long.BYTES) + ", " + read(2 * Long.BYTES) + " errors";
        }
    }
}
