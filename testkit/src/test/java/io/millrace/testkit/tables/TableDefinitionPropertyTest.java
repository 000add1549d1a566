package io.millrace.testkit.tables;

import io.millrace.log.KeyHash;
import io.millrace.operators.join.JoinKind;
import io.millrace.streams.Codecs;
import io.millrace.streams.SourceTable;
import io.millrace.streams.Table;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables, groups and joins of tables over random input, beside their definitions: every change and its event time, with values and deletes
 * that are older than others, deletes of keys that are not there, and lives that end; killed at random moments. A failure prints its
 * seed.
 */
@MillraceTest
class TableDefinitionPropertyTest {
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 2);
    private static final int MANY = 7;
    private static final int LENGTH = 80;
    private static final int SEGMENT_LENGTH = 1 << 16;
    private static final int KEYS = 5;
    private static final int MOMENTS = 1_500;
    private static final long TIME_TO_LIVE_MS = 155;
    private static final long FOR_EVER = TableHistory.FOR_EVER;

    private final Topology topology = Topology.named("job");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void shouldChangeAsDefinedAndAtTheTimesThatAreDefined(final int partitions, final TestDrivers drivers) {
        for (int round = 0; round < (partitions == MANY ? (ROUNDS + 1) / 2 : ROUNDS); round++) {
            // Each combination in the first two rounds already.
            final boolean isLatestByTime = (round + (partitions == 1 ? 0 : 1)) % 2 == 1;
            final boolean isMortal = (round / 2 + (partitions == 2 ? 1 : 0)) % 2 == 0;
            new TableDefinitionPropertyTest()
                    .check(drivers, partitions, round, isLatestByTime, isMortal ? TIME_TO_LIVE_MS : FOR_EVER);
        }
    }

    private void check(
            final TestDrivers drivers,
            final int partitions,
            final int round,
            final boolean isLatestByTime,
            final long timeToLiveMs) {
        final int rightPartitions = Math.min(2, partitions);
        build(isLatestByTime, timeToLiveMs);
        final TestDriverBuilder builder = drivers.of(topology)
                .partitions("left", partitions)
                .partitions("right", rightPartitions)
                .segmentLength(SEGMENT_LENGTH);
        topics().forEach(topic -> builder.partitions(outputOf(topic), 1));
        final TopologyTestDriver driver =
                Killed.atRandom(builder, round, partitions, MOMENTS).start();
        final Instant begin = driver.now();
        final TablesAsDefined defined = new TablesAsDefined(
                new TableHistory(isLatestByTime, timeToLiveMs, key -> partition(key, partitions)),
                new TableHistory(isLatestByTime, timeToLiveMs, key -> partition(key, rightPartitions)));

        play(driver, defined, new SplittableRandom(Killed.FIRST_SEED + round * 31L + partitions));

        final String where = " in round " + round + " on " + partitions + " by time " + isLatestByTime + " for "
                + timeToLiveMs + " ms";
        for (final String topic : topics()) {
            Killed.same(topic + where, partitions, actual(driver, topic, begin), defined.lines(topic));
        }
        if (partitions == 2) {
            driver.replayTwice();
        }
        driver.close();
    }

    private static int partition(final String key, final int count) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return KeyHash.partition(new UnsafeBuffer(bytes), 0, bytes.length, count);
    }

    private void build(final boolean isLatestByTime, final long timeToLiveMs) {
        final SourceTable<String, String> left = table("left", isLatestByTime, timeToLiveMs);
        final SourceTable<String, String> right = table("right", isLatestByTime, timeToLiveMs);
        left.late()
                .mapWithKey((key, value) -> key + "=" + value, Codecs.string())
                .to("late");
        write(left, "left");
        write(right, "right");
        write(left.filter(value -> !value.startsWith(TablesAsDefined.HIDDEN)), "filtered");
        write(
                left.groupBy("by-sum", Codecs.string(), TablesAsDefined::group).sum("sum", TablesAsDefined::number),
                "sums");
        write(left.join("join-inner", right), JoinKind.INNER.name());
        write(left.leftJoin("join-left", right), JoinKind.LEFT.name());
        write(left.outerJoin("join-outer", right), JoinKind.OUTER.name());
        write(
                left.joinForeign("foreign-inner", right, TablesAsDefined::foreignKey),
                TablesAsDefined.foreignTopic(false));
        write(
                left.leftJoinForeign("foreign-left", right, TablesAsDefined::foreignKey),
                TablesAsDefined.foreignTopic(true));
    }

    private SourceTable<String, String> table(
            final String side, final boolean isLatestByTime, final long timeToLiveMs) {
        final SourceTable<String, String> table =
                topology.table(side + "-table", side, Codecs.string(), Codecs.string());
        if (isLatestByTime) {
            table.latestByEventTime();
        }
        if (timeToLiveMs != FOR_EVER) {
            table.ttl(Duration.ofMillis(timeToLiveMs));
        }
        return table;
    }

    private static <V> void write(final Table<String, V> table, final String topic) {
        table.changes()
                .mapWithKey((key, change) -> key + ": " + change, Codecs.string())
                .to(outputOf(topic));
    }

    private static String outputOf(final String topic) {
        return topic.equals("late") ? topic : "changes." + topic;
    }

    private static List<String> topics() {
        final List<String> topics = new ArrayList<>(List.of("late", "left", "right", "filtered", "sums"));
        for (final JoinKind kind : JoinKind.values()) {
            topics.add(kind.name());
        }
        topics.add(TablesAsDefined.foreignTopic(false));
        topics.add(TablesAsDefined.foreignTopic(true));
        return topics;
    }

    private static List<String> actual(final TopologyTestDriver driver, final String topic, final Instant begin) {
        return driver.output(outputOf(topic), Codecs.string()).readAll().stream()
                .map(record -> record.value() + " @"
                        + Duration.between(begin, record.eventTime()).toMillis())
                .toList();
    }

    private static void play(
            final TopologyTestDriver driver, final TablesAsDefined defined, final SplittableRandom random) {
        final Instant begin = driver.now();
        final TestInput<String> left = driver.input("left", Codecs.string());
        final TestInput<String> right = driver.input("right", Codecs.string());
        for (final TableScript.Entry scripted :
                TableScript.random(random.split(), LENGTH, KEYS).entries()) {
            final boolean isLeft = random.nextInt(3) > 0;
            final int foreign = random.nextInt(KEYS + 2);
            final TableScript.Entry entry = isLeft && scripted.value() != null
                    ? new TableScript.Entry(
                            scripted.atMs(),
                            scripted.timeMs(),
                            scripted.key(),
                            scripted.value() + ">" + (foreign > KEYS ? "" : "k" + foreign))
                    : scripted;
            driver.at(begin.plusMillis(entry.atMs()));
            TableScript.put(isLeft ? left : right, begin, entry);
            defined.add(isLeft, entry);
        }
        driver.advanceTime(Duration.ofSeconds(1));
        defined.pass(FOR_EVER - 1);
    }
}
