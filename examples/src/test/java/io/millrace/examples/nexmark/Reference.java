package io.millrace.examples.nexmark;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The queries as loops over lists, from their definitions alone: nothing of it is used by the jobs, and nothing of theirs is used here.
 * Rows come sorted by their characters.
 */
final class Reference {
    /** A line, parted. */
    private record Line(long seq, String type, long ts, String[] columns) {
        long number(final int column) {
            return Long.parseLong(columns[column]);
        }

        String text(final int column) {
            return columns[column];
        }

        long auction() {
            return number(12);
        }

        long bidder() {
            return number(13);
        }

        long price() {
            return number(14);
        }
    }

    private record Won(Line auction, Line bid) {
        long expires() {
            return auction.number(9);
        }
    }

    private static final Comparator<Line> BY_TIME =
            Comparator.comparingLong(Line::ts).thenComparingLong(Line::seq);
    private static final Comparator<Line> BEST_FIRST =
            Comparator.comparingLong(Line::price).reversed().thenComparing(BY_TIME);

    private final List<Line> persons;
    private final List<Line> auctions;
    private final List<Line> bids;
    private final Map<String, List<Line>> bidsOf;
    private final List<String> rows = new ArrayList<>();

    private Reference(final List<String> file) {
        final List<Line> lines = file.stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .map(columns -> new Line(Long.parseLong(columns[0]), columns[1], Long.parseLong(columns[2]), columns))
                .toList();
        persons = of("P", lines);
        auctions = of("A", lines);
        bids = of("B", lines);
        bidsOf = bids.stream().collect(Collectors.groupingBy(bid -> bid.text(12)));
    }

    private static List<Line> of(final String type, final List<Line> lines) {
        return lines.stream().filter(line -> line.type().equals(type)).toList();
    }

    /** The rows of a query. */
    static List<String> rows(final List<String> file, final String query) {
        final Reference reference = new Reference(file);
        reference.answer(query);
        return reference.rows.stream().sorted().toList();
    }

    private void answer(final String query) {
        switch (query) {
            case "q0" -> bids.forEach(b -> row(b.auction(), b.bidder(), b.price(), b.ts()));
            case "q1b" ->
                bids.forEach(b -> row(
                        b.auction(),
                        b.bidder(),
                        BigInteger.valueOf(b.price())
                                .multiply(BigInteger.valueOf(89))
                                .divide(BigInteger.valueOf(100)),
                        b.ts()));
            case "q2" -> bids.stream().filter(b -> b.auction() % 123 == 0).forEach(b -> row(b.auction(), b.price()));
            case "q3" -> q3();
            case "q4b" -> q4b();
            case "q5b" ->
                windows(bids, 10_000, 5_000, (start, in) -> {
                    final Map<Long, Long> counts =
                            in.stream().collect(Collectors.groupingBy(Line::auction, Collectors.counting()));
                    final long most =
                            counts.values().stream().mapToLong(n -> n).max().orElseThrow();
                    counts.forEach((auction, n) -> {
                        if (n == most) {
                            row(start, start + 10_000, auction, n);
                        }
                    });
                });
            case "q6b" -> q6b();
            case "q7b" ->
                windows(bids, 10_000, 10_000, (start, in) -> {
                    final long highest =
                            in.stream().mapToLong(Line::price).max().orElseThrow();
                    in.stream()
                            .filter(b -> b.price() == highest)
                            .forEach(b -> row(b.auction(), b.bidder(), b.price(), b.ts()));
                });
            case "q8b" -> q8b();
            case "q9b" ->
                winners()
                        .forEach(won -> row(
                                won.auction().text(3),
                                won.auction().text(10),
                                won.auction().text(11),
                                won.expires(),
                                won.bid().bidder(),
                                won.bid().price(),
                                won.bid().ts()));
            case "q11b" -> q11b();
            case "q12e" ->
                windowsBy(
                        Line::bidder,
                        10_000,
                        (start, in) -> row(start, in.get(0).bidder(), in.size()));
            case "q20" ->
                bids.forEach(b -> auctionsOf(b).stream()
                        .filter(a -> a.text(11).equals("10"))
                        .forEach(a -> row(
                                b.auction(),
                                b.bidder(),
                                b.price(),
                                b.ts(),
                                a.ts(),
                                a.text(9),
                                a.text(10),
                                a.text(11),
                                a.text(7),
                                a.text(8))));
            case "x1" ->
                windowsBy(
                        Line::auction,
                        10_000,
                        (start, in) -> row(
                                start,
                                in.get(0).auction(),
                                in.size(),
                                sum(in),
                                prices(in).min().orElseThrow(),
                                prices(in).max().orElseThrow()));
            case "x3" ->
                auctions.forEach(a -> bidsOf.getOrDefault(a.text(3), List.of()).stream()
                        .filter(b -> b.ts() >= a.ts() && b.ts() <= a.ts() + 10_000)
                        .forEach(b -> row(a.text(3), a.ts(), b.ts(), b.bidder(), b.price())));
            case "x4l" ->
                bids.forEach(b -> {
                    final Line known = auctionsOf(b).stream()
                            .filter(a -> a.seq() < b.seq())
                            .findFirst()
                            .orElse(null);
                    row(
                            b.auction(),
                            b.bidder(),
                            b.price(),
                            b.ts(),
                            known == null ? "" : known.text(10),
                            known == null ? "" : known.text(11));
                });
            case "x5" ->
                windows(bids, 10_000, 10_000, (start, in) -> {
                    final List<Line> sorted = in.stream().sorted(BEST_FIRST).toList();
                    for (int i = 0; i < Math.min(3, sorted.size()); i++) {
                        final Line b = sorted.get(i);
                        row(start, i + 1, b.auction(), b.bidder(), b.price(), b.ts());
                    }
                });
            case "x6" ->
                bids.stream()
                        .collect(Collectors.groupingBy(Line::auction))
                        .values()
                        .forEach(of -> windows(
                                of,
                                10_000,
                                2_000,
                                (start, in) -> row(start, in.get(0).auction(), in.size(), sum(in))));
            case "x8" ->
                windowsBy(Line::auction, 10_000, (start, in) -> {
                    final List<Line> sorted = in.stream().sorted(BY_TIME).toList();
                    row(
                            start,
                            in.get(0).auction(),
                            sorted.get(0).price(),
                            prices(in).max().orElseThrow(),
                            prices(in).min().orElseThrow(),
                            sorted.get(sorted.size() - 1).price(),
                            in.size(),
                            sum(in));
                });
            default -> throw new IllegalArgumentException(query);
        }
    }

