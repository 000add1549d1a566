package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogContextTest {
    @AfterEach
    void clear() {
        System.clearProperty(LogContext.SEGMENT_LENGTH_PROPERTY);
        System.clearProperty(LogContext.CUT_INTERVAL_PROPERTY);
    }

    @ParameterizedTest
    @CsvSource({"64m,67108864", "64M,67108864", "128k,131072", "1g,1073741824", "65536,65536"})
    void shouldTakeTheSegmentLengthFromAPropertyInBytesOrAsASize(final String text, final int expected) {
        System.setProperty(LogContext.SEGMENT_LENGTH_PROPERTY, text);

        assertThat(new LogContext().directory(Path.of("x")).conclude().segmentLength())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"64x", "much", "", "-1m", "64 m", "9999999999g", "4g", "12\n"})
    void shouldRefuseASegmentLengthThatIsNoSizeInOneLine(final String text) {
        System.setProperty(LogContext.SEGMENT_LENGTH_PROPERTY, text);

        assertThatThrownBy(() -> new LogContext().directory(Path.of("x")).conclude())
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageContaining("millrace.log.segment.length=" + text.strip())
                .hasMessageNotContaining("\n");
    }

    @Test
    void shouldPreferASegmentLengthThatIsSetOverAPropertyThatIsNoSize() {
        System.setProperty(LogContext.SEGMENT_LENGTH_PROPERTY, "much");

        assertThat(new LogContext()
                        .directory(Path.of("x"))
                        .segmentLength(1 << 20)
                        .conclude()
                        .segmentLength())
                .isEqualTo(1 << 20);
    }

    @Test
    void shouldNameEveryProblemAtOnce() {
        System.setProperty(LogContext.SEGMENT_LENGTH_PROPERTY, "much");

        assertThatThrownBy(() -> new LogContext().conclude())
                .hasMessageContaining("directory is not set")
                .hasMessageContaining("millrace.log.segment.length=much");
    }

    @ParameterizedTest
    @CsvSource({"500ms,500000000", "2s,2000000000", "7,7"})
    void shouldTakeTheIntervalOfCutsFromAPropertyAsATime(final String text, final long expected) {
        System.setProperty(LogContext.CUT_INTERVAL_PROPERTY, text);

        assertThat(new LogContext().directory(Path.of("x")).conclude().cutIntervalNs())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1s", "often", "", "1 s", "99999999999999999999s", "1\n2"})
    void shouldRefuseAnIntervalOfCutsThatIsNoTimeInOneLine(final String text) {
        System.setProperty(LogContext.CUT_INTERVAL_PROPERTY, text);

        assertThatThrownBy(() -> new LogContext().directory(Path.of("x")).conclude())
                .isInstanceOfSatisfying(
                        MillraceException.class, ex -> assertThat(ex.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .hasMessageNotContaining("\n");
    }
}
