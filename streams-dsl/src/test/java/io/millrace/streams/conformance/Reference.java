package io.millrace.streams.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What windows mean, computed from the definition in the dullest way: it keeps all events and knows no operator, no state and
 * no log. Events are taken in the order of one partition.
 */
final class Reference {
    private final WindowSpec spec;
    private final long boundNs;
    private final long graceNs;
    private final List<Event> accepted = new ArrayList<>();
    private final List<long[]> acceptedIn = new ArrayList<>();
    private final List<Event> late = new ArrayList<>();
    private long watermarkNs = Long.MIN_VALUE;

    Reference(final WindowSpec spec, final long boundNs, final long graceNs) {
        this.spec = spec;
        this.boundNs = boundNs;
        this.graceNs = graceNs;
    }

    void take(final Event event) {
        watermarkNs = Math.max(watermarkNs, event.timeNs() - boundNs);
        if (spec instanceof WindowSpec.Aligned aligned) {
            boolean isLate = false;
            for (final long[] bounds : aligned.boundsOf(event.timeNs())) {
                if (bounds[1] + graceNs <= watermarkNs) {
                    isLate = true;
                } else {
                    accepted.add(event);
                    acceptedIn.add(bounds);
                }
            }
            if (isLate) {
                late.add(event);
            }
        } else {
            // Sessions and sliding windows are tried on input that is never late.
            accepted.add(event);
        }
    }

    List<Event> late() {
        return late;
    }

    List<Row> rows() {
        final List<Row> rows = new ArrayList<>();
        if (spec instanceof WindowSpec.Aligned) {
            final Map<String, List<Long>> values = new TreeMap<>();
            for (int i = 0; i < accepted.size(); i++) {
                final long[] bounds = acceptedIn.get(i);
                values.computeIfAbsent(
                                accepted.get(i).key() + " " + bounds[0] + " " + bounds[1], k -> new ArrayList<>())
                        .add(accepted.get(i).value());
            }
            values.forEach((name, list) -> {
                final String[] parts = name.split(" ");
                rows.add(row(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]), list));
            });
        } else {
            final Map<String, List<Event>> keys = new TreeMap<>();
            accepted.forEach(event ->
                    keys.computeIfAbsent(event.key(), k -> new ArrayList<>()).add(event));
            keys.values().forEach(events -> {
                if (spec instanceof WindowSpec.Session session) {
                    sessions(events, session.gapNs(), rows);
                } else {
                    sliding(events, ((WindowSpec.Sliding) spec).sizeNs(), rows);
                }
            });
        }
        rows.sort(Comparator.naturalOrder());
        return rows;
    }

    private static void sessions(final List<Event> events, final long gapNs, final List<Row> rows) {
        final List<Event> byTime = new ArrayList<>(events);
        byTime.sort(Comparator.comparingLong(Event::timeNs));
        int first = 0;
        for (int i = 1; i <= byTime.size(); i++) {
            if (i == byTime.size() || byTime.get(i).timeNs() - byTime.get(i - 1).timeNs() >= gapNs) {
                final List<Event> session = byTime.subList(first, i);
                rows.add(row(
                        session.get(0).key(),
                        session.get(0).timeNs(),
                        session.get(session.size() - 1).timeNs() + gapNs,
                        session.stream().map(Event::value).toList()));
                first = i;
            }
        }
    }

    private static void sliding(final List<Event> events, final long sizeNs, final List<Row> rows) {
        events.stream().mapToLong(Event::timeNs).distinct().forEach(timeNs -> {
            final List<Long> values = events.stream()
                    .filter(event -> event.timeNs() <= timeNs && event.timeNs() > timeNs - sizeNs)
                    .map(Event::value)
                    .toList();
            rows.add(row(events.get(0).key(), timeNs + 1 - sizeNs, timeNs + 1, values));
        });
    }

    private static Row row(final String key, final long startNs, final long endNs, final List<Long> values) {
        long sum = 0;
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (final long value : values) {
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        return new Row(key, startNs, endNs, values.size(), sum, min, max);
    }
}
