package io.millrace.streams;

import io.millrace.operators.keyed.EventTimeRange;
import io.millrace.operators.pattern.SequenceOptions;
import io.millrace.operators.pattern.SequenceStep;
import io.millrace.operators.pattern.SequenceStep.Kind;
import io.millrace.streams.topology.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is looked for among the values of one key: steps that follow each other in event time, and a time in which all has to be
 * over. It is not changed: each method gives a new one.
 *
 * <pre>{@code
 * Sequence.<Payment>begin("small", payment -> payment.amount() < 5).times(3)
 *         .notFollowedBy("cleared", payment -> payment.isCleared())
 *         .followedBy("large", payment -> payment.amount() > 500)
 *         .within(Duration.ofMinutes(10))
 * }</pre>
 *
 * <p>Each value that fits the first step begins a partial match, and each partial match takes, for each step, the first value
 * that it can take. Values come in the order of their event times, those of one time as they lie in the log.
 *
 * @param <V> type of the values.
 */
public final class Sequence<V> {
    /** How many values a step takes at most. */
    public static final int MAX_TIMES = 1_000;

    private static final int DEFAULT_PARTIAL_MATCHES = 256;
    private static final int MAX_PARTIAL_MATCHES = 100_000;
    private static final Duration MAX = Duration.ofNanos(EventTimeRange.MAX_SPAN_NS);

    private final List<SequenceStep<V>> steps;
    private final Duration within;
    private final boolean isOverlapping;
    private final int maxPartialMatches;

    // The first one that was made; null for none.
    private final String mistake;

    private Sequence(
            final List<SequenceStep<V>> steps,
            final Duration within,
            final boolean isOverlapping,
            final int maxPartialMatches,
            final String mistake) {
        this.steps = steps;
        this.within = within;
        this.isOverlapping = isOverlapping;
        this.maxPartialMatches = maxPartialMatches;
        this.mistake = mistake;
    }

    /**
     * Begins a sequence: each value that fits begins a partial match.
     *
     * @param step      name, by which a match gives its values.
     * @param predicate true for a value that fits; a function of the value alone.
     * @param <V>       type of the values.
     * @return a sequence of one step, which needs a {@link #within}.
     */
    public static <V> Sequence<V> begin(final String step, final Predicate<? super V> predicate) {
        return new Sequence<>(
                List.of(SequenceStep.of(Kind.BEGIN, step, predicate)), null, false, DEFAULT_PARTIAL_MATCHES, null);
    }

    /**
     * The next value of the key, whatever it is, has to fit; otherwise the partial match comes to nothing.
     *
     * @param step      name, by which a match gives its values.
     * @param predicate true for a value that fits; a function of the value alone.
     * @return the sequence with this step. Several values of it have to follow each other directly, too.
     */
    public Sequence<V> next(final String step, final Predicate<? super V> predicate) {
        return with(SequenceStep.of(Kind.NEXT, step, predicate));
    }

    /**
     * Sooner or later a value comes that fits; others in between are left out.
     *
     * @param step      name, by which a match gives its values.
     * @param predicate true for a value that fits; a function of the value alone.
     * @return the sequence with this step.
     */
    public Sequence<V> followedBy(final String step, final Predicate<? super V> predicate) {
        return with(SequenceStep.of(Kind.FOLLOWED_BY, step, predicate));
    }

    /**
     * The next value of the key must not fit; otherwise the partial match comes to nothing. At the end of a sequence the match
     * is complete with the next value that does not fit, or when the time is over.
     *
     * @param step      name, for plans.
     * @param predicate true for a value that must not come; a function of the value alone.
     * @return the sequence with this condition, which takes no value.
     */
    public Sequence<V> notNext(final String step, final Predicate<? super V> predicate) {
        return with(SequenceStep.of(Kind.NOT_NEXT, step, predicate));
    }

    /**
     * Until the step behind has its first value, no value may come that fits; otherwise the partial match comes to nothing. At
     * the end of a sequence the match is complete when the time is over.
     *
     * @param step      name, for plans.
     * @param predicate true for a value that must not come; a function of the value alone.
     * @return the sequence with this condition, which takes no value.
     */
    public Sequence<V> notFollowedBy(final String step, final Predicate<? super V> predicate) {
        return with(SequenceStep.of(Kind.NOT_FOLLOWED_BY, step, predicate));
    }

