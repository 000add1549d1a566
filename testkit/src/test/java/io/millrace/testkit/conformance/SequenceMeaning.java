package io.millrace.testkit.conformance;

import io.millrace.operators.pattern.SequenceOptions;
import io.millrace.operators.pattern.SequenceStep;
import io.millrace.operators.pattern.SequenceStep.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a sequence means: at each watermark, everything is found anew in all values that time has closed over, and what was not
 * told before is told. Each value that fits the first step is followed to its end by itself; after that it is decided what
 * rules out what.
 */
final class SequenceMeaning implements Meaning {
    private final SequenceOptions<String> options;
    private final Meaning found;
    private final Meaning late;
    private final Meaning timedOut;
    private final Meaning givenUp;
    private final List<Item> values = new ArrayList<>();
    private int told;

    SequenceMeaning(
            final SequenceOptions<String> options,
            final Meaning found,
            final Meaning late,
            final Meaning timedOut,
            final Meaning givenUp) {
        this.options = options;
        this.found = found;
        this.late = late;
        this.timedOut = timedOut;
        this.givenUp = givenUp;
    }

    private enum End {
        MATCH,
        TIMED_OUT,
        NOTHING,
        OPEN
    }

    /** A value by its place in the order of time, that a step has taken. */
    private record Taken(SequenceStep<String> step, int place) {}

    /** How the value at a place ends as the first of a sequence; at another value, or by time alone. */
    private record Way(int start, List<Taken> taken, End end, long timeNs, int at) {
        int last() {
            return taken.get(taken.size() - 1).place;
        }
    }

    private record Told(Meaning to, String key, long timeNs, String text) {}

    /** A way begins or ends: first what values do, by their places, then what time alone does; at last by the beginning. */
    private record Event(long timeNs, int place, boolean isEnd, Way way) {
        int start() {
            return way.start;
        }
    }

    private static final int BY_TIME = Integer.MAX_VALUE;

    @Override
    public void take(final Moment moment, final Item item) {
        if (item.timeNs() < item.knownNs()) {
            late.take(moment, item);
        } else {
            values.add(item);
        }
    }

    @Override
    public void onWatermark(final Moment moment) {
        final List<Told> all = all(moment.watermarkNs());
        for (final Told one : all.subList(told, all.size())) {
            one.to.take(moment, new Item(one.key, one.timeNs, one.text, moment.beforeNs()));
        }
        told = all.size();
        List.of(found, late, timedOut, givenUp).forEach(each -> each.onWatermark(moment));
    }

