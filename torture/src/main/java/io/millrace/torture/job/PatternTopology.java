package io.millrace.torture.job;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.pattern.Match;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Sequence;
import io.millrace.streams.SequenceStream;
import io.millrace.streams.Windows;
import io.millrace.streams.Within;
import java.time.Duration;

/** Writes down the topology that looks for sequences, for what does not come, and groups streams, as the module's page tells it. */
final class PatternTopology {
    private static final int ID = 0;
    private static final int AMOUNT = 1;
    private static final long NOBODY = -1;
    private static final String SMALL = "small";
    private static final String LARGE = "large";
    private static final String HIGH = "high";
    private static final Codec<long[]> PAIR = new LongsCodec(2);
    private static final Codec<long[]> RESULT = new LongsCodec(6);

    private final KeyedStream<Long, long[]> amounts;
    private final KeyedStream<Long, long[]> odd;
    private final KeyedStream<Long, long[]> even;
    private final String prefix;

    PatternTopology(final KeyedStream<Long, long[]> amounts, final String prefix) {
        this.amounts = amounts;
        this.odd = amounts.filter(value -> value[AMOUNT] % 2 != 0);
        this.even = amounts.filter(value -> value[AMOUNT] % 2 == 0);
        this.prefix = prefix;
    }

    void write() {
        sequences();
        absences();
        together();
    }

    private void sequences() {
        final SequenceStream<Long, long[]> twoSmall = amounts.sequence(
                "two-small",
                Sequence.<long[]>begin(SMALL, value -> value[AMOUNT] <= 400)
                        .times(2)
                        .notFollowedBy("stop", value -> value[AMOUNT] % 10 == 0)
                        .followedBy(LARGE, value -> value[AMOUNT] > 600)
                        .within(Duration.ofMillis(800)));
        twoSmall.mapValues(PatternTopology::result, RESULT).to(prefix + "out");
        twoSmall.timedOut().mapValues(PatternTopology::result, RESULT).to(prefix + "timed-out");
        twoSmall.late().to(prefix + "late");

        final Duration silence = Duration.ofMillis(300);
        amounts.sequence(
                        "quiet",
                        Sequence.<long[]>begin(HIGH, value -> value[AMOUNT] > 700)
                                .absentFor("low", value -> value[AMOUNT] <= 300, silence)
                                .within(silence))
                .mapValues(match -> new long[] {match.first(HIGH)[ID], match.firstTimeNs()}, PAIR)
                .to(prefix + "quiet");
    }

    private static long[] result(final Match<long[]> match) {
        return new long[] {
            match.count(SMALL),
            match.first(SMALL)[ID],
            match.last(SMALL)[ID],
            match.count(LARGE) == 0 ? NOBODY : match.first(LARGE)[ID],
            match.firstTimeNs(),
            match.lastTimeNs()
        };
    }

    private void absences() {
        odd.absentWithin(
                        "unmet",
                        even,
                        Within.between(Duration.ofMillis(-50), Duration.ofMillis(100))
                                .grace(Duration.ofMillis(50)))
                .to(prefix + "unmet");
        amounts.absentFor("silent", Duration.ofMillis(400)).to(prefix + "silent");
    }

    private void together() {
        odd.cogroup(NumberState.<long[]>of((state, value) -> state.add(value[AMOUNT], value[AMOUNT])))
                .with(even, (state, value) -> state.add(-value[AMOUNT], -value[AMOUNT]))
                .window("together", Windows.tumbling(Duration.ofSeconds(1)).grace(Duration.ofMillis(100)))
                .late(even, values -> values.to(prefix + "late-even"))
                .aggregate()
                .map(NumberState::output, RESULT)
                .to(prefix + "together");
    }
}
