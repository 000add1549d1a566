package io.millrace.node.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/** Draws the table and the progress bar in place, again and again, below what the terminal already shows. */
final class ScreenView implements LiveView {
    private static final String ESCAPE = "\u001b[";
    private static final String CLEAR_LINE = ESCAPE + "2K";
    private static final String HIDE_CURSOR = ESCAPE + "?25l";
    private static final String SHOW_CURSOR = ESCAPE + "?25h";
    private static final int LINES_AROUND_ROWS = 8;
    private static final int BAR_INTERVAL_MS = 100;
    private static final long MEASURE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final Terminal terminal;
    private final String title;
    private final CandleTable table;
    private ProgressBar bar;
    private volatile String barText = "";
    private volatile long secondsLeft;
    private int drawnLines;
    private long measuredNs;

    ScreenView(final Terminal terminal, final String title) {
        this.terminal = terminal;
        this.title = title;
        this.table = new CandleTable(terminal.isUnicode());
        this.measuredNs = System.nanoTime();
        terminal.out().print(HIDE_CURSOR);
    }

    @Override
    public void update(final Progress progress, final List<CandleBoard.Row> rows) {
        if (System.nanoTime() - measuredNs > MEASURE_INTERVAL_NS) {
            terminal.measure();
            measuredNs = System.nanoTime();
        }
        secondsLeft = progress.secondsLeft();
        if (bar == null && progress.isPaced()) {
            bar = newBar(progress);
        }
        if (bar != null) {
            step(progress);
        }
        draw(frame(progress, rows));
    }

    private void step(final Progress progress) {
        bar.stepTo(progress.sent());
        if (progress.sent() == progress.total()) {
            bar.refresh();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
        terminal.out().print(SHOW_CURSOR);
        terminal.out().flush();
    }

    private List<String> frame(final Progress progress, final List<CandleBoard.Row> rows) {
        final int maxRows = Math.max(1, terminal.height() - LINES_AROUND_ROWS);
        final List<CandleBoard.Row> shown = rows.subList(0, Math.min(rows.size(), maxRows));
        final List<String> frame = new ArrayList<>();
        frame.add(" " + title);
        frame.add("");
        frame.addAll(table.lines(shown, terminal.width()));
        if (shown.size() < rows.size()) {
            frame.add(" ... and " + Progress.count(rows.size() - shown.size(), "more symbol"));
        }
        frame.add("");
        frame.add(" " + barText);
        frame.add(" @|faint " + Progress.count(progress.candles(), "candle") + "   " + progress.latency() + "|@");
        return frame;
    }

    private void draw(final List<String> frame) {
        final StringBuilder text = new StringBuilder();
        if (drawnLines > 0) {
            text.append(ESCAPE).append(drawnLines).append('A');
        }
        for (final String line : frame) {
            text.append(CLEAR_LINE).append(fitted(line)).append('\n');
        }
        for (int i = frame.size(); i < drawnLines; i++) {
            text.append(CLEAR_LINE).append('\n');
        }
        drawnLines = Math.max(drawnLines, frame.size());
        final PrintStream out = terminal.out();
        out.print(text);
        out.flush();
    }

    /** A line must not wrap, or moving back up would miss its beginning. */
    private String fitted(final String markup) {
        final Ansi.Text text = (terminal.hasColor() ? Ansi.ON : Ansi.OFF).text(markup);
        final int room = terminal.width() - 1;
        return (text.getCJKAdjustedLength() <= room ? text : text.substring(0, room)).toString();
    }

    private ProgressBar newBar(final Progress progress) {
        return new ProgressBarBuilder()
                .setTaskName("replay")
                .setInitialMax(progress.total())
                .startsFrom(progress.held(), Duration.ZERO)
                .setUnit(" trades", 1)
                .showSpeed()
                .setEtaFunction(state -> Optional.ofNullable(secondsLeft < 0 ? null : Duration.ofSeconds(secondsLeft)))
                .setUpdateIntervalMillis(BAR_INTERVAL_MS)
                .setStyle(terminal.isUnicode() ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setConsumer(new BarText())
                .build();
    }

    /** Takes the text of the bar instead of printing it; called by the bar's own thread too. */
    private final class BarText implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return terminal.width() - 2;
        }

        @Override
        public void accept(final String text) {
            barText = text;
        }

        @Override
        public void close() {
            // nothing was opened
        }
    }
}