    private List<Told> all(final long closedNs) {
        final List<Item> order = values.stream()
                .filter(value -> value.timeNs() < closedNs)
                .sorted(Comparator.comparingLong(Item::timeNs))
                .toList();
        final List<Event> events = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            if (options.steps().get(0).predicate().test(order.get(i).text())) {
                final Way way = new Follower(order, closedNs, i).follow();
                events.add(new Event(order.get(i).timeNs(), i, false, way));
                if (way.end != End.OPEN) {
                    events.add(new Event(way.timeNs, way.at, true, way));
                }
            }
        }
        // A value is shown to those that are under way before it begins one itself; it may end that one at once.
        events.sort(Comparator.comparingLong(Event::timeNs)
                .thenComparingInt(Event::place)
                .thenComparingInt(Event::start)
                .thenComparing(Event::isEnd));
        return new Policy(order).apply(events);
    }

    /** Decides which of those that were followed count. */
    private final class Policy {
        private final List<Item> order;
        private final Map<String, TreeMap<Integer, Way>> underWay = new HashMap<>();
        private final Set<Integer> usedUp = new HashSet<>();
        private final List<Told> all = new ArrayList<>();

        Policy(final List<Item> order) {
            this.order = order;
        }

        List<Told> apply(final List<Event> events) {
            for (final Event event : events) {
                final String key = order.get(event.start()).key();
                final TreeMap<Integer, Way> ofKey = underWay.computeIfAbsent(key, name -> new TreeMap<>());
                if (!event.isEnd) {
                    begin(event, key, ofKey);
                } else if (ofKey.remove(event.start()) != null) {
                    end(event.way, key, ofKey);
                }
            }
            return all;
        }

        private void begin(final Event event, final String key, final TreeMap<Integer, Way> ofKey) {
            if (usedUp.contains(event.place)) {
                return;
            }
            if (ofKey.size() == options.maxPartial()) {
                final Way oldest = ofKey.pollFirstEntry().getValue();
                all.add(new Told(
                        givenUp,
                        key,
                        event.timeNs,
                        text(oldest.taken.stream()
                                .filter(one -> one.place <= event.place)
                                .toList())));
            }
            ofKey.put(event.start(), event.way);
        }

        private void end(final Way way, final String key, final TreeMap<Integer, Way> ofKey) {
            if (way.end == End.MATCH) {
                all.add(new Told(found, key, way.timeNs, text(way.taken)));
                if (!options.isOverlapping()) {
                    ofKey.headMap(way.last(), true).clear();
                    usedUp.add(way.last());
                }
            } else if (way.end == End.TIMED_OUT) {
                all.add(new Told(timedOut, key, way.timeNs, text(way.taken)));
            }
        }

        private String text(final List<Taken> taken) {
            final StringBuilder text = new StringBuilder();
            for (final SequenceStep<String> step : options.steps()) {
                if (step.kind().takes()) {
                    final List<String> ofStep = taken.stream()
                            .filter(one -> one.step == step)
                            .map(one -> order.get(one.place).text())
                            .toList();
                    text.append(text.isEmpty() ? "" : " ")
                            .append(step.name())
                            .append('=')
                            .append(ofStep);
                }
            }
            return text.toString();
        }
    }

    /** Follows one value through the steps. */
    private final class Follower {
        private final List<Item> order;
        private final long closedNs;
        private final int start;
        private final long endNs;
        private final List<Taken> taken = new ArrayList<>();

        // The next place to look at, and when the last step was done.
        private int place;
        private long sinceNs;

        Follower(final List<Item> order, final long closedNs, final int start) {
            this.order = order;
            this.closedNs = closedNs;
            this.start = start;
            this.endNs = order.get(start).timeNs() + options.withinNs();
        }

        Way follow() {
            final List<SequenceStep<String>> steps = options.steps();
            take(steps.get(0), start);
            SequenceStep<String> current = steps.get(0);
            int index = 0;
            while (true) {
                final Way failed = current == null ? null : fill(current);
                if (failed != null) {
                    return failed;
                }
                final List<SequenceStep<String>> notNext = new ArrayList<>();
                final List<SequenceStep<String>> not = new ArrayList<>();
                index++;
                while (index < steps.size() && isNot(steps.get(index))) {
                    (steps.get(index).kind() == Kind.NOT_NEXT ? notNext : not).add(steps.get(index));
                    index++;
                }
                final SequenceStep<String> then = index < steps.size() ? steps.get(index) : null;
                if (then != null && then.kind() == Kind.ABSENT) {
                    not.add(then);
                }
                final Way way = goOn(current, notNext, not, then);
                if (way != null) {
                    return way;
                }
                current = then.kind() == Kind.ABSENT ? null : then;
            }
        }

        private static boolean isNot(final SequenceStep<String> step) {
            return step.kind() == Kind.NOT_NEXT || step.kind() == Kind.NOT_FOLLOWED_BY;
        }

        private void take(final SequenceStep<String> step, final int at) {
            taken.add(new Taken(step, at));
            place = at + 1;
            sinceNs = order.get(at).timeNs();
        }

        private int count(final SequenceStep<String> step) {
            return (int) taken.stream().filter(one -> one.step == step).count();
        }

        private boolean fits(final SequenceStep<String> step, final int at) {
            return step.predicate().test(order.get(at).text());
        }

        // The next value of the key that comes until a time.
        private int next(final long untilNs) {
            int at = place;
            while (at < order.size()
                    && !order.get(at).key().equals(order.get(start).key())) {
                at++;
            }
            return at < order.size() && order.get(at).timeNs() <= untilNs ? at : -1;
        }

        private Way ends(final End end, final long timeNs, final int at) {
            return at == BY_TIME && timeNs >= closedNs
                    ? new Way(start, taken, End.OPEN, timeNs, at)
                    : new Way(start, taken, end, timeNs, at);
        }

        private Way endsAt(final End end, final int at) {
            return ends(end, order.get(at).timeNs(), at);
        }

        // Until the step has the fewest; null when it has.
        private Way fill(final SequenceStep<String> step) {
            while (count(step) < step.least()) {
                final int at = next(endNs);
                if (at < 0) {
                    return ends(End.TIMED_OUT, endNs, BY_TIME);
                }
                if (fits(step, at)) {
                    take(step, at);
                } else if (step.isConsecutive()) {
                    return endsAt(End.NOTHING, at);
                } else {
                    place = at + 1;
                }
            }
            return null;
        }

        // Until the next step has its first value or its absence, or all is done; null for the former.
        private Way goOn(
                final SequenceStep<String> current,
                final List<SequenceStep<String>> notNext,
                final List<SequenceStep<String>> not,
                final SequenceStep<String> then) {
            boolean isDirect = true;
            boolean isOpen = current != null && count(current) < current.most();
            // Behind an absence nothing was looked at: time alone has come so far.
            int seen = current == null ? BY_TIME : place - 1;
            while (true) {
                if (then == null && !isOpen && not.isEmpty() && (notNext.isEmpty() || !isDirect)) {
                    return seen == BY_TIME ? ends(End.MATCH, sinceNs, BY_TIME) : endsAt(End.MATCH, seen);
                }
                final boolean isAbsence = then != null && then.kind() == Kind.ABSENT;
                final long absenceNs = isAbsence ? sinceNs + then.absenceNs() : Long.MAX_VALUE;
                final int at = next(Math.min(endNs, absenceNs));
                if (at < 0) {
                    if (absenceNs <= endNs) {
                        if (absenceNs >= closedNs) {
                            return ends(End.OPEN, absenceNs, BY_TIME);
                        }
                        sinceNs = absenceNs;
                        return null;
                    }
                    return ends(then == null ? End.MATCH : End.TIMED_OUT, endNs, BY_TIME);
                }
                seen = at;
                if (not.stream().anyMatch(step -> fits(step, at))
                        || isDirect && notNext.stream().anyMatch(step -> fits(step, at))) {
                    return endsAt(End.NOTHING, at);
                }
                if (then != null && !isAbsence && fits(then, at)) {
                    take(then, at);
                    return null;
                }
                if (isOpen && fits(current, at)) {
                    take(current, at);
                    isDirect = true;
                    isOpen = count(current) < current.most();
                    continue;
                }
                if (then != null && then.kind() == Kind.NEXT) {
                    return endsAt(End.NOTHING, at);
                }
                place = at + 1;
                isDirect = false;
                isOpen = isOpen && !current.isConsecutive();
            }
        }
    }
}
