package io.millrace.testkit.conformance;

import io.millrace.streams.Codecs;
import io.millrace.testkit.TestInput;
import io.millrace.testkit.TopologyTestDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random input: values that are out of order, before and after the epoch and now and then far in the future; silence of all or
 * of some partitions, input that was appended while the job did not run, and watermarks.
 *
 * <p>A value is {@code key number index commands}; the commands are those of {@link CommandProcessor}.
 */
final class Feed {
    static final long MS = 1_000_000;
    private static final int MAX_VALUES = 90;
    private static final Duration LONG_SILENCE = Duration.ofHours(2);
    private static final Duration FAR = Duration.ofDays(3);

    private final SplittableRandom random;
    private final TopologyTestDriver driver;
    private final List<TestInput<String>> inputs = new ArrayList<>();
    private final int partitions;
    private final boolean isKeyed;
    private final int keys;
    private final long jitter;
    private final int commands;
    private long timeNs;
    private int index;

    Feed(
            final SplittableRandom random,
            final TopologyTestDriver driver,
            final List<String> topics,
            final int partitions,
            final boolean isKeyed,
            final int commands) {
        this.random = random;
        this.driver = driver;
        this.partitions = partitions;
        this.isKeyed = isKeyed;
        this.commands = commands;
        topics.forEach(topic -> inputs.add(driver.input(topic, Codecs.string())));
        this.keys = 1 + random.nextInt(6);
        this.jitter = 1 + random.nextLong(120);
        this.timeNs = -random.nextLong(300) * MS;
    }

    void run(final boolean isEnding) {
        final int count = random.nextInt(MAX_VALUES);
        while (index < count) {
            switch (random.nextInt(12)) {
                case 0 -> driver.advanceTime(Duration.ofNanos(random.nextLong(80 * MS)));
                case 1 ->
                    driver.batch(() -> {
                        for (int i = random.nextInt(8); i > 0; i--) {
                            value();
                        }
                    });
                case 2 -> {
                    if (random.nextInt(3) == 0) {
                        any().watermarkTo(random.nextInt(partitions), instant(timeNs - random.nextLong(50 * MS)));
                    }
                }
                default -> value();
            }
        }
        if (isEnding) {
            driver.end();
        } else {
            driver.advanceTime(LONG_SILENCE);
        }
    }

    private TestInput<String> any() {
        return inputs.get(random.nextInt(inputs.size()));
    }

    private void value() {
        driver.advanceTime(Duration.ofNanos(random.nextInt(3) == 0 ? random.nextLong(12 * MS) : random.nextLong(3)));
        timeNs += random.nextInt(20) == 0 ? random.nextLong(400 * MS) : random.nextLong(6) * MS;
        final long lag = random.nextInt(3) == 0 ? random.nextLong(jitter) * MS + random.nextLong(3) : 0;
        final Instant eventTime = random.nextInt(40) == 0 ? driver.now().plus(FAR) : instant(timeNs - lag);
        final String key = "k" + random.nextInt(keys);
        final String text = key + " " + (random.nextInt(40) - 20) + " " + index++ + " " + commands();
        if (isKeyed) {
            any().pipe(Codecs.string(), key, eventTime, text);
        } else {
            any().pipeTo(random.nextInt(partitions), eventTime, text);
        }
    }

    private String commands() {
        final StringBuilder text = new StringBuilder();
        for (int i = commands == 0 ? 0 : random.nextInt(commands); i > 0; i--) {
            final String command = CommandProcessor.COMMANDS.get(random.nextInt(CommandProcessor.COMMANDS.size()));
            text.append(command)
                    .append(command.endsWith("=") ? random.nextInt(7) - 2 : "")
                    .append(';');
        }
        return text + ".";
    }

    private static Instant instant(final long ns) {
        return Instant.EPOCH.plusNanos(ns);
    }

    static String key(final String text) {
        return text.substring(0, text.indexOf(' '));
    }

    static long number(final String text) {
        return Long.parseLong(text.split(" ")[1]);
    }
}
