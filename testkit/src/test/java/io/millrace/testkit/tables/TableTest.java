package io.millrace.testkit.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.Codecs;
import io.millrace.streams.SourceTable;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestOutput;
import io.millrace.testkit.TestRecord;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The table of a topic: what is a change of it, which value is the latest, and when a key is gone. */
@MillraceTest
class TableTest {
    private final Topology topology = Topology.named("job");
    private TestOutput<String> changes;
    private TestOutput<String> late;

    @Test
    void shouldHandOnWhatWasBeforeAndWhatIsNow(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, table -> {});

        put(driver, "a", "1");
        put(driver, "a", "2");
        put(driver, "b", "1");
        delete(driver, "a");

        assertThat(changes.readValues()).containsExactly("a: null -> 1", "a: 1 -> 2", "b: null -> 1", "a: 2 -> null");
    }

    @Test
    void shouldHandOnNothingForAValueThatIsTheSame(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, table -> {});

        put(driver, "a", "1");
        put(driver, "a", "1");

        assertThat(changes.readValues()).containsExactly("a: null -> 1");
    }

    @Test
    void shouldHandOnNothingForTheDeleteOfAKeyThatIsNotThere(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, table -> {});

        delete(driver, "a");
        put(driver, "a", "");
        delete(driver, "a");
        delete(driver, "a");

        assertThat(changes.readValues()).containsExactly("a: null -> ", "a:  -> null");
    }

    @Test
    void shouldTakeTheLastInTheLogWhateverItsEventTime(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, table -> {});
        final Instant now = driver.now();

        put(driver, "a", now, "newer");
        put(driver, "a", now.minusSeconds(9), "older");

        assertThat(driver.state("prices", Codecs.string()).<String>values()).containsExactly(Map.entry("a", "older"));
    }

    @Test
    void shouldKeepTheLatestByEventTimeAndGiveTheOthersToTheLateOutput(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, SourceTable::latestByEventTime);
        final Instant now = driver.now();

        put(driver, "a", now, "1");
        put(driver, "a", now.minusNanos(1), "late");
        put(driver, "a", now, "of the same time, and later in the log");
        put(driver, "b", now.minusSeconds(5), "of another key");

        assertThat(changes.readValues())
                .containsExactly(
                        "a: null -> 1", "a: 1 -> of the same time, and later in the log", "b: null -> of another key");
        assertThat(late.readValues()).containsExactly("a=late");
        assertThat(driver.counters().lateRecords()).isEqualTo(1);
    }

    @Test
    void shouldNotBringBackByAnOlderValueWhatWasDeleted(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, SourceTable::latestByEventTime);
        final Instant now = driver.now();

        driver.input("in", Codecs.string()).delete(Codecs.string(), "a", now);
        put(driver, "a", now.minusSeconds(1), "late");
        driver.input("in", Codecs.string()).delete(Codecs.string(), "a", now.minusSeconds(1));
        put(driver, "a", now.plusSeconds(1), "back");
        driver.input("in", Codecs.string()).delete(Codecs.string(), "a", now);

        assertThat(changes.readValues()).containsExactly("a: null -> back");
        assertThat(late.readValues()).containsExactly("a=late");
        assertThat(driver.counters().lateRecords()).isEqualTo(3);
    }

    @Test
    void shouldDeleteAKeyForWhichNothingCameForTheTimeToLive(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, table -> table.ttl(Duration.ofSeconds(10)));

        put(driver, "a", "1");
        driver.advanceTime(Duration.ofSeconds(4));
        put(driver, "b", "1");
        driver.advanceTime(Duration.ofSeconds(4));
        put(driver, "a", "1");
        driver.advanceTime(Duration.ofSeconds(9));

        assertThat(changes.readValues()).containsExactly("a: null -> 1", "b: null -> 1", "b: 1 -> null");
        driver.advanceTime(Duration.ofSeconds(1));
        assertThat(changes.readValues()).containsExactly("a: 1 -> null");
    }

    @Test
    void shouldEndALifeBeforeTheRecordThatComesAtThatTime(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, table -> table.ttl(Duration.ofSeconds(10)));

        put(driver, "a", "1");
        driver.batch(() -> {
            driver.advanceTime(Duration.ofSeconds(10));
            put(driver, "a", "1");
        });

        assertThat(changes.readValues()).containsExactly("a: null -> 1", "a: 1 -> null", "a: null -> 1");
    }

    @Test
    void shouldCountAFreshLifeForAKeyThatWasDeleted(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 1, table -> table.ttl(Duration.ofSeconds(10)));

        put(driver, "a", "1");
        delete(driver, "a");
        driver.advanceTime(Duration.ofSeconds(8));
        put(driver, "a", "2");
        driver.advanceTime(Duration.ofSeconds(8));

        assertThat(changes.readValues()).containsExactly("a: null -> 1", "a: 1 -> null", "a: null -> 2");
        driver.advanceTime(Duration.ofSeconds(2));
        assertThat(changes.readValues()).containsExactly("a: 2 -> null");
    }

    @Test
    void shouldWriteDeletesAsTombstones(final TestDrivers drivers) {
        final TopologyTestDriver driver = start(drivers, 2, table -> {});

        put(driver, "a", "1");
        delete(driver, "a");

        final List<TestRecord<String>> records =
                driver.output("copy", Codecs.string()).readAll();
        assertThat(records).extracting(TestRecord::isDelete).containsExactly(false, true);
        assertThat(records).extracting(record -> record.key(Codecs.string())).containsOnly("a");
    }

    @Test
    void shouldRefuseARecordWithoutAKey(final TestDrivers drivers) {
        topology.onError(ErrorPolicy.SKIP);
        final TopologyTestDriver driver = start(drivers, 1, table -> {});

        driver.input("in", Codecs.string()).pipe("nobody's");

        assertThat(changes.readValues()).isEmpty();
        assertThat(driver.counters().skippedRecords()).isEqualTo(1);
    }

    @Test
    void shouldLeaveTombstonesOutOfAStream(final TestDrivers drivers) {
        topology.stream("in", Codecs.string()).to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        driver.input("in", Codecs.string()).delete(Codecs.string(), "a", driver.now());
        put(driver, "a", "1");

        assertThat(driver.output("out", Codecs.string()).readValues()).containsExactly("1");
        assertThat(driver.counters().recordsIn()).isEqualTo(1);
    }

    private TopologyTestDriver start(
            final TestDrivers drivers, final int partitions, final Consumer<SourceTable<String, String>> options) {
        return started(settings(drivers, partitions, options).start());
    }

    private TopologyTestDriver started(final TopologyTestDriver driver) {
        changes = driver.output("out", Codecs.string());
        late = driver.output("late", Codecs.string());
        return driver;
    }

    private TestDriverBuilder settings(
            final TestDrivers drivers, final int partitions, final Consumer<SourceTable<String, String>> options) {
        final SourceTable<String, String> table = topology.table("prices", "in", Codecs.string(), Codecs.string());
        options.accept(table);
        table.changes()
                .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                .to("out");
        table.to("copy", Codecs.string());
        table.late()
                .mapWithKey((key, value) -> key + "=" + value, Codecs.string())
                .to("late");
        return drivers.of(topology).partitions("in", partitions);
    }

    private static void put(final TopologyTestDriver driver, final String key, final String value) {
        put(driver, key, driver.now(), value);
    }

    private static void put(
            final TopologyTestDriver driver, final String key, final Instant eventTime, final String value) {
        input(driver).pipe(Codecs.string(), key, eventTime, value);
    }

    private static void delete(final TopologyTestDriver driver, final String key) {
        input(driver).delete(Codecs.string(), key, driver.now());
    }

    private static TestInput<String> input(final TopologyTestDriver driver) {
        return driver.input("in", Codecs.string());
    }
}
