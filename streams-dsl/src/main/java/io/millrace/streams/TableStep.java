package io.millrace.streams;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.join.Change;
import io.millrace.operators.join.TableOperator;
import io.millrace.streams.topology.DurationText;
import io.millrace.streams.topology.StepNode;
import java.time.Duration;

/**
 * The step that keeps a table, and its options, which are settled when the tasks are made.
 *
 * @param <V> type of the values.
 */
final class TableStep<V> {
    static final int LATE = 1;

    private final StepNode<Change<V>> node;
    private boolean isLatestByTime;
    private long timeToLiveNs = TableOperator.FOR_EVER;

    TableStep(final String name, final Codec<V> codec) {
        node = new StepNode<>(
                name,
                describe(),
                state(),
                null,
                (scope, nexts) -> scope.operator(
                        TableOperator.class,
                        scope.name(),
                        scope.failures(),
                        isLatestByTime,
                        timeToLiveNs,
                        scope.keptCodec(codec),
                        scope.memory(),
                        scope.counters(),
                        nexts.get(0),
                        nexts.get(LATE)));
        node.reserve(LATE, "late");
    }

    StepNode<Change<V>> node() {
        return node;
    }

    void latestByTime() {
        isLatestByTime = true;
        node.describe(describe(), state());
    }

    void timeToLive(final Duration timeToLive) {
        timeToLiveNs = timeToLive.toNanos();
        node.describe(describe(), state());
    }

    private String describe() {
        return "table, latest by " + (isLatestByTime ? "event time" : "position")
                + (timeToLiveNs == TableOperator.FOR_EVER ? "" : ", kept for " + DurationText.of(timeToLiveNs));
    }

    private StepNode.StateInfo state() {
        return new StepNode.StateInfo(
                "the value, the key and "
                        + (timeToLiveNs != TableOperator.FOR_EVER
                                ? "32 bytes and a timer"
                                : isLatestByTime ? "16 bytes" : "8 bytes")
                        + ", for each key",
                null);
    }
}
