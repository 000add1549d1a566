package io.millrace.testkit.conformance;

import io.millrace.operators.pattern.SequenceOptions;
import io.millrace.operators.pattern.SequenceStep;
import io.millrace.operators.pattern.SequenceStep.Kind;
import io.millrace.streams.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** A random sequence over the values of a {@link Feed}, as its steps and in the language. */
final class RandomSequence {
    private static final int MAX_STEPS = 6;

    private final SplittableRandom random;
    private final SequenceOptions<String> options;

    RandomSequence(final SplittableRandom random) {
        this.random = random;
        final long withinNs = (1 + random.nextLong(120)) * Feed.MS;
        final List<SequenceStep<String>> steps = new ArrayList<>();
        steps.add(step(Kind.BEGIN, 0));
        long leftNs = withinNs;
        for (int i = random.nextInt(MAX_STEPS); i > 0; i--) {
            final Kind kind = Kind.values()[1 + random.nextInt(Kind.values().length - 1)];
            if (kind == Kind.ABSENT && leftNs >= Feed.MS) {
                final long absenceNs = (1 + random.nextLong(leftNs / Feed.MS)) * Feed.MS;
                leftNs -= absenceNs;
                steps.add(new SequenceStep<>(kind, "s" + steps.size(), fits(), 0, 0, false, absenceNs));
            } else if (kind != Kind.ABSENT) {
                steps.add(step(kind, steps.size()));
            }
        }
        this.options = new SequenceOptions<>(
                steps, withinNs, random.nextInt(3) == 0, random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 256);
    }

    private SequenceStep<String> step(final Kind kind, final int index) {
        if (!kind.takes() || random.nextBoolean()) {
            return SequenceStep.of(kind, "s" + index, fits());
        }
        final int least = 1 + random.nextInt(3);
        final int most = least + (random.nextBoolean() ? random.nextInt(3) : 0);
        return new SequenceStep<>(
                kind, "s" + index, fits(), least, most, kind == Kind.NEXT || random.nextInt(3) == 0, 0);
    }

    // Fits a quarter of the values, or all but a quarter.
    private Predicate<String> fits() {
        final int rest = random.nextInt(4);
        final boolean isOther = random.nextInt(3) > 0;
        return text -> isOther != (Math.floorMod(Feed.number(text), 4) == rest);
    }

    SequenceOptions<String> options() {
        return options;
    }

    Sequence<String> inTheLanguage() {
        Sequence<String> sequence = null;
        for (final SequenceStep<String> step : options.steps()) {
            sequence = switch (step.kind()) {
                case BEGIN -> Sequence.begin(step.name(), step.predicate());
                case NEXT -> sequence.next(step.name(), step.predicate());
                case FOLLOWED_BY -> sequence.followedBy(step.name(), step.predicate());
                case NOT_NEXT -> sequence.notNext(step.name(), step.predicate());
                case NOT_FOLLOWED_BY -> sequence.notFollowedBy(step.name(), step.predicate());
                case ABSENT -> sequence.absentFor(step.name(), step.predicate(), Duration.ofNanos(step.absenceNs()));
            };
            if (step.kind().takes()) {
                sequence = sequence.times(step.least(), step.most());
                sequence = step.isConsecutive() ? sequence.consecutive() : sequence;
            }
        }
        final Sequence<String> bounded =
                sequence.within(Duration.ofNanos(options.withinNs())).maxPartialMatches(options.maxPartial());
        return options.isOverlapping() ? bounded.overlapping() : bounded;
    }

    @Override
    public String toString() {
        return inTheLanguage().toString();
    }
}
