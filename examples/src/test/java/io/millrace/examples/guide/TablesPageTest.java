package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs the code of docs/guide/tables.md. */
@MillraceTest
class TablesPageTest {
    private static final Codec<Account> ACCOUNT = Codecs.records(Account.class);

    /** An account as it is now. */
    public record Account(String country, long cents) {}

    private static Topology topology() {
        Topology topology = Topology.named("accounts");
        Table<String, Account> accounts = topology.table("accounts", "account-changes", Codecs.string(), ACCOUNT)
                .ttl(Duration.ofDays(30));

        accounts.changes()
                .mapWithKey(
                        (id, change) -> id + ": "
                                + (change.hasBefore() ? change.before().cents() : "none") + " -> "
                                + (change.isDelete() ? "none" : change.after().cents()),
                        Codecs.string())
                .to("account-history");

        accounts.filter(account -> account.cents() > 0)
                .groupBy("by-country", Codecs.string(), Account::country)
                .sum("cents-by-country", Account::cents)
                .to("cents-by-country", Codecs.int64());
        return topology;
    }

    @Test
    void shouldTellChangesAndTakeBackWhatLeaves(final TestDrivers drivers) throws Exception {
        final GuidePage page = GuidePage.of("tables.md");
        page.assertIsCompiledIn(TablesPageTest.class);
        final TopologyTestDriver driver = drivers.of(topology()).start();
        final TestInput<Account> changes = driver.input("account-changes", ACCOUNT);
        final Instant now = driver.now();

        changes.pipe(Codecs.string(), "a1", now, new Account("de", 100));
        changes.pipe(Codecs.string(), "a2", now, new Account("de", 50));
        changes.pipe(Codecs.string(), "a1", now, new Account("de", 100));
        changes.pipe(Codecs.string(), "a1", now, new Account("fr", 30));
        changes.delete(Codecs.string(), "a2", now);
        changes.delete(Codecs.string(), "a9", now);
        driver.advanceTime(Duration.ofDays(30));

        assertThat(driver.output("account-history", Codecs.string()).readValues())
                .containsExactlyElementsOf(page.results(0));
        final List<String> sums = driver.output("cents-by-country", Codecs.int64()).readAll().stream()
                .map(sum -> sum.key(Codecs.string()) + " " + (sum.isDelete() ? "deleted" : sum.value()))
                .toList();
        assertThat(sums).containsExactlyElementsOf(page.results(1));
        driver.replayTwice();
    }

    private static Topology logins() {
        Topology topology = Topology.named("logins");
        topology.stream("logins", Codecs.string())
                .keyBy("by-user", Codecs.string(), user -> user)
                .count("logins-of-user")
                .toChanges()
                .map(logins -> logins.key() + " " + logins.value(), Codecs.string())
                .to("login-counts");
        return topology;
    }

    @Test
    void shouldHandOnEachChangeOfAnAggregate(final TestDrivers drivers) {
        final TopologyTestDriver driver = drivers.of(logins()).start();

        driver.input("logins", Codecs.string()).pipe("ann").pipe("bob").pipe("ann");

        assertThat(driver.output("login-counts", Codecs.string()).readValues())
                .containsExactly("ann 1", "bob 1", "ann 2");
    }
}
