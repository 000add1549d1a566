package io.millrace.perf.compare.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.perf.compare.contender.ContenderKind;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every measurement of ours and of the limits, with so few messages that it takes no time; what it gives means nothing. */
final class ChildMainTest {
    private static final int LENGTH = 32;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "append, memcpy-cold, append.32",
        "append, memcpy-filled, append.32",
        "append, memcpy-warm, read.1024",
        "append, millrace, append.128",
        "append, millrace-growing, append.1024",
        "two-appenders, memcpy-warm, two.apart",
        "two-appenders, millrace, two.together",
        "batch, memcpy-warm, batch.128",
        "batch, millrace, batch.128",
        "hop, memcpy-warm, hop.p50",
        "hop, millrace, hop.p99.9",
        "power, memcpy-warm, power.p50",
        "power, millrace, power.p50"
    })
    void shouldMeasureAndVerify(final String measurement, final String contender, final String figure)
            throws Exception {
        final Result result = ChildMain.measure(measurement, context(contender));

        assertThat(result.figures()).containsKeys(figure, "verified");
        assertThat(result.figures().values()).allMatch(value -> value > 0);
    }

    @Test
    void shouldMeasureTheIdleMachineWithoutMessages() throws Exception {
        final Result result = ChildMain.measure("hop", context("idle"));

        assertThat(result.figures()).containsKeys("hop.p50", "hop.max").doesNotContainKey("verified");
    }

    @Test
    void shouldOpenTheIdlePartitionsThatItMade() throws Exception {
        ChildMain.measure("footprint-create", context("millrace"));
        final Result result = ChildMain.measure("footprint-open", context("millrace"));

        assertThat(result.figures()).containsEntry("verified", (double) Scale.TINY.partitions);
    }

    @Test
    void shouldRefuseAMessageThatIsLostDoubledOrOfAnotherLength() {
        final ContentCheck check = checkAfter(0, 1);

        for (final int sequence : List.of(0, 1, 3)) {
            assertThatThrownBy(() -> check.onMessage(new Messages(LENGTH, 0).at(sequence), 0, LENGTH))
                    .isInstanceOf(VerificationException.class)
                    .hasMessageContaining("sequence=" + sequence);
        }
        assertThatThrownBy(() -> check.onMessage(new Messages(LENGTH, 0).at(2), 0, LENGTH - 8))
                .isInstanceOf(VerificationException.class);
    }

    @Test
    void shouldRefuseAMessageOfWhichOneByteIsAltered() {
        final ContentCheck check = checkAfter(0, 1);
        final UnsafeBuffer altered = new Messages(LENGTH, 0).at(2);
        altered.putByte(17, (byte) (altered.getByte(17) ^ 1));

        check.onMessage(altered, 0, LENGTH);

        assertThatThrownBy(check::verify)
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("content");
    }

    @Test
    void shouldAcceptWhatWasAppended() {
        checkAfter(0, 1, 2).verify();
    }

    private static ContentCheck checkAfter(final int... sequences) {
        final ContentCheck check = new ContentCheck(LENGTH, 1);
        final Messages messages = new Messages(LENGTH, 0);
        for (final int sequence : sequences) {
            check.onMessage(messages.at(sequence), 0, LENGTH);
        }
        return check;
    }

    private ChildContext context(final String contender) {
        return new ChildContext(ContenderKind.of(contender), Scale.TINY, directory, directory.resolve("memory"));
    }
}
