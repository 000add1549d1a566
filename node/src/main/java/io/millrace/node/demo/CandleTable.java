package io.millrace.node.demo;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Lays candles out in columns: numbers to the right, each column as wide as its widest cell. */
final class CandleTable {
    private static final List<String> HEADINGS =
            List.of("SYMBOL", "TIME UTC", "OPEN", "HIGH", "LOW", "CLOSE", "VOLUME", "VWAP", "TRADES");
    private static final int SYMBOL_COLUMN = 0;
    private static final int CLOSE_COLUMN = 5;
    private static final int PRICE_PLACES = 2;
    private static final int VOLUME_PLACES = 5;
    private static final int WIDE_GAP = 3;
    private static final String CHART_HEADING = "LAST CANDLES";
    private static final int MIN_CHART_WIDTH = CHART_HEADING.length();
    private static final String UNICODE_LEVELS = "▁▂▃▄▅▆▇█";
    private static final String ASCII_LEVELS = "_.-=^";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private final int[] widths = new int[HEADINGS.size()];
    private final String levels;

    CandleTable(final boolean isUnicode) {
        this.levels = isUnicode ? UNICODE_LEVELS : ASCII_LEVELS;
        for (int i = 0; i < widths.length; i++) {
            widths[i] = HEADINGS.get(i).length();
        }
    }

    /**
     * Lays out a table; columns never get narrower from one call to the next, so that the table does not jump.
     *
     * @param rows  to show.
     * @param width of the terminal in characters.
     * @return picocli markup: the heading, then one line for each row.
     */
    List<String> lines(final List<CandleBoard.Row> rows, final int width) {
        final List<String[]> cells = new ArrayList<>();
        for (final CandleBoard.Row row : rows) {
            cells.add(cells(row.candle()));
        }
        cells.forEach(this::widen);

        final String gap = " ".repeat(gapWidth(width));
        final int columns = columnCount(width);
        final int chartWidth = chartWidth(width, gap.length());
        final List<String> lines = new ArrayList<>();
        lines.add(heading(columns, gap, chartWidth));
        for (int i = 0; i < cells.size(); i++) {
            lines.add(line(columns, cells.get(i), rows.get(i), gap, chartWidth));
        }
        return lines;
    }

    private void widen(final String[] cells) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], cells[i].length());
        }
    }

    private int gapWidth(final int width) {
        int gap = WIDE_GAP;
        while (gap > 1 && tableWidth(gap) >= width) {
            gap--;
        }
        return gap;
    }

    private int tableWidth(final int gap) {
        int sum = 0;
        for (final int column : widths) {
            sum += gap + column;
        }
        return sum;
    }

    /** How many columns a narrow terminal has room for; at least the first. */
    private int columnCount(final int width) {
        int count = 1;
        int sum = 1 + widths[0];
        while (count < widths.length && sum + 1 + widths[count] < width) {
            sum += 1 + widths[count];
            count++;
        }
        return count;
    }

    /** What is left beside the columns, as far as it is useful. */
    private int chartWidth(final int width, final int gap) {
        final int left = width - 1 - tableWidth(gap) - gap;
        return left < MIN_CHART_WIDTH ? 0 : Math.min(left, CandleBoard.HISTORY_LENGTH);
    }

    private String heading(final int columns, final String gap, final int chartWidth) {
        final StringBuilder line = new StringBuilder("@|bold ");
        for (int i = 0; i < columns; i++) {
            line.append(gap).append(padded(HEADINGS.get(i), i));
        }
        return line.append(chartWidth > 0 ? gap + CHART_HEADING : "")
                .append("|@")
                .toString();
    }

    private String line(
            final int columns,
            final String[] cells,
            final CandleBoard.Row row,
            final String gap,
            final int chartWidth) {
        final String color = row.candle().close() >= row.candle().open() ? "green" : "red";
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            final String cell = padded(cells[i], i);
            final boolean isColored = i == CLOSE_COLUMN;
            line.append(gap).append(isColored ? "@|" + color + " " + cell + "|@" : cell);
        }
        return line.append(chartWidth > 0 ? gap + "@|cyan " + chart(row.closes(), chartWidth) + "|@" : "")
                .toString();
    }

    private String padded(final String text, final int column) {
        final String padding = " ".repeat(widths[column] - text.length());
        return column == SYMBOL_COLUMN ? text + padding : padding + text;
    }

    /** A line of characters as high as the closing prices, between the lowest and the highest of them. */
    private String chart(final long[] closes, final int chartWidth) {
        final int first = Math.max(0, closes.length - chartWidth);
        long low = Long.MAX_VALUE;
        long high = Long.MIN_VALUE;
        for (int i = first; i < closes.length; i++) {
            low = Math.min(low, closes[i]);
            high = Math.max(high, closes[i]);
        }
        final StringBuilder chart = new StringBuilder();
        for (int i = first; i < closes.length; i++) {
            final double share = high == low ? 0.5 : (double) (closes[i] - low) / (high - low);
            chart.append(levels.charAt((int) Math.round(share * (levels.length() - 1))));
        }
        return chart.toString();
    }

    private static String[] cells(final Candle candle) {
        final int places = places(candle);
        return new String[] {
            candle.symbol().replace('|', '/'), // which markup would take for its own
            TIME.format(Instant.ofEpochSecond(candle.windowStartNs() / DemoTiming.WINDOW_NS)),
            Decimal8.text(candle.open(), places, places),
            Decimal8.text(candle.high(), places, places),
            Decimal8.text(candle.low(), places, places),
            Decimal8.text(candle.close(), places, places),
            Decimal8.text(candle.volume(), VOLUME_PLACES, VOLUME_PLACES),
            Decimal8.text(candle.vwap(), places, places),
            Progress.number(candle.count())
        };
    }

    /** Places that show each price of a candle in full; at least two. */
    private static int places(final Candle candle) {
        int places = PRICE_PLACES;
        for (final long price : new long[] {candle.open(), candle.high(), candle.low(), candle.close()}) {
            places = Math.max(
                    places, Decimal8.text(price).length() - Decimal8.text(price).indexOf('.') - 1);
        }
        return places;
    }
}
