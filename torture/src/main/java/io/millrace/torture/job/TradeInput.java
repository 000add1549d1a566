package io.millrace.torture.job;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.agrona.MutableDirectBuffer;

/** Recorded trades, again and again; each tenth is sent twice. */
final class TradeInput implements Input {
    private static final String RESOURCE = "/io/millrace/node/demo/binance-spot-20240808.csv.gz";
    private static final int LINES = 15_860;
    private static final int PER_BLOCK = 10;
    private static final int SENT_TWICE = 3;
    private static final long ID_STEP = 10_000_000_000L;
    private static final long PASS_NS = 600_000_000_000L;
    private static final long MS_NS = 1_000_000;
    private static final int PLACES = 8;
    private static final int TIME_COLUMN = 0;
    private static final int SYMBOL_COLUMN = 1;
    private static final int PRICE_COLUMN = 2;
    private static final int QUANTITY_COLUMN = 3;
    private static final int ID_COLUMN = 5;

    private final List<Trade> trades = new ArrayList<>(LINES);
    private final List<Long> timesNs = new ArrayList<>(LINES);

    private Trade trade;
    private long eventTimeNs;

    TradeInput() {
        try (InputStream resource = TradeInput.class.getResourceAsStream(RESOURCE);
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(resource), StandardCharsets.US_ASCII))) {
            reader.readLine();
            for (int i = 0; i < LINES; i++) {
                add(reader.readLine().split(","));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    private void add(final String[] columns) {
        trades.add(new Trade(
                columns[SYMBOL_COLUMN],
                Long.parseLong(columns[ID_COLUMN]),
                scaled(columns[PRICE_COLUMN]),
                scaled(columns[QUANTITY_COLUMN])));
        timesNs.add(Long.parseLong(columns[TIME_COLUMN]) * MS_NS);
    }

    private static long scaled(final String decimal) {
        return new BigDecimal(decimal).movePointRight(PLACES).longValueExact();
    }

    @Override
    public void moveTo(final long number) {
        final long block = number / (PER_BLOCK + 1);
        final long place = number % (PER_BLOCK + 1);
        moveToTrade(block * PER_BLOCK + (place < PER_BLOCK ? place : SENT_TWICE));
    }

    /** Moves to a trade by its own number, without the repeats. */
    void moveToTrade(final long sent) {
        final long pass = sent / LINES;
        final int line = (int) (sent % LINES);
        final Trade recorded = trades.get(line);
        trade = new Trade(recorded.symbol(), recorded.id() + pass * ID_STEP, recorded.price(), recorded.quantity());
        eventTimeNs = timesNs.get(line) + pass * PASS_NS;
    }

    Trade trade() {
        return trade;
    }

    @Override
    public int partition() {
        return 0;
    }

    @Override
    public long eventTimeNs() {
        return eventTimeNs;
    }

    @Override
    public int writeKey(final MutableDirectBuffer buffer) {
        return buffer.putStringWithoutLengthAscii(0, trade.symbol());
    }

    @Override
    public int writeValue(final MutableDirectBuffer buffer) {
        trade.write(buffer, 0);
        return Trade.LENGTH;
    }
}
