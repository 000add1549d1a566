package io.millrace.testkit.conformance;

import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.AbsentStream;
import io.millrace.streams.Codecs;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.SilentStream;
import io.millrace.streams.Within;
import io.millrace.testkit.conformance.Scenario.Stage;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Scenarios of absence: of values of another stream, and of all values of a key. */
final class AbsenceScenarios extends Scenarios {
    private static final int WATERMARKS_PER_SPAN = 8;

    AbsenceScenarios(final SplittableRandom random, final int partitions) {
        super(random, partitions);
    }

    Scenario within() {
        final long lowerNs = span() - span();
        final long upperNs = lowerNs + span();
        final long graceNs = random.nextInt(2) * span();
        final Within within = Within.between(Duration.ofNanos(lowerNs), Duration.ofNanos(upperNs))
                .grace(Duration.ofNanos(graceNs));
        final boolean hasCondition = random.nextBoolean();
        final AbsenceMeanings.Condition condition = hasCondition ? AbsenceScenarios::match : (left, right) -> true;
        final AbsentStream<String, String, String> missing = hasCondition
                ? side("left").absentWithin("missing", side("right"), within, AbsenceScenarios::matchOrFail)
                : side("left").absentWithin("missing", side("right"), within);
        missing.onError(ErrorPolicy.SKIP).to(sink("main"));
        missing.lateLeft().to(sink("late.left"));
        missing.lateRight().to(sink("late.right"));

        final long stepNs = Math.max(1, (upperNs - lowerNs + graceNs) / WATERMARKS_PER_SPAN);
        final List<String> inputs = List.of("left", "right");
        for (int i = 0; i < inputs.size(); i++) {
            final char side = (char) i;
            stages.add(new Stage(inputs.get(i), sourceTime(), written -> {
                final Meaning exchange = written.exchange("job.missing-sides", stepNs);
                return rekey(
                        Feed::key,
                        through(exchange, (moment, item) -> exchange.take(moment, item.with(item.text() + side))));
            }));
        }
        stages.add(new Stage("job.missing-sides", new PartitionTime.OfExchange(2 * partitions), written -> {
            final AbsenceMeanings.Within meaning = new AbsenceMeanings.Within(
                    lowerNs,
                    upperNs,
                    graceNs,
                    condition,
                    written.sink("main"),
                    written.sink("late.left"),
                    written.sink("late.right"));
            waiting.add(meaning::count);
            return meaning;
        }));
        return scenario(inputs, 0);
    }

    private KeyedStream<String, String> side(final String topic) {
        return source(topic).keyBy("by-" + topic, Codecs.string(), Feed::key);
    }

    private static boolean matchOrFail(final String left, final String right) {
        final Boolean isMatch = match(left, right);
        if (isMatch == null) {
            throw new IllegalStateException("does not compare " + left + " with " + right);
        }
        return isMatch;
    }

    private static Boolean match(final String left, final String right) {
        final long difference = Math.abs(Feed.number(left) - Feed.number(right));
        return difference % 9 == 0 ? null : (Boolean) (difference % 2 == 0);
    }

    Scenario silence() {
        final long spanNs = span();
        final SilentStream<String, String> silent = keyed().absentFor("silent", Duration.ofNanos(spanNs));
        silent.to(sink("main"));
        silent.late().to(sink("late"));
        return behindKeyed(Math.max(1, spanNs / WATERMARKS_PER_SPAN), 0, written -> {
            final AbsenceMeanings.Silence meaning =
                    new AbsenceMeanings.Silence(spanNs, written.sink("main"), written.sink("late"));
            waiting.add(meaning::count);
            return meaning;
        });
    }
}
