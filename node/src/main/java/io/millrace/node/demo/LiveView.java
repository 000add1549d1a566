package io.millrace.node.demo;

import java.util.List;

/** What the user sees while the trades are replayed. One thread. */
sealed interface LiveView extends AutoCloseable permits ScreenView, LineView {
    /**
     * Chooses the view that a terminal can show.
     *
     * @param terminal to write to.
     * @param title    first line of the table.
     * @return a view that draws in place, or one that writes line after line.
     */
    static LiveView on(final Terminal terminal, final String title) {
        return terminal.isInteractive() ? new ScreenView(terminal, title) : new LineView(terminal, title);
    }

    /**
     * Shows the newest state.
     *
     * @param progress of the replay.
     * @param rows     newest candle of each symbol.
     */
    void update(Progress progress, List<CandleBoard.Row> rows);

    /** Leaves the last state on the screen and the cursor below it. */
    @Override
    void close();
}
