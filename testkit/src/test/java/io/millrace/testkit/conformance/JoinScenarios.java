package io.millrace.testkit.conformance;

import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.Joined;
import io.millrace.streams.AsOf;
import io.millrace.streams.Codecs;
import io.millrace.streams.JoinedStream;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Within;
import io.millrace.testkit.conformance.Scenario.Stage;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Scenarios of joins of two streams: within an interval, and as of the time of the left side. */
final class JoinScenarios extends Scenarios {
    private static final List<String> INPUTS = List.of("left", "right");
    private static final int WATERMARKS_PER_SPAN = 8;

    JoinScenarios(final SplittableRandom random, final int partitions) {
        super(random, partitions);
    }

    /** Bounds on both sides of the left time, or both before or behind it, or both the same. */
    Scenario within(final JoinKind kind) {
        final long lowerNs = span() - span();
        final long upperNs = random.nextInt(8) == 0 ? lowerNs : lowerNs + span();
        final long graceNs = random.nextInt(2) * span();
        final Within within = Within.between(Duration.ofNanos(lowerNs), Duration.ofNanos(upperNs))
                .grace(Duration.ofNanos(graceNs));
        final KeyedStream<String, String> left = side("left");
        final KeyedStream<String, String> right = side("right");
        final JoinedStream<String, String, String> joined = switch (kind) {
            case INNER -> left.join("joined", right, within);
            case LEFT -> left.leftJoin("joined", right, within);
            case OUTER -> left.outerJoin("joined", right, within);
        };
        return joined(joined, Math.max(1, (upperNs - lowerNs + graceNs) / WATERMARKS_PER_SPAN), written -> {
            final JoinMeanings.Within meaning =
                    new JoinMeanings.Within(kind, lowerNs, upperNs, graceNs, main(written), late(written));
            waiting.add(meaning::count);
            return meaning;
        });
    }

    Scenario asOf() {
        final boolean keepsLeft = random.nextBoolean();
        final boolean waits = random.nextBoolean();
        // Mostly so short that the nearest earlier value is often just as old as it may be.
        final long toleranceNs = random.nextInt(3) == 0
                ? PartitionTime.END
                : random.nextInt(3) == 0 ? span() : random.nextLong(5) * Feed.MS;
        final long graceNs = random.nextInt(2) * span();
        final AsOf age =
                toleranceNs == PartitionTime.END ? AsOf.anyAge() : AsOf.tolerance(Duration.ofNanos(toleranceNs));
        final AsOf asOf = (waits ? age.waiting() : age).grace(Duration.ofNanos(graceNs));
        final KeyedStream<String, String> left = side("left");
        final KeyedStream<String, String> right = side("right");
        final JoinedStream<String, String, String> joined =
                keepsLeft ? left.leftJoinAsOf("joined", right, asOf) : left.joinAsOf("joined", right, asOf);
        return joined(joined, Feed.MS, written -> {
            final JoinMeanings.AsOf meaning =
                    new JoinMeanings.AsOf(keepsLeft, waits, toleranceNs, graceNs, main(written), late(written));
            waiting.add(meaning::count);
            return meaning;
        });
    }

    private Scenario joined(
            final JoinedStream<String, String, String> joined,
            final long stepNs,
            final Function<Written, Meaning> meaning) {
        joined.mapValues(Joined::toString, Codecs.string()).to(sink("main"));
        joined.lateLeft().to(sink("late.left"));
        joined.lateRight().to(sink("late.right"));
        for (int i = 0; i < INPUTS.size(); i++) {
            final char side = (char) i;
            stages.add(new Stage(INPUTS.get(i), sourceTime(), written -> {
                final Meaning exchange = written.exchange("job.joined-sides", stepNs);
                return rekey(
                        Feed::key,
                        through(exchange, (moment, item) -> exchange.take(moment, item.with(item.text() + side))));
            }));
        }
        stages.add(new Stage("job.joined-sides", new PartitionTime.OfExchange(INPUTS.size() * partitions), meaning));
        return scenario(INPUTS, 0);
    }

    private KeyedStream<String, String> side(final String topic) {
        return source(topic).keyBy("by-" + topic, Codecs.string(), Feed::key);
    }

    private static Meaning main(final Written written) {
        return written.sink("main");
    }

    private static List<Meaning> late(final Written written) {
        return List.of(written.sink("late.left"), written.sink("late.right"));
    }
}
