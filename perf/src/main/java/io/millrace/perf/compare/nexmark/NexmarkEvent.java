package io.millrace.perf.compare.nexmark;

/**
 * An event as an object, for contenders that work on objects. What is empty in the file is {@link #NULL}, or an empty text.
 *
 * @param seq        number in the file.
 * @param type       {@code P}, {@code A} or {@code B}.
 * @param ts         event time in ms since the epoch.
 * @param id         of a person or an auction.
 * @param name       of a person.
 * @param city       of a person.
 * @param state      of a person.
 * @param reserve    of an auction, in cents.
 * @param seller     of an auction.
 * @param category   of an auction.
 * @param auction    of a bid.
 * @param bidder     of a bid.
 * @param price      of a bid, in cents.
 */
public record NexmarkEvent(
        long seq,
        char type,
        long ts,
        long id,
        String name,
        String city,
        String state,
        long reserve,
        long seller,
        long category,
        long auction,
        long bidder,
        long price) {
    /** Of a number that is not there. */
    public static final long NULL = Long.MIN_VALUE;

    private static final int COLUMNS = 15;

    /**
     * Reads a line of a file.
     *
     * @param line with all columns.
     * @return the event.
     */
    static NexmarkEvent parse(final String line) {
        final String[] columns = line.split(",", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("has " + columns.length + " columns, not " + COLUMNS);
        }
        return new NexmarkEvent(
                number(columns[0]),
                columns[1].charAt(0),
                number(columns[2]),
                number(columns[3]),
                columns[4],
                columns[5],
                columns[6],
                number(columns[8]),
                number(columns[10]),
                number(columns[11]),
                number(columns[12]),
                number(columns[13]),
                number(columns[14]));
    }

    private static long number(final String column) {
        return column.isEmpty() ? NULL : Long.parseLong(column);
    }

    /**
     * Whether it is a person.
     *
     * @return true for {@code P}.
     */
    public boolean isPerson() {
        return type == 'P';
    }

    /**
     * Whether it is an auction.
     *
     * @return true for {@code A}.
     */
    public boolean isAuction() {
        return type == 'A';
    }

    /**
     * Whether it is a bid.
     *
     * @return true for {@code B}.
     */
    public boolean isBid() {
        return type == 'B';
    }
}
