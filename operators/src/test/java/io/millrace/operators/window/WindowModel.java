package io.millrace.operators.window;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What windows should give, worked out the slow way from all events: it shares no code with the operators, keeps
 * everything, and looks at everything each time.
 */
abstract class WindowModel {
    record Event(String key, long timeNs, long value, int arrival) {}

    record Result(String key, long startNs, long endNs, long closeNs, int order, String value) {
        @Override
        public String toString() {
            return key + "[" + startNs + "," + endNs + ")=" + value + " at " + (endNs - 1);
        }
    }

    final List<String> results = new ArrayList<>();
    final List<String> late = new ArrayList<>();
    long watermarkNs = Long.MIN_VALUE;
    private int arrivals;

    final void record(final String key, final long timeNs, final long value) {
        take(new Event(key, timeNs, value, arrivals++));
    }

    final void watermark(final long newWatermarkNs) {
        if (newWatermarkNs > watermarkNs) {
            watermarkNs = newWatermarkNs;
            final List<Result> closed = close();
            closed.sort(Comparator.comparingLong(Result::closeNs).thenComparingInt(Result::order));
            closed.forEach(result -> results.add(result.toString()));
        }
    }

    abstract void take(Event event);

    abstract List<Result> close();

    static String aggregate(final List<Event> events) {
        return events.size() + "/" + events.stream().mapToLong(Event::value).sum() + "/"
                + events.stream().mapToLong(Event::value).min().orElseThrow();
    }

    /** Sessions as sets of events; two belong together when an event of the one is less than the gap from one of the other. */
    static final class Sessions extends WindowModel {
        private final long gapNs;
        private final long graceNs;
        private final List<List<Event>> open = new ArrayList<>();

        Sessions(final long gapNs, final long graceNs) {
            this.gapNs = gapNs;
            this.graceNs = graceNs;
        }

        @Override
        void take(final Event event) {
            final List<List<Event>> near = open.stream()
                    .filter(session -> session.stream().anyMatch(other -> isNear(event, other)))
                    .toList();
            final List<Event> merged = new ArrayList<>(List.of(event));
            near.forEach(merged::addAll);
            if (closeNs(merged) <= watermarkNs) {
                late.add(event.value() + "@" + event.timeNs());
                return;
            }
            open.removeAll(near);
            open.add(merged);
        }

        private boolean isNear(final Event one, final Event other) {
            return one.key().equals(other.key()) && Math.abs(one.timeNs() - other.timeNs()) < gapNs;
        }

        private static long last(final List<Event> session) {
            return session.stream().mapToLong(Event::timeNs).max().orElseThrow();
        }

        private long closeNs(final List<Event> session) {
            return last(session) + gapNs + graceNs;
        }

        @Override
        List<Result> close() {
            final List<Result> closed = new ArrayList<>();
            for (final List<Event> session : List.copyOf(open)) {
                if (closeNs(session) <= watermarkNs) {
                    open.remove(session);
                    closed.add(new Result(
                            session.get(0).key(),
                            session.stream().mapToLong(Event::timeNs).min().orElseThrow(),
                            last(session) + gapNs,
                            closeNs(session),
                            session.stream().mapToInt(Event::arrival).min().orElseThrow(),
                            aggregate(session)));
                }
            }
            return closed;
        }
    }

    /** All accepted events for ever; at each watermark the times of each key that have become final since the last. */
    static final class Sliding extends WindowModel {
        private final long sizeNs;
        private final long graceNs;
        private final List<Event> events = new ArrayList<>();
        private final TreeSet<String> done = new TreeSet<>();

        Sliding(final long sizeNs, final long graceNs) {
            this.sizeNs = sizeNs;
            this.graceNs = graceNs;
        }

        @Override
        void take(final Event event) {
            if (event.timeNs() + 1 + graceNs <= watermarkNs) {
                late.add(event.value() + "@" + event.timeNs());
            } else {
                events.add(event);
            }
        }

        @Override
        List<Result> close() {
            final List<Result> closed = new ArrayList<>();
            for (final Event event : events) {
                final long timeNs = event.timeNs();
                if (timeNs + 1 + graceNs <= watermarkNs && done.add(event.key() + "@" + timeNs)) {
                    closed.add(new Result(
                            event.key(),
                            timeNs + 1 - sizeNs,
                            timeNs + 1,
                            timeNs + 1 + graceNs,
                            event.arrival(),
                            aggregate(upTo(event))));
                }
            }
            return closed;
        }

        private List<Event> upTo(final Event last) {
            return events.stream()
                    .filter(event -> event.key().equals(last.key())
                            && event.timeNs() > last.timeNs() - sizeNs
                            && event.timeNs() <= last.timeNs())
                    .toList();
        }
    }
}
