package io.millrace.examples.nexmark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Makes up an event file of any length, the same for the same seed: of fifty events one is a person, three are auctions and the rest
 * are bids, ten events in each millisecond of event time, in its order. Half of the bids go to one auction in a hundred, three quarters
 * come from one person in a hundred, and most auctions end after their last bid. Used by one thread.
 */
public final class NexmarkEvents {
    private static final long FIRST_TS = 1_436_918_400_000L;
    private static final int EVENTS_PER_MS = 10;
    private static final int CYCLE = 50;
    private static final int AUCTIONS_PER_CYCLE = 3;
    private static final long FIRST_ID = 1_000;
    private static final int HOT = 100;
    private static final int PERSONS_ALIVE = 1_000;
    private static final long FIRST_CATEGORY = 10;
    private static final int CATEGORIES = 5;
    private static final int MOST_DURATION_MS = 400;
    private static final double PRICE_DIGITS = 6;
    private static final double CENTS = 100;

    private static final String[] NAMES = {"Ada Hill", "Bo Reed", "Cy Marsh", "Di Brook", "Ed Lake", "Flo Woods"};
    private static final String[] CITIES = {"Salem", "Boise", "Fresno", "Tucson", "Cody", "Provo"};
    private static final String[] STATES = {"OR", "ID", "CA", "AZ", "WY", "UT"};

    private final SplittableRandom random;
    private final StringBuilder line = new StringBuilder();
    private long persons;
    private long auctions;

    private NexmarkEvents(final long seed) {
        random = new SplittableRandom(seed);
    }

    /**
     * Writes a file of events.
     *
     * @param file  to write, in the format of {@code ./millrace nexmark}.
     * @param seed  of what is drawn.
     * @param count of events.
     * @throws IOException if it cannot be written.
     */
    public static void write(final Path file, final long seed, final int count) throws IOException {
        final NexmarkEvents events = new NexmarkEvents(seed);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.append(EventLine.HEADER).append('\n');
            for (int seq = 0; seq < count; seq++) {
                events.write(out, seq);
            }
        }
    }

    private void write(final Writer out, final int seq) throws IOException {
        final int place = seq % CYCLE;
        final char type = (char) (place == 0 ? Event.PERSON : place <= AUCTIONS_PER_CYCLE ? Event.AUCTION : Event.BID);
        final long ts = FIRST_TS + seq / EVENTS_PER_MS;
        line.setLength(0);
        line.append(seq).append(',').append(type).append(',').append(ts).append(',');
        switch (type) {
            case Event.PERSON -> addPerson();
            case Event.AUCTION -> addAuction(ts);
            default -> addBid();
        }
        out.append(line.append('\n'));
    }

    private void addPerson() {
        line.append(FIRST_ID + persons++).append(',').append(one(NAMES)).append(',');
        line.append(one(CITIES)).append(',').append(one(STATES)).append(",,,,,,,,");
    }

    private void addAuction(final long ts) {
        final long initialBid = price();
        line.append(FIRST_ID + auctions++).append(",,,,").append(initialBid).append(',');
        line.append(initialBid + price()).append(',');
        line.append(ts + 1 + random.nextInt(MOST_DURATION_MS)).append(',');
        line.append(FIRST_ID + person(0)).append(',');
        line.append(FIRST_CATEGORY + random.nextInt(CATEGORIES)).append(",,,");
    }

    private void addBid() {
        final long latest = auctions - 1;
        final long auction = random.nextBoolean() ? latest / HOT * HOT : latest - random.nextInt(among(HOT, auctions));
        line.append(",,,,,,,,,").append(FIRST_ID + auction).append(',');
        line.append(FIRST_ID + person(1)).append(',').append(price());
    }

    /** One of those who came last; mostly the one in a hundred that has this place among them. */
    private long person(final int hotPlace) {
        final long latest = persons - 1;
        final long hot = latest / HOT * HOT + hotPlace;
        return hot <= latest && random.nextInt(4) > 0 ? hot : latest - random.nextInt(among(PERSONS_ALIVE, persons));
    }

    private static int among(final int most, final long there) {
        return (int) Math.min(most, there);
    }

    /** In cents, as many of each length. */
    private long price() {
        return Math.round(StrictMath.pow(10, random.nextDouble() * PRICE_DIGITS) * CENTS);
    }

    private String one(final String[] texts) {
        return texts[random.nextInt(texts.length)];
    }
}
