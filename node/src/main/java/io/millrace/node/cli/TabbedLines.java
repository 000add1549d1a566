package io.millrace.node.cli;

import java.io.PrintWriter;

/** Lines whose columns are parted by tabs, printed as columns of equal width. */
final class TabbedLines {
    private static final String GAP = "  ";

    private TabbedLines() {}

    static void print(final String lines, final PrintWriter out) {
        final String[][] rows = lines.lines().map(line -> line.split("\t", -1)).toArray(String[][]::new);
        final int[] widths = new int[rows.length == 0 ? 0 : rows[0].length];
        for (final String[] row : rows) {
            for (int i = 0; i < row.length && i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (final String[] row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(i == 0 ? "" : GAP).append(row[i]);
                if (i < widths.length) {
                    line.append(" ".repeat(widths[i] - row[i].length()));
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
