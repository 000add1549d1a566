package io.millrace.torture.job;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.core.ErrorPolicy;
import io.millrace.streams.Async;
import io.millrace.streams.KeyedStream;
import io.millrace.streams.Windows;
import java.time.Duration;

/** Writes down the topology that asks an outside, as the module's page tells it. */
final class AsyncTopology {
    private static final int ID = 0;
    private static final int AMOUNT = 1;
    private static final Codec<long[]> PAIR = new LongsCodec(2);
    private static final Codec<long[]> RESULT = new LongsCodec(6);
    private static final Async ASYNC =
            Async.atMost(16).timeout(Duration.ofSeconds(20)).attempts(2, Duration.ofMillis(1), Duration.ofMillis(1));

    private AsyncTopology() {}

    static void write(final KeyedStream<Long, long[]> amounts, final String prefix) {
        final KeyedStream<Long, long[]> answered = amounts.mapAsync("ordered", new Outside(7)::ask, ASYNC, PAIR)
                .orElse((value, error) -> new long[] {value[ID], -value[AMOUNT]});
        answered.to(prefix + "out");
        answered.window("per-second", Windows.tumbling(Duration.ofSeconds(1)))
                .aggregate(NumberState.<long[]>of((state, value) -> state.add(value[AMOUNT], value[AMOUNT])))
                .map(NumberState::output, RESULT)
                .to(prefix + "windows");
        amounts.mapAsync("unordered", new Outside(97)::ask, ASYNC.unordered(), PAIR)
                .onError(ErrorPolicy.deadLetter(prefix + "letters"))
                .to(prefix + "unordered");
    }
}