    /**
     * For a duration no value comes that fits, counted from the last value before, end included; otherwise the partial match comes
     * to nothing. The step behind begins after that, and other values meanwhile are left out.
     *
     * @param step      name, for plans.
     * @param predicate true for a value that must not come; a function of the value alone.
     * @param duration  1 ns or more.
     * @return the sequence with this step, which takes no value.
     */
    public Sequence<V> absentFor(final String step, final Predicate<? super V> predicate, final Duration duration) {
        Objects.requireNonNull(duration, "an absence needs a duration");
        final boolean isInRange = isInRange(duration);
        return with(new SequenceStep<>(Kind.ABSENT, step, predicate, 0, 0, false, isInRange ? duration.toNanos() : 1))
                .checked(isInRange, "absentFor(" + step + ", …) needs 1 ns to 36 years, is " + duration);
    }

    /**
     * The last step takes so many values.
     *
     * @param count 1 to {@link #MAX_TIMES}.
     * @return the sequence with a step of that many values.
     */
    public Sequence<V> times(final int count) {
        return times(count, count);
    }

    /**
     * The last step takes so many values. When it has the fewest, a value that fits the step behind goes there, also if it fits
     * both. At the end of a sequence it takes what comes until it has the most or the time is over.
     *
     * @param least 1 or more.
     * @param most  {@code least} to {@link #MAX_TIMES}.
     * @return the sequence with a step of that many values.
     */
    public Sequence<V> times(final int least, final int most) {
        final SequenceStep<V> last = steps.get(steps.size() - 1);
        final boolean isInRange = least >= 1 && most >= least && most <= MAX_TIMES;
        return replaced(
                        isInRange && last.kind().takes()
                                ? new SequenceStep<>(
                                        last.kind(),
                                        last.name(),
                                        last.predicate(),
                                        least,
                                        most,
                                        last.isConsecutive(),
                                        0)
                                : last)
                .checked(
                        last.kind().takes(),
                        "times(…) belongs behind begin, next or followedBy, not behind " + last.name())
                .checked(isInRange, "times(…) needs 1 to " + MAX_TIMES + ", is " + least + " to " + most);
    }

    /**
     * The last step takes so many values or more, {@link #MAX_TIMES} at most; see {@link #times(int, int)}.
     *
     * @param least 1 to {@link #MAX_TIMES}.
     * @return the sequence with a step of that many values.
     */
    public Sequence<V> atLeast(final int least) {
        return times(least, Math.max(least, MAX_TIMES));
    }

    /**
     * The values of the last step directly follow each other, as those of {@link #next} do in any case. If another value comes
     * before there are enough, the partial match comes to nothing; if it comes later, the step takes no more.
     *
     * @return the sequence with such a step.
     */
    public Sequence<V> consecutive() {
        final SequenceStep<V> last = steps.get(steps.size() - 1);
        return replaced(new SequenceStep<>(
                        last.kind(), last.name(), last.predicate(), last.least(), last.most(), true, last.absenceNs()))
                .checked(
                        last.kind().takes(),
                        "consecutive() belongs behind begin, next or followedBy, not behind " + last.name());
    }

    /**
     * In what time after its first value a match has to be complete. Every sequence needs one: it bounds what is kept.
     *
     * @param duration 1 ns to 36 years, end included.
     * @return the sequence with that time.
     */
    public Sequence<V> within(final Duration duration) {
        Objects.requireNonNull(duration, "within(…) needs a duration");
        return new Sequence<>(steps, duration, isOverlapping, maxPartialMatches, mistake)
                .checked(isInRange(duration), "within(…) needs 1 ns to 36 years, is " + duration);
    }

    /**
     * Lets a value be in several matches: each value that fits the first step may end in a match of its own, whatever others have
     * found. Unless this is said, a match rules out all partial matches of its key that began at its last value or before.
     *
     * @return the sequence with this policy.
     */
    public Sequence<V> overlapping() {
        return new Sequence<>(steps, within, true, maxPartialMatches, mistake);
    }

