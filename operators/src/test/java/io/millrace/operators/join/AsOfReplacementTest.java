package io.millrace.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.operators.codec.Codec;
import io.millrace.operators.codec.StringCodec;
import io.millrace.operators.core.Operator;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A right value of an as-of join takes the place of the one before it, whose bytes it may take too. */
class AsOfReplacementTest {
    private final SidesRun run = new SidesRun();
    private final List<Exception> failures = new ArrayList<>();
    private final Operator<Sided> join = new AsOfJoinOperator<>(
            "join",
            (context, cause) -> failures.add(cause),
            true,
            false,
            AsOfJoinOperator.ANY_AGE,
            0,
            new StringCodec(),
            new HalfwayCodec(),
            run.memory,
            run.counters,
            run.results(),
            run.late(),
            run.late());

    private void right(final long timeNs, final String value) {
        run.watermark(join, timeNs);
        run.value(join, SideRows.RIGHT, "key", timeNs, value);
    }

    private String answer(final long timeNs) {
        run.results.clear();
        run.value(join, SideRows.LEFT, "key", timeNs, "l");
        return run.results.get(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "other",
                "longer",
                "odd",
                "",
                "one of more bytes than are copied word by word, of which there are sixty-four at most"
            })
    void shouldAnswerWithTheLastValueWhateverItsLength(final String value) {
        right(10, "first");

        right(20, value);

        assertThat(answer(25)).isEqualTo("25 l|" + value);
    }

    @Test
    void shouldCallAValueLateThatIsNoNewerThanTheOneWhosePlaceWasTaken() {
        right(10, "first");
        right(20, "other");

        run.value(join, SideRows.RIGHT, "key", 10, "later");
        run.value(join, SideRows.RIGHT, "key", 9, "older");

        assertThat(run.late).containsExactly("later", "older");
        assertThat(answer(20)).isEqualTo("20 l|other");
    }

    @Test
    void shouldKeepTheValueBeforeOneThatFailsHalfway() {
        right(10, "first");

        right(20, "!oops");

        assertThat(failures).hasSize(1);
        assertThat(answer(25)).isEqualTo("25 l|first");
    }

    @Test
    void shouldTakeNoMoreMemoryForAsManyValuesAsCome() {
        right(10, "first");
        final long usedBytes = run.memory.usedBytes();

        for (int i = 0; i < 10_000; i++) {
            right(20 + i, "value");
        }

        assertThat(run.memory.usedBytes()).isEqualTo(usedBytes);
    }

    /** Fails at a value that begins with an exclamation mark, when it has written it. */
    private static final class HalfwayCodec implements Codec<String> {
        private final StringCodec text = new StringCodec();

        @Override
        public Codec<String> forTask() {
            return new HalfwayCodec();
        }

        @Override
        public String decode(final DirectBuffer buffer, final int offset, final int length) {
            return text.decode(buffer, offset, length);
        }

        @Override
        public int encodedLength(final String value) {
            return text.encodedLength(value);
        }

        @Override
        public void encode(final String value, final MutableDirectBuffer buffer, final int offset) {
            text.encode(value, buffer, offset);
            if (value.startsWith("!")) {
                throw new IllegalStateException(value);
            }
        }

        @Override
        public String describe() {
            return "text";
        }
    }
}
