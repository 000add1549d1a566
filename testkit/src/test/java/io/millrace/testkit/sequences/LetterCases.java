package io.millrace.testkit.sequences;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Sequence;
import io.millrace.streams.Topology;
import io.millrace.testkit.DriverLog;
import io.millrace.testkit.TestDriverBuilder;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestRecord;
import io.millrace.testkit.TopologyTestDriver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cases of {@link Letters}, each under a key of its own, that one job looks at all together as event time goes on: on 1, 2 and 7
 * partitions, killed up to three times at random moments. {@code -Dmillrace.seed=N} begins with other moments,
 * {@code -Dmillrace.rounds=N} tries more of them.
 */
final class LetterCases {
    private static final int[] PARTITIONS = {1, 2, 7};
    private static final int ROUNDS = Integer.getInteger("millrace.rounds", 1);
    private static final int MOMENTS_OF_A_VALUE = 3;

    private record Case(String name, int sequence, String values, String matches) {}

    private record Value(String key, long seconds, String text) {}

    private final List<Sequence<String>> sequences = new ArrayList<>();
    private final List<Case> cases = new ArrayList<>();

    /** Expects matches of a sequence in values that come in the order of event time. */
    LetterCases in(final Sequence<String> sequence, final String values, final String matches) {
        if (!sequences.contains(sequence)) {
            sequences.add(sequence);
        }
        cases.add(new Case("case-" + cases.size(), sequences.indexOf(sequence), values, matches));
        return this;
    }

    void check(final TestDrivers drivers) {
        for (int round = 0; round < ROUNDS; round++) {
            int crashes = 0;
            for (int i = 0; i < PARTITIONS.length; i++) {
                // Of three in a row, two at least are killed.
                final long seed = Letters.FIRST_SEED + 31L * round + cases.size() + i;
                crashes += check(drivers, PARTITIONS[i], seed);
            }
            assertThat(crashes).as("crashes").isPositive();
        }
    }

    private int check(final TestDrivers drivers, final int partitions, final long seed) {
        final List<Value> values = values();
        final TestDriverBuilder builder = drivers.of(topology())
                .partitions("in", partitions)
                .segmentLength(Letters.SEGMENT_LENGTH)
                .checkpoints(seed)
                .crashes(
                        seed,
                        (int) Math.floorMod(seed, Letters.MAX_KILLS + 1L),
                        Letters.MAX_KILLS + (long) MOMENTS_OF_A_VALUE * values.size())
                .startAt(Letters.START.plusSeconds(1000));
        for (int i = 0; i < sequences.size(); i++) {
            builder.partitions("found-" + i, 1);
        }
        final TopologyTestDriver driver = builder.start();
        final TestInput<String> input = driver.input("in", Codecs.string());
        values.forEach(
                value -> input.pipe(Codecs.string(), value.key, Letters.START.plusSeconds(value.seconds), value.text));
        driver.end();

        assertThat(actual(driver))
                .as("partitions=" + partitions + " seed=" + seed)
                .isEqualTo(expected());
        final int crashes = DriverLog.crashes(driver);
        driver.close();
        return crashes;
    }

    // Which sequence a value is meant for, it says itself: 0:A1.
    private Topology topology() {
        final Topology topology = Topology.named("job");
        final KeyedStream<String, String> in =
                topology.stream("in", Codecs.string()).keyed(Codecs.string());
        for (int i = 0; i < sequences.size(); i++) {
            final String mark = i + ":";
            in.filter(value -> value.startsWith(mark))
                    .sequence("sequence-" + i, sequences.get(i))
                    .mapValues(match -> Letters.text(match).replace(mark, ""), Codecs.string())
                    .to("found-" + i);
        }
        return topology;
    }

    private List<Value> values() {
        final List<Value> values = new ArrayList<>();
        for (final Case each : cases) {
            for (final String value : each.values.split(" ")) {
                values.add(new Value(each.name, Letters.seconds(value), each.sequence + ":" + value));
            }
        }
        values.sort(Comparator.comparingLong(Value::seconds));
        return values;
    }

    private Map<String, String> expected() {
        final Map<String, String> expected = new TreeMap<>();
        cases.forEach(each -> expected.put(line(each), each.matches));
        return expected;
    }

    private Map<String, String> actual(final TopologyTestDriver driver) {
        final Map<String, List<String>> found = new TreeMap<>();
        for (int i = 0; i < sequences.size(); i++) {
            for (final TestRecord<String> record :
                    driver.output("found-" + i, Codecs.string()).readAll()) {
                found.computeIfAbsent(record.key(Codecs.string()), key -> new ArrayList<>())
                        .add(Letters.line(record));
            }
        }
        final Map<String, String> actual = new TreeMap<>();
        cases.forEach(each -> actual.put(line(each), String.join(", ", found.getOrDefault(each.name, List.of()))));
        return actual;
    }

    private String line(final Case each) {
        return sequences.get(each.sequence) + " in " + each.values;
    }
}
