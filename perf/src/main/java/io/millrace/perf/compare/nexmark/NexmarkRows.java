package io.millrace.perf.compare.nexmark;

import io.millrace.examples.nexmark.RowSum;
import java.util.List;

/** The rows of queries as texts, and the queries' numbers: what peers have in common. Stateless. */
public final class NexmarkRows {
    /** Queries that are written for the peers. */
    public static final List<String> QUERIES = List.of("q0", "q1b", "q2", "q3", "q5b", "q7b", "q8b", "q12e");

    /** Length of most windows, in ms. */
    public static final long TEN_SECONDS_MS = 10_000;

    /** From one window of q5b to the next, in ms. */
    public static final long FIVE_SECONDS_MS = 5_000;

    private static final long RARE_AUCTION = 123;
    private static final long CATEGORY = 10;
    private static final long CENTS_PER_UNIT = 100;
    private static final long RATE = 89;

    private NexmarkRows() {}

    /**
     * A row of numbers.
     *
     * @param columns of it; {@link NexmarkEvent#NULL} is an empty one.
     * @return the line.
     */
    public static String of(final long... columns) {
        final StringBuilder row = new StringBuilder(64);
        for (int i = 0; i < columns.length; i++) {
            if (i > 0) {
                row.append('|');
            }
            if (columns[i] != NexmarkEvent.NULL) {
                row.append(columns[i]);
            }
        }
        return row.toString();
    }

    /**
     * A row of q0, and of q7b.
     *
     * @param bid of it.
     * @return the line.
     */
    public static String q0(final NexmarkEvent bid) {
        return of(bid.auction(), bid.bidder(), bid.price(), bid.ts());
    }

    /**
     * A row of q1b.
     *
     * @param bid of it.
     * @return the line.
     */
    public static String q1b(final NexmarkEvent bid) {
        final long price = bid.price();
        final long converted = price / CENTS_PER_UNIT * RATE + price % CENTS_PER_UNIT * RATE / CENTS_PER_UNIT;
        return of(bid.auction(), bid.bidder(), converted, bid.ts());
    }

    /**
     * Whether q2 has a row for a bid.
     *
     * @param bid of which it is asked.
     * @return true for one auction in 123.
     */
    public static boolean isRare(final NexmarkEvent bid) {
        return bid.auction() % RARE_AUCTION == 0;
    }

    /**
     * Whether an auction is one of q3.
     *
     * @param auction of which it is asked.
     * @return true for a category, if there is a seller.
     */
    public static boolean isOfCategory(final NexmarkEvent auction) {
        return auction.category() == CATEGORY && auction.seller() != NexmarkEvent.NULL;
    }

    /**
     * Whether a person is one of q3.
     *
     * @param person of whom it is asked.
     * @return true for three states.
     */
    public static boolean isNear(final NexmarkEvent person) {
        return switch (person.state()) {
            case "OR", "ID", "CA" -> true;
            default -> false;
        };
    }

    /**
     * A row of q3.
     *
     * @param name    of the person who sells.
     * @param city    of the person.
     * @param state   of the person.
     * @param auction that is sold.
     * @return the line.
     */
    public static String q3(final String name, final String city, final String state, final long auction) {
        return name + '|' + city + '|' + state + '|' + auction;
    }

    /**
     * A row of q8b.
     *
     * @param startMs of the window.
     * @param id      of the person.
     * @param name    of the person.
     * @param reserve of the auction.
     * @return the line.
     */
    public static String q8b(final long startMs, final long id, final String name, final long reserve) {
        return startMs + "|" + id + '|' + name + '|' + (reserve == NexmarkEvent.NULL ? "" : Long.toString(reserve));
    }

    /**
     * Where the window of an event begins.
     *
     * @param tsMs of the event.
     * @return ms since the epoch.
     */
    public static long tenSecondsOf(final long tsMs) {
        return tsMs - Math.floorMod(tsMs, TEN_SECONDS_MS);
    }

    /**
     * The sum of several sinks.
     *
     * @param sums one of each.
     * @return rows, and their checksum.
     */
    static long[] total(final List<RowSum> sums) {
        final long[] total = new long[2];
        for (final RowSum sum : sums) {
            total[0] += sum.count();
            total[1] += sum.checksum();
        }
        return total;
    }
}
