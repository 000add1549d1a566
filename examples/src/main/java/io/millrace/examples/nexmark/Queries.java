package io.millrace.examples.nexmark;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The queries by their names. */
final class Queries {
    static final List<Query> ALL = List.of(
            Query.of("q0", "every bid", "auction|bidder|price|ts", BidQueries::q0),
            Query.of("q1b", "every bid, with its price x 89 // 100", "auction|bidder|price|ts", BidQueries::q1b),
            Query.of("q2", "bids whose auction is a multiple of 123", "auction|price", BidQueries::q2),
            Query.of(
                    "q3",
                    "auctions of category 10 by sellers in OR, ID, CA",
                    "name|city|state|auction",
                    JoinQueries::q3),
            Query.table(
                    "q4b",
                    "average winning price of each category, by when auctions expire",
                    "start|end|category|average",
                    WinnerQueries::q4b),
            Query.of("q5b", "the auctions with the most bids", "start|end|auction|count", HighestQueries::q5b),
            Query.table("q6b", "average of each seller's last 10 winning bids", "seller|average", WinnerQueries::q6b),
            Query.of("q7b", "the highest bids of each 10 s", "auction|bidder|price|ts", HighestQueries::q7b),
            Query.of(
                    "q8b",
                    "persons with what they offered in the same 10 s",
                    "start|person|name|reserve",
                    JoinQueries::q8b),
            Query.of(
                    "q9b",
                    "the winning bid of each auction",
                    "auction|seller|category|expires|bidder|price|ts",
                    WinnerQueries::q9b),
            Query.of("q11b", "sessions of each bidder", "bidder|count|first|end", BidQueries::q11b),
            Query.of("q12e", "bids of each bidder in each 10 s", "start|bidder|count", BidQueries::q12e),
            Query.of(
                    "q20",
                    "bids with their auctions of category 10",
                    "auction|bidder|price|ts|auction ts|expires|seller|category|initial bid|reserve",
                    JoinQueries::q20),
            Query.of("x1", "figures of each auction in each 10 s", "start|auction|count|sum|min|max", BidQueries::x1),
            Query.of(
                    "x3",
                    "bids in the first 10 s of their auction",
                    "auction|auction ts|ts|bidder|price",
                    JoinQueries::x3),
            Query.of(
                    "x4l",
                    "each bid with its auction as known by then",
                    "auction|bidder|price|ts|seller|category",
                    JoinQueries::x4l),
            Query.of("x5", "the 3 highest bids of each 10 s", "start|rank|auction|bidder|price|ts", BidQueries::x5),
            Query.of("x6", "count and sum of each auction, 10 s by 2 s", "start|auction|count|sum", BidQueries::x6),
            Query.of(
                    "x8",
                    "candles of each auction in each 10 s",
                    "start|auction|open|high|low|close|count|sum",
                    BidQueries::x8));

    private Queries() {}

    /**
     * Finds a query.
     *
     * @param name such as {@code q5b}; without the letter behind, {@code q5}; or its number alone, {@code 5}.
     * @return the query, null if there is none.
     */
    static Query named(final String name) {
        final String typed = name.toLowerCase(Locale.ROOT);
        final String wanted = typed.matches("\\d.*") ? "q" + typed : typed;
        for (final Query query : ALL) {
            if (query.name().equals(wanted)
                    || query.name().replaceFirst("(?<=\\d)[a-z]$", "").equals(wanted)) {
                return query;
            }
        }
        return null;
    }

    /** The names of all, for messages. */
    static String names() {
        return ALL.stream().map(Query::name).collect(Collectors.joining(", "));
    }
}
