package io.millrace.testkit.sequences;

import io.millrace.operators.pattern.Match;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Sequence;
import io.millrace.streams.SequenceStream;
import io.millrace.streams.Topology;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TestOutput;
import io.millrace.testkit.TestRecord;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Sequences over values such as {@code A1} and {@code AB12}: letters that say which steps a value fits, and its event time in
 * seconds. What is found is written as its values and the time at which it was complete, such as {@code A1 B2@2}. The job is killed up
 * to three times at random moments; {@code -Dmillrace.seed=N} tries others.
 */
final class Letters {
    static final Instant START = Instant.EPOCH;
    private static final long NS_PER_S = 1_000_000_000L;

    static final long FIRST_SEED = Long.getLong("millrace.seed", 0);
    static final int MAX_KILLS = 3;
    static final int SEGMENT_LENGTH = 1 << 16;
    private static final int MOMENTS = 24;

    private final TopologyTestDriver driver;
    private final TestOutput<String> found;
    private final TestOutput<String> timedOut;
    private final TestOutput<String> givenUp;

    Letters(final TestDrivers drivers, final int partitions, final Sequence<String> sequence) {
        this(drivers, partitions, sequence, Duration.ZERO);
    }

    Letters(
            final TestDrivers drivers,
            final int partitions,
            final Sequence<String> sequence,
            final Duration outOfOrderness) {
        final Topology topology = Topology.named("job");
        final SequenceStream<String, String> sequences = topology.stream("in", Codecs.string())
                .outOfOrderness(outOfOrderness)
                .keyed(Codecs.string())
                .sequence("found", sequence);
        text(sequences).to("found");
        text(sequences.timedOut()).to("timed-out");
        text(sequences.givenUp()).to("given-up");
        sequences.late().to("late");
        // Each sequence is killed at its own moments.
        final long seed = FIRST_SEED + sequence.toString().hashCode() + partitions;
        driver = drivers.of(topology)
                .partitions("in", partitions)
                .segmentLength(SEGMENT_LENGTH)
                .checkpoints(seed)
                .crashes(seed, (int) Math.floorMod(seed, MAX_KILLS + 1L), MOMENTS)
                .startAt(START.plusSeconds(1000))
                .start();
        this.found = driver.output("found", Codecs.string());
        this.timedOut = driver.output("timed-out", Codecs.string());
        this.givenUp = driver.output("given-up", Codecs.string());
    }

    private static KeyedStream<String, String> text(final KeyedStream<String, Match<String>> matches) {
        return matches.mapValues(Letters::text, Codecs.string());
    }

    static String text(final Match<String> match) {
        return match.toString().replaceAll("[a-z-]+=\\[|,", "").replaceAll(" ?]", "");
    }

    /** True for values that have a letter. */
    static Predicate<String> has(final String letter) {
        return value -> value.contains(letter);
    }

    TopologyTestDriver driver() {
        return driver;
    }

    /** Appends values, under one key, in the order in which they are written. */
    Letters values(final String values) {
        return values("key", values);
    }

    Letters values(final String key, final String values) {
        final TestInput<String> input = driver.input("in", Codecs.string());
        for (final String value : values.split(" ")) {
            input.pipe(Codecs.string(), key, START.plusSeconds(seconds(value)), value);
        }
        return this;
    }

    static long seconds(final String value) {
        return Long.parseLong(value.replaceAll("[A-Z]", ""));
    }

    Letters watermark(final Duration sinceStart) {
        driver.input("in", Codecs.string()).watermark(START.plus(sinceStart));
        return this;
    }

    Letters end() {
        driver.end();
        return this;
    }

    /** What has come since this was asked last, such as {@code A1 B2@2, A3 B4@4}. */
    String found() {
        return read(found);
    }

    String timedOut() {
        return read(timedOut);
    }

    String givenUp() {
        return read(givenUp);
    }

    List<String> late() {
        return driver.output("late", Codecs.string()).readValues();
    }

    private static String read(final TestOutput<String> output) {
        final StringBuilder text = new StringBuilder();
        for (final TestRecord<String> record : output.readAll()) {
            text.append(text.isEmpty() ? "" : ", ").append(line(record));
        }
        return text.toString();
    }

    static String line(final TestRecord<String> record) {
        return record.value()
                + '@'
                + Duration.between(START, record.eventTime()).toNanos() / NS_PER_S;
    }
}