    private Map<String, List<Line>> auctionsById;

    private List<Line> auctionsOf(final Line bid) {
        if (auctionsById == null) {
            auctionsById = auctions.stream().collect(Collectors.groupingBy(a -> a.text(3)));
        }
        return auctionsById.getOrDefault(bid.text(12), List.of());
    }

    private void q3() {
        final Map<String, List<Line>> sellers = persons.stream()
                .filter(p -> List.of("OR", "ID", "CA").contains(p.text(6)))
                .collect(Collectors.groupingBy(p -> p.text(3)));
        auctions.stream()
                .filter(a -> a.text(11).equals("10"))
                .forEach(a -> sellers.getOrDefault(a.text(10), List.of())
                        .forEach(p -> row(p.text(4), p.text(5), p.text(6), a.text(3))));
    }

    private void q4b() {
        final Map<String, List<Line>> prices = new TreeMap<>();
        for (final Won won : winners()) {
            final long time = won.expires() - 1;
            for (long start = Math.floorDiv(time, 5_000L) * 5_000 - 5_000; start <= time; start += 5_000) {
                prices.computeIfAbsent(
                                start + "|" + (start + 10_000) + "|"
                                        + won.auction().text(11),
                                key -> new ArrayList<>())
                        .add(won.bid());
            }
        }
        prices.forEach((key, of) -> row(key, average(of)));
    }

    private void q6b() {
        winners().stream()
                .collect(Collectors.groupingBy(won -> won.auction().text(10)))
                .forEach((seller, of) -> row(
                        seller,
                        average(of.stream()
                                .map(Won::bid)
                                .sorted(Comparator.comparingLong(Line::ts)
                                        .thenComparingLong(Line::price)
                                        .reversed())
                                .limit(10)
                                .toList())));
    }

    private void q8b() {
        final Map<String, List<Line>> byId = persons.stream().collect(Collectors.groupingBy(p -> p.text(3)));
        auctions.forEach(a -> byId.getOrDefault(a.text(10), List.of()).stream()
                .filter(p -> Math.floorDiv(p.ts(), 10_000L) == Math.floorDiv(a.ts(), 10_000L))
                .forEach(p -> row(Math.floorDiv(p.ts(), 10_000L) * 10_000, p.text(3), p.text(4), a.text(8))));
    }

    private void q11b() {
        bids.stream().collect(Collectors.groupingBy(Line::bidder)).forEach((bidder, of) -> {
            final List<Line> sorted = of.stream().sorted(BY_TIME).toList();
            int first = 0;
            for (int i = 1; i <= sorted.size(); i++) {
                final long last = sorted.get(i - 1).ts();
                if (i == sorted.size() || sorted.get(i).ts() - last >= 10_000) {
                    row(bidder, i - first, sorted.get(first).ts(), last + 10_000);
                    first = i;
                }
            }
        });
    }

    private List<Won> winners() {
        final List<Won> winners = new ArrayList<>();
        for (final Line a : auctions) {
            if (!a.text(8).isEmpty()) {
                bidsOf.getOrDefault(a.text(3), List.of()).stream()
                        .filter(b -> b.ts() < a.number(9) && b.price() >= a.number(8))
                        .min(BEST_FIRST)
                        .ifPresent(best -> winners.add(new Won(a, best)));
            }
        }
        return winners;
    }

    private void windowsBy(final Function<Line, Long> key, final long size, final BiConsumer<Long, List<Line>> window) {
        bids.stream().collect(Collectors.groupingBy(key)).values().forEach(of -> windows(of, size, size, window));
    }

    private static void windows(
            final List<Line> lines, final long size, final long hop, final BiConsumer<Long, List<Line>> window) {
        final Map<Long, List<Line>> windows = new TreeMap<>();
        for (final Line line : lines) {
            for (long start = Math.floorDiv(line.ts(), hop) * hop; start > line.ts() - size; start -= hop) {
                windows.computeIfAbsent(start, key -> new ArrayList<>()).add(line);
            }
        }
        windows.forEach(window);
    }

    private static LongStream prices(final List<Line> of) {
        return of.stream().mapToLong(Line::price);
    }

    private static BigInteger sum(final List<Line> of) {
        return of.stream().map(b -> BigInteger.valueOf(b.price())).reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static BigDecimal average(final List<Line> of) {
        return new BigDecimal(sum(of)).divide(BigDecimal.valueOf(of.size()), 0, RoundingMode.HALF_UP);
    }

    private void row(final Object... columns) {
        rows.add(Arrays.stream(columns).map(String::valueOf).collect(Collectors.joining("|")));
    }
}
