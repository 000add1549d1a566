package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.Codec;
import io.millrace.streams.Codecs;
import io.millrace.streams.SideFile;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/guide/tables.md. */
@MillraceTest
class TablesPageTest {
    private static final Codec<Account> ACCOUNT = Codecs.records(Account.class);

    @TempDir
    Path directory;

    /** An account as it is now. */
    public record Account(String country, long cents) {}

    private static Topology topology(Path file) {
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

        Table<String, String> countries = topology.tableFromFile(
                "countries",
                "country-names",
                SideFile.lines(
                        file,
                        Codecs.string(),
                        Codecs.string(),
                        line -> Map.entry(line.substring(0, 2), line.substring(3))));
        accounts.leftJoinForeign(
                        "located",
                        countries,
                        Account::country,
                        (account, country) ->
                                account.cents() + " in " + (country == null ? account.country() : country),
                        Codecs.string())
                .to("accounts-located", Codecs.string());
        return topology;
    }

    @Test
    void shouldTellChangesAndTakeBackWhatLeaves(final TestDrivers drivers) throws Exception {
        final GuidePage page = GuidePage.of("tables.md");
        page.assertIsCompiledIn(TablesPageTest.class);
        final Path file = directory.resolve("countries.txt");
        Files.write(file, List.of("de Germany"));
        final TopologyTestDriver driver = drivers.of(topology(file)).start();
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
        assertThat(rows(driver, "cents-by-country", Codecs.int64())).containsExactlyElementsOf(page.results(1));
        assertThat(rows(driver, "accounts-located", Codecs.string())).containsExactlyElementsOf(page.results(2));
        driver.replayTwice();
    }

    private static List<String> rows(final TopologyTestDriver driver, final String topic, final Codec<?> codec) {
        return driver.output(topic, codec).readAll().stream()
                .map(row -> row.key(Codecs.string()) + " " + (row.isDelete() ? "deleted" : row.value()))
                .toList();
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
