package io.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.StringCodec;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** Windows beside a model that works out the same the slow way, on random input; a failure tells the seed. */
class WindowModelPropertyTest {
    private static final int SEEDS = 400;
    private static final int EVENTS = 250;

    @Test
    void shouldGiveTheSessionsThatTheModelGives() {
        for (long seed = 0; seed < SEEDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final long gapNs = random.nextLong(1, 30);
            final long graceNs = random.nextLong(0, 40);
            final WindowRun run = new WindowRun();
            final SessionWindowOperator<String, Long, String> operator = new SessionWindowOperator<>(
                    new SessionWindow(gapNs, graceNs),
                    SumState.asText().forTask(),
                    run.memory,
                    "sessions",
                    new StringCodec(),
                    run.counters,
                    (context, failure) -> run.failures.add(failure.getMessage()),
                    run.next(),
                    run.late());
            run.operator = operator;

            compare(
                    run,
                    new WindowModel.Sessions(gapNs, graceNs),
                    operator::openSessions,
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
            final WindowRun run = new WindowRun();
            final SlidingWindowOperator<String, Long, String> operator = new SlidingWindowOperator<>(
                    new SlidingWindow(sizeNs, graceNs),
                    SumState.asText().forTask(),
                    run.memory,
                    "sliding",
                    new StringCodec(),
                    run.counters,
                    (context, failure) -> run.failures.add(failure.getMessage()),
                    run.next(),
                    run.late());
            run.operator = operator;

            compare(
                    run,
                    new WindowModel.Sliding(sizeNs, graceNs),
                    operator::panes,
                    random,
                    "seed=" + seed + " size=" + sizeNs + " grace=" + graceNs);
        }
    }

    private static void compare(
            final WindowRun run,
            final WindowModel model,
            final IntSupplier kept,
            final SplittableRandom random,
            final String seed) {
        final int keys = random.nextInt(1, 6);
        final long spread = random.nextLong(1, 80);
        final long pace = random.nextLong(1, 12);
        final long outOfOrder = random.nextLong(0, 40);
        long nowNs = random.nextLong(-300, 300);
        for (int i = 0; i < EVENTS; i++) {
            nowNs += random.nextInt(50) == 0 ? 150 : random.nextLong(pace);
            final long timeNs = nowNs - random.nextLong(spread);
            if (random.nextInt(4) > 0) {
                run.watermark(Math.max(run.context.watermarkNs(), nowNs - outOfOrder));
                model.watermark(run.context.watermarkNs());
            }
            final String key = "key" + random.nextInt(keys);
            final long value = random.nextLong(1_000_000_000);
            run.record(key, timeNs, value);
            model.record(key, timeNs, value);
            assertThat(run.results).as("%s after event %d", seed, i).hasSameSizeAs(model.results);
        }
        run.watermark(Long.MAX_VALUE);
        model.watermark(Long.MAX_VALUE);
        assertThat(run.results).as(seed).containsExactlyElementsOf(model.results);
        assertThat(run.late).as(seed).containsExactlyElementsOf(model.late);
        assertThat(run.failures).as(seed).isEmpty();
        assertThat(kept.getAsInt()).as(seed).isZero();
        run.memory.close();
        assertThat(run.memory.usedBytes()).as(seed).isZero();
    }
}
