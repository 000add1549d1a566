package io.millrace.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private static final Candle BTC = new Candle(
            "BTCUSDT",
            1_723_161_255_000_000_000L,
            1_723_161_256_000_000_000L,
            6_183_763_000_000L,
            6_183_800_000_000L,
            6_183_700_000_000L,
            6_183_750_000_000L,
            150_000_000L,
            6_183_755_512_345L,
            1_234);
    private static final List<CandleBoard.Row> ROWS = List.of(new CandleBoard.Row(BTC, new long[] {1, 2, 3}));
    private static final Progress HALF =
            new Progress(50, 100, 0, 1_000_000_000L, Long.MAX_VALUE, 1, 420_000, 1_500_000);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void shouldWritePlainLinesWithoutATerminal() {
        try (LiveView view = LiveView.on(new Terminal(out, false, false, false), "@|bold Title|@")) {
            view.update(HALF, ROWS);
        }

        assertThat(text()).doesNotContain("\u001b", "@|").startsWith("Title");
        assertThat(text()).contains("SYMBOL", "BTCUSDT", "23:54:15", "61837.63", "1.50000", "1,234");
    }

    @Test
    void shouldDrawInPlaceOnATerminal() {
        try (LiveView view = LiveView.on(new Terminal(out, true, true, true), "Title")) {
            view.update(HALF, ROWS);
            view.update(HALF, ROWS);
        }

        assertThat(text()).contains("\u001b[7A").contains("\u001b[31m").endsWith("\u001b[?25h");
    }

    @Test
    void shouldUseNoColourWhereNoneIsWanted() {
        try (LiveView view = LiveView.on(new Terminal(out, true, false, false), "Title")) {
            view.update(HALF, ROWS);
        }

        assertThat(text()).doesNotContain("\u001b[3").contains("\u001b[2K");
        assertThat(text().chars()).allMatch(c -> c < 128);
    }

    @Test
    void shouldFitTheTableIntoAnyWidth() {
        for (int width = 12; width < 200; width++) {
            final int terminalWidth = width;
            assertThat(new CandleTable(true).lines(ROWS, width))
                    .allSatisfy(line -> assertThat(plain(line)).hasSizeLessThan(terminalWidth));
        }
    }

    @Test
    void shouldEstimateTheTimeThatIsLeft() {
        assertThat(HALF.tradesPerSecond()).isEqualTo(50.0);
        assertThat(HALF.secondsLeft()).isEqualTo(1);
        assertThat(new Progress(50, 1_000, 0, 1_000_000_000L, 3_000_000_000L, 0, 0, 0).secondsLeft())
                .isEqualTo(2);
        assertThat(HALF.percent()).isEqualTo(50);
        assertThat(HALF.latency()).isEqualTo("latency p50 0.42 ms, p99 1.50 ms");
        assertThat(new Progress(0, 100, 0, 0, Long.MAX_VALUE, 0, 0, 0).secondsLeft())
                .isEqualTo(-1);
    }

    private static String plain(final String markup) {
        return markup.replaceAll("@\\|\\w+ ", "").replace("|@", "");
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
