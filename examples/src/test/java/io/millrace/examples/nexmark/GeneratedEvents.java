package io.millrace.examples.nexmark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Event files that are made up: persons, auctions and bids in some ratio, out of order by up to 8 s, many of them in one millisecond,
 * with few prices so that there are ties, bids that come before their auction and bids for auctions that never come.
 */
final class GeneratedEvents {
    private static final long DISORDER_MS = 8_000;

    private static final long FIRST_TS = 1_436_918_400_000L;
    // A multiple of 123 is among the first.
    private static final int FIRST_AUCTION = 1965;

    private static final String[] STATES = {"OR", "ID", "CA", "WA", "", "O"};
    private static final String[] NAMES = {"Jo", "Zoë", "", "a b", "\"q\"", "名前"};

    private final SplittableRandom random;
    private final int events;
    private final int meanStepMs;
    private final boolean hasHugePrices;
    private int persons;
    private int auctions;

    /** An event without its number, and when it arrives. */
    private record Arrival(long arrivalMs, String type, long ts, String columns) {}

    private GeneratedEvents(final long seed, final int events, final int meanStepMs, final boolean hasHugePrices) {
        this.random = new SplittableRandom(seed);
        this.events = events;
        this.meanStepMs = meanStepMs;
        this.hasHugePrices = hasHugePrices;
    }

    /** The lines of a file, its header included. */
    static List<String> lines(final long seed, final int events, final int meanStepMs, final boolean hasHugePrices) {
        return new GeneratedEvents(seed, events, meanStepMs, hasHugePrices).lines();
    }

    private List<String> lines() {
        final List<Arrival> arrivals = new ArrayList<>();
        long ts = FIRST_TS + random.nextInt(20_000);
        for (int i = 0; i < events; i++) {
            ts += random.nextInt(3) == 0 ? random.nextInt(6 * meanStepMs + 1) : 0;
            arrivals.add(arrival(ts));
        }
        arrivals.sort(Comparator.comparingLong(Arrival::arrivalMs));
        final List<String> lines = new ArrayList<>();
        lines.add(EventLine.HEADER);
        for (int seq = 0; seq < arrivals.size(); seq++) {
            final Arrival arrival = arrivals.get(seq);
            lines.add(seq + "," + arrival.type() + "," + arrival.ts() + "," + arrival.columns());
        }
        return lines;
    }

    private Arrival arrival(final long ts) {
        final long arrivalMs = ts + (random.nextBoolean() ? 0 : random.nextLong(DISORDER_MS + 1));
        final int kind = random.nextInt(50);
        if (kind < 2) {
            return new Arrival(arrivalMs, "P", ts, person());
        }
        return kind < 8 ? new Arrival(arrivalMs, "A", ts, auction(ts)) : new Arrival(arrivalMs, "B", ts, bid());
    }

    private String person() {
        return (1000 + persons++) + "," + one(NAMES) + "," + one(NAMES) + "," + one(STATES) + ",,,,,,,,";
    }

    private String auction(final long ts) {
        final String reserve = random.nextInt(8) == 0 ? "" : String.valueOf(random.nextInt(40));
        return (FIRST_AUCTION + auctions++) + ",,,," + random.nextInt(100) + "," + reserve + ","
                + (ts + random.nextInt(30_000) - 50) + "," + seller() + "," + (9 + random.nextInt(3)) + ",,,";
    }

    // Some sellers have not come yet.
    private String seller() {
        return random.nextInt(30) == 0 ? "" : String.valueOf(1000 + Math.max(0, persons - 5 + random.nextInt(10)));
    }

    // Half of them for one that is hot, some for auctions to come, a few for auctions that never come.
    private String bid() {
        final int auction = random.nextInt(40) == 0
                ? -random.nextInt(1, 300)
                : random.nextBoolean() ? auctions / 20 * 20 : Math.max(0, auctions - 12 + random.nextInt(16));
        final long price =
                hasHugePrices && random.nextInt(3) == 0 ? Long.MAX_VALUE - random.nextInt(5) : random.nextInt(60);
        return ",,,,,,,,," + (FIRST_AUCTION + auction) + "," + (1000 + random.nextInt(persons + 3)) + "," + price;
    }

    private String one(final String[] texts) {
        return texts[random.nextInt(texts.length)];
    }
}
