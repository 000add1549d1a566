package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.aggregate.Aggregation;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.core.Operator;
import io.millrace.operators.state.StateReader;
import io.millrace.operators.state.StateWriter;
import io.millrace.operators.state.Stateful;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

/**
 * Windows beside a model that works out the same the slow way, on random input, with an operator that now and then goes on
 * in another one from a snapshot. A failure tells the seed.
 */
class WindowModelPropertyTest {
    private static final int SEEDS = 200;
    private static final int EVENTS = 200;

    @Test
    void shouldGiveTheSessionsThatTheModelGives() {
        for (long seed = 0; seed < SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final long gapNs = random.nextLong(1, 30);
            final long graceNs = random.nextLong(0, 40);
            final Aggregation<Long, ?, String> aggregation =
                    random.nextInt(4) == 0 ? SumState.onHeap() : SumState.asText();
            compare(
                    run -> new SessionWindowOperator<>(
                            "sessions",
                            gapNs,
                            graceNs,
                            Emission.ON_CLOSE,
                            aggregation.forTask(),
                            run.memory,
                            new StringCodec(),
                            run.counters,
                            (context, failure) -> run.failures.add(failure.getMessage()),
                            run.next(),
                            run.late()),
                    new WindowModel.Sessions(gapNs, graceNs),
                    random,
                    "seed=" + seed + " gap=" + gapNs + " grace=" + graceNs);
        }
    }

    @Test
    void shouldGiveTheSlidingWindowsThatTheModelGives() {
        for (long seed = 0; seed < SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final long sizeNs = random.nextLong(1, 60);
            final long graceNs = random.nextLong(0, 40);
            final Aggregation<Long, ?, String> aggregation =
                    random.nextInt(4) == 0 ? SumState.onHeap() : SumState.asText();
            compare(
                    run -> new SlidingWindowOperator<>(
                            "sliding",
                            sizeNs,
                            graceNs,
                            aggregation.forTask(),
                            run.memory,
                            new StringCodec(),
                            run.counters,
                            (context, failure) -> run.failures.add(failure.getMessage()),
                            run.next(),
                            run.late()),
                    new WindowModel.Sliding(sizeNs, graceNs),
                    random,
                    "seed=" + seed + " size=" + sizeNs + " grace=" + graceNs);
        }
    }

    private static void compare(
            final Function<WindowRun, Operator<Long>> factory,
            final WindowModel model,
            final SplittableRandom random,
            final String seed) {
        final WindowRun run = new WindowRun();
        run.operator = factory.apply(run);
        final int keys = random.nextInt(1, 6);
        final long spread = random.nextLong(1, 80);
        final long pace = random.nextLong(1, 12);
        final long outOfOrder = random.nextLong(0, 40);
        final boolean restarts = random.nextBoolean();
        long nowNs = random.nextLong(-300, 300);
        for (int i = 0; i < EVENTS; i++) {
            nowNs += random.nextInt(50) == 0 ? 150 : random.nextLong(pace);
            final long timeNs = nowNs - random.nextLong(spread);
            if (random.nextInt(4) > 0) {
                run.watermark(Math.max(run.context.watermarkNs(), nowNs - outOfOrder));
                model.watermark(run.context.watermarkNs());
            }
            if (restarts && random.nextInt(20) == 0) {
                restart(run, factory);
            }
            final String key = "key" + random.nextInt(keys);
            final long value = random.nextLong(1_000_000_000);
            run.record(key, timeNs, value);
            model.record(key, timeNs, value);
            if (run.results.size() != model.results.size()) {
                assertThat(run.results).as("%s at event %d", seed, i).containsExactlyElementsOf(model.results);
            }
        }
        run.watermark(Long.MAX_VALUE);
        model.watermark(Long.MAX_VALUE);
        assertThat(run.results).as(seed).containsExactlyElementsOf(model.results);
        assertThat(run.late).as(seed).containsExactlyElementsOf(model.late);
        assertThat(run.failures).as(seed).isEmpty();
        assertThat(kept(run.operator)).as(seed).isZero();
        run.memory.close();
        assertThat(run.memory.usedBytes()).as(seed).isZero();
    }

    private static void restart(final WindowRun run, final Function<WindowRun, Operator<Long>> factory) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final StateWriter writer = new StateWriter(buffer, 16);
        ((Stateful) run.operator).snapshot(writer);
        run.operator = factory.apply(run);
        final StateReader reader = new StateReader(buffer, 16, writer.length());
        ((Stateful) run.operator).restore(reader);
        assertThat(reader.remaining()).isZero();
    }

    private static int kept(final Operator<Long> operator) {
        return operator instanceof SessionWindowOperator<?, ?, ?> sessions
                ? sessions.openSessions()
                : ((SlidingWindowOperator<?, ?, ?>) operator).panes();
    }
}
