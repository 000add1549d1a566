package io.millrace.operators.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.state.MemoryBudget;
import io.millrace.operators.state.StateMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopNOperatorTest {
    private final MemoryBudget budget = new MemoryBudget("job", Long.MAX_VALUE);
    private final StateMemory memory = new StateMemory(budget);
    private final List<String> out = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @AfterEach
    void close() {
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldHandOnAListWheneverItChanges() {
        final Harness<String> harness = harness(2, false, false);

        harness.record("a", 1, "5x");
        harness.record("b", 2, "1y");
        harness.record("a", 3, "7z");
        harness.record("a", 4, "4u");
        harness.record("a", 5, "6v");

        assertThat(out).containsExactly("a@1=[5x]", "b@2=[1y]", "a@3=[7z, 5x]", "a@5=[7z, 6v]");
    }

    @Test
    void shouldPutTheEarlierOfEqualScoresFirst() {
        final Harness<String> harness = harness(3, false, false);

        harness.record("a", 0, "5first");
        harness.record("a", 0, "5second");
        harness.record("a", 0, "6more");
        harness.record("a", 0, "5third");

        assertThat(out).last().isEqualTo("a@0=[6more, 5first, 5second]");
        assertThat(out).hasSize(3);
    }

    @Test
    void shouldHandOnEveryUpdateIfAskedTo() {
        final Harness<String> harness = harness(1, true, false);

        harness.record("a", 0, "5x");
        harness.record("a", 0, "4y");

        assertThat(out).containsExactly("a@0=[5x]", "a@0=[5x]");
    }

    @Test
    void shouldLeaveOutAValueWhoseScoreFails() {
        final Harness<String> harness = harness(1, false, false);

        harness.record("a", 0, "?");
        harness.record("a", 0, "4y");

        assertThat(failures).hasSize(1);
        assertThat(out).containsExactly("a@0=[4y]");
    }

    @Test
    void shouldLeaveOutAValueThatItsCodecRefuses() {
        final Harness<String> harness = new Harness<>(
                () -> new TopNOperator<>(
                        "top",
                        (context, cause) -> failures.add(cause.getMessage()),
                        memory,
                        2,
                        TopNOperatorTest::score,
                        new RefusingCodec(),
                        false,
                        Harness.<List<String>>sink((context, list) -> out.add(Harness.keyOf(context) + "=" + list))),
                true);

        harness.record("a", 0, "9refused");
        harness.record("b", 0, "5x");
        harness.record("b", 0, "6refused");
        harness.record("b", 0, "4y");

        assertThat(failures).containsExactly("refused: 9refused", "refused: 6refused");
        assertThat(out).containsExactly("b=[5x]", "b=[5x, 4y]");
    }

    @Test
    void shouldCopyTheBytesOfAView() {
        final UnsafeBuffer view = new UnsafeBuffer(new byte[1]);
        final Harness<UnsafeBuffer> harness = new Harness<>(
                () -> new TopNOperator<>(
                        "top",
                        (context, cause) -> failures.add(cause.getMessage()),
                        memory,
                        2,
                        value -> value.getByte(0),
                        new ViewCodec(),
                        false,
                        Harness.<List<UnsafeBuffer>>sink((context, list) -> {
                            out.add("");
                            list.forEach(value -> out.add(out.remove(out.size() - 1) + value.getByte(0)));
                        })),
                true);

        for (final byte value : new byte[] {3, 5, 4, 1}) {
            view.putByte(0, value);
            harness.record("a", 0, view);
        }

        assertThat(out).containsExactly("3", "53", "54");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, false", "2, 3, true", "3, 10, true", "4, 100, false", "5, 7, true"})
    void shouldEqualASortOfAllValues(final long seed, final int limit, final boolean isRestored) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Harness<String> harness = harness(limit, false, isRestored);
        final Map<String, List<String>> all = new HashMap<>();
        final Map<String, List<String>> tops = new HashMap<>();
        final List<String> expected = new ArrayList<>();

        for (int i = 0; i < 1_500; i++) {
            final String key = "k" + random.nextInt(5);
            final String value = random.nextInt(10) + "v" + i;
            harness.record(key, i, value);

            final List<String> ofKey = all.computeIfAbsent(key, k -> new ArrayList<>());
            ofKey.add(value);
            // The sort is stable, so equal scores stay in the order in which they came.
            final List<String> top = ofKey.stream()
                    .sorted(Comparator.comparingLong(TopNOperatorTest::score).reversed())
                    .limit(limit)
                    .toList();
            if (!top.equals(tops.put(key, top))) {
                expected.add(key + "@" + i + "=" + top);
            }
        }

        assertThat(out).as("seed %d", seed).isEqualTo(expected);
    }

    private static long score(final String value) {
        return Long.parseLong(value.substring(0, 1));
    }

    private Harness<String> harness(final int limit, final boolean isEveryUpdate, final boolean isRestored) {
        return new Harness<>(
                () -> new TopNOperator<>(
                        "top",
                        (context, cause) -> failures.add(cause.getMessage()),
                        memory,
                        limit,
                        TopNOperatorTest::score,
                        new StringCodec(),
                        isEveryUpdate,
                        Harness.<List<String>>sink((context, list) ->
                                out.add(Harness.keyOf(context) + "@" + context.eventTimeNs() + "=" + list))),
                isRestored);
    }

    /** Lends the same view on the bytes of each value. */
    private static final class ViewCodec implements Codec<UnsafeBuffer> {
        private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

        @Override
        public Codec<UnsafeBuffer> forTask() {
            return new ViewCodec();
        }

        @Override
        public UnsafeBuffer decode(final DirectBuffer buffer, final int offset, final int length) {
            view.wrap(buffer, offset, length);
            return view;
        }

        @Override
        public int encodedLength(final UnsafeBuffer value) {
            return value.capacity();
        }

        @Override
        public void encode(final UnsafeBuffer value, final MutableDirectBuffer buffer, final int offset) {
            buffer.putBytes(offset, value, 0, value.capacity());
        }

        @Override
        public boolean isBorrowed() {
            return true;
        }

        @Override
        public String describe() {
            return "view";
        }
    }
}
