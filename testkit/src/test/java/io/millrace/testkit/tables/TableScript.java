package io.millrace.testkit.tables;

import io.millrace.streams.Codecs;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Inserts, updates, updates that change nothing, deletes of what is there and of what is not, and older event times. */
record TableScript(List<Entry> entries) {
    /**
     * What comes for a key.
     *
     * @param atMs   when, in ms from the beginning; no two at one time.
     * @param timeMs event time, in ms from the beginning.
     * @param key    of the record.
     * @param value  null for a delete.
     */
    record Entry(long atMs, long timeMs, String key, String value) {}

    static TableScript random(final SplittableRandom random, final int length, final int keys) {
        final List<Entry> entries = new ArrayList<>();
        long atMs = 1_000;
        for (int i = 0; i < length; i++) {
            atMs += 10 * (1 + random.nextInt(random.nextInt(10) == 0 ? 100 : 5));
            final long timeMs = atMs - 10 * random.nextInt(random.nextBoolean() ? 1 : 30);
            final String value = random.nextInt(4) == 0 ? null : "v" + random.nextInt(5);
            entries.add(new Entry(atMs, timeMs, "k" + random.nextInt(keys), value));
        }
        return new TableScript(entries);
    }

    /** Puts it into a topic. */
    void play(final TopologyTestDriver driver, final String topic) {
        final Instant begin = driver.now();
        final TestInput<String> input = driver.input(topic, Codecs.string());
        for (final Entry entry : entries) {
            driver.at(begin.plusMillis(entry.atMs));
            put(input, begin, entry);
        }
    }

    static void put(final TestInput<String> input, final Instant begin, final Entry entry) {
        final Instant time = begin.plusMillis(entry.timeMs);
        if (entry.value == null) {
            input.delete(Codecs.string(), entry.key, time);
        } else {
            input.pipe(Codecs.string(), entry.key, time, entry.value);
        }
    }

    /** Time for everything that waits for log time. */
    static void letTimePass(final TopologyTestDriver driver) {
        driver.advanceTime(Duration.ofMinutes(10));
    }
}
