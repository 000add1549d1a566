package io.millrace.testkit.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What rolling aggregates and dedupe mean: functions of all that their key has seen. */
final class KeyedMeanings {
    private KeyedMeanings() {}

    /** Tells the result over all values of a key, each time or when it has changed. */
    static Meaning rolling(final Function<List<String>, String> result, final boolean isEach, final Meaning next) {
        final Map<String, List<String>> seen = new HashMap<>();
        return (moment, item) -> {
            final List<String> values = seen.computeIfAbsent(item.key(), key -> new ArrayList<>());
            final String before = values.isEmpty() ? null : result.apply(values);
            values.add(item.text());
            final String after = result.apply(values);
            if (isEach || !after.equals(before)) {
                next.take(moment, item.with(after));
            }
        };
    }

    /** Remembers for ever what passed, and judges what is less than a span behind the watermark. */
    static Meaning dedupe(final long withinNs, final Meaning first, final Meaning late, final Meaning repeats) {
        final Map<String, List<Long>> passed = new HashMap<>();
        return (moment, item) -> {
            final List<Long> times = passed.computeIfAbsent(item.key(), key -> new ArrayList<>());
            if (item.knownNs() >= item.timeNs() + withinNs) {
                late.take(moment, item);
            } else if (times.stream().anyMatch(time -> Math.abs(time - item.timeNs()) < withinNs)) {
                repeats.take(moment, item);
            } else {
                times.add(item.timeNs());
                first.take(moment, item);
            }
        };
    }
}