    /**
     * How many partial matches a key may have. When one more begins, the one that began first is given up, and is in
     * {@link SequenceStream#givenUp()}.
     *
     * @param count 1 to 100,000; 256 unless set.
     * @return the sequence with this limit.
     */
    public Sequence<V> maxPartialMatches(final int count) {
        return new Sequence<>(steps, within, isOverlapping, count, mistake)
                .checked(
                        count >= 1 && count <= MAX_PARTIAL_MATCHES,
                        "maxPartialMatches(…) needs 1 to " + MAX_PARTIAL_MATCHES + ", is " + count);
    }

    private static boolean isInRange(final Duration duration) {
        return !duration.isNegative() && !duration.isZero() && duration.compareTo(MAX) <= 0;
    }

    private Sequence<V> with(final SequenceStep<V> step) {
        final List<SequenceStep<V>> all = new ArrayList<>(steps);
        all.add(step);
        return new Sequence<>(List.copyOf(all), within, isOverlapping, maxPartialMatches, mistake);
    }

    private Sequence<V> replaced(final SequenceStep<V> step) {
        final List<SequenceStep<V>> all = new ArrayList<>(steps);
        all.set(all.size() - 1, step);
        return new Sequence<>(List.copyOf(all), within, isOverlapping, maxPartialMatches, mistake);
    }

    private Sequence<V> checked(final boolean isRight, final String otherwise) {
        return isRight || mistake != null
                ? this
                : new Sequence<>(steps, within, isOverlapping, maxPartialMatches, otherwise);
    }

    /** What is wrong, and how to put it right; null for nothing. */
    String mistake() {
        if (mistake != null) {
            return mistake;
        }
        if (steps.size() > SequenceOptions.MAX_STEPS) {
            return "it has " + steps.size() + " steps, " + SequenceOptions.MAX_STEPS + " are allowed";
        }
        final Set<String> names = new HashSet<>();
        for (final SequenceStep<V> step : steps) {
            if (!names.add(step.name())) {
                return "two of its steps are called " + step.name() + "; a match gives values by the names of steps";
            }
        }
        if (within == null) {
            return "it has no end in time, so partial matches would be kept for ever; say within(duration)";
        }
        return absence().compareTo(within) > 0
                ? "nothing may come for " + DurationText.of(absence()) + ", which does not fit within "
                        + DurationText.of(within)
                : null;
    }

    private Duration absence() {
        Duration sum = Duration.ZERO;
        for (final SequenceStep<V> step : steps) {
            sum = sum.plusNanos(step.absenceNs());
        }
        return sum;
    }

    /** For those without a mistake. */
    SequenceOptions<V> options() {
        return new SequenceOptions<>(steps, within.toNanos(), isOverlapping, maxPartialMatches);
    }

    /** All that decides what is found, but for the predicates: state is bound to these words. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        for (final SequenceStep<V> step : steps) {
            text.append(text.isEmpty() ? "" : ", ").append(describe(step));
        }
        return text.append(within == null ? "" : ", within " + DurationText.of(within))
                .append(isOverlapping ? ", overlapping" : "")
                .append(", at most ")
                .append(maxPartialMatches)
                .append(" partial matches of a key")
                .toString();
    }

    private static String describe(final SequenceStep<?> step) {
        return switch (step.kind()) {
            case BEGIN -> step.name() + times(step);
            case NEXT -> "next " + step.name() + times(step);
            case FOLLOWED_BY -> "followed by " + step.name() + times(step);
            case NOT_NEXT -> "not next " + step.name();
            case NOT_FOLLOWED_BY -> "not followed by " + step.name();
            case ABSENT -> "no " + step.name() + " for " + DurationText.of(step.absenceNs());
        };
    }

    private static String times(final SequenceStep<?> step) {
        if (step.most() == 1) {
            return "";
        }
        return (step.least() == step.most() ? " " + step.most() : " " + step.least() + " to " + step.most()) + " times"
                + (step.isConsecutive() && step.kind() != Kind.NEXT ? " in a row" : "");
    }
}
