package io.millrace.node.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Writes line after line where nothing can be drawn: into a file or a pipe. */
final class LineView implements LiveView {
    private static final long ROWS_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PROGRESS_INTERVAL_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int WIDTH = 100;
    private static final int MAX_ROWS = 6;

    private final Terminal terminal;
    private final CandleTable table;
    private final Map<String, Candle> shown = new HashMap<>();
    private boolean hasHeading;
    private long rowsNs = System.nanoTime();
    private long progressNs = rowsNs;
    private List<CandleBoard.Row> latest = List.of();

    LineView(final Terminal terminal, final String title) {
        this.terminal = terminal;
        this.table = new CandleTable(terminal.isUnicode());
        terminal.out().println(terminal.styled(title));
        terminal.out().flush();
    }

    @Override
    public void update(final Progress progress, final List<CandleBoard.Row> rows) {
        latest = rows;
        final long nowNs = System.nanoTime();
        if (nowNs - rowsNs >= ROWS_INTERVAL_NS) {
            rowsNs = nowNs;
            printRows();
        }
        if (nowNs - progressNs >= PROGRESS_INTERVAL_NS) {
            progressNs = nowNs;
            printProgress(progress);
        }
    }

    @Override
    public void close() {
        printRows();
    }

    private void printRows() {
        final List<CandleBoard.Row> news = new ArrayList<>();
        for (final CandleBoard.Row row : latest) {
            if (!row.candle().equals(shown.put(row.candle().symbol(), row.candle()))) {
                news.add(row);
            }
        }
        if (news.isEmpty()) {
            return;
        }
        final List<String> lines = table.lines(news.subList(0, Math.min(news.size(), MAX_ROWS)), WIDTH);
        for (final String line : hasHeading ? lines.subList(1, lines.size()) : lines) {
            terminal.out().println(terminal.styled(line).stripTrailing());
        }
        if (news.size() > MAX_ROWS) {
            terminal.out().println("  ... and " + Progress.count(news.size() - MAX_ROWS, "more symbol"));
        }
        hasHeading = true;
        terminal.out().flush();
    }

    private void printProgress(final Progress progress) {
        final long left = progress.secondsLeft();
        terminal.out()
                .println("progress: " + Progress.number(progress.sent()) + " of "
                        + Progress.count(progress.total(), "trade")
                        + " (" + progress.percent() + " %), "
                        + Progress.number(Math.round(progress.tradesPerSecond())) + " trades/s"
                        + (left < 0 ? "" : ", about " + Progress.number(left) + " s left"));
        terminal.out().flush();
    }
}
