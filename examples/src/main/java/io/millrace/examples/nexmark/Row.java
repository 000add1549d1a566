package io.millrace.examples.nexmark;

import java.math.BigInteger;

/** A line of a result file: columns between bars, empty where there is nothing. */
final class Row {
    private static final char SEPARATOR = '|';
    private static final int USUAL_LENGTH = 64;

    private final StringBuilder line = new StringBuilder(USUAL_LENGTH);
    private boolean isBegun;

    private Row() {}

    /** A line of numbers. */
    static String of(final long... columns) {
        final Row row = new Row();
        for (final long column : columns) {
            row.add(column);
        }
        return row.toString();
    }

    /** A line to be continued. */
    static Row begin(final long column) {
        return new Row().add(column);
    }

    /** A line to be continued. */
    static Row begin(final String column) {
        return new Row().add(column);
    }

    Row add(final long column) {
        next();
        if (column != Event.NULL) {
            line.append(column);
        }
        return this;
    }

    Row add(final BigInteger column) {
        next();
        line.append(column);
        return this;
    }

    Row add(final String column) {
        next();
        line.append(column);
        return this;
    }

    private void next() {
        if (isBegun) {
            line.append(SEPARATOR);
        }
        isBegun = true;
    }

    /** The line, without an end of line. */
    @Override
    public String toString() {
        return line.toString();
    }
}
