package io.millrace.torture.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Recorded trades, each tenth of them twice, again and again with later times and other ids; see the module's README. */
final class TradeInput implements Input {
    static final int SYMBOL_LENGTH = 8;

    private static final String RESOURCE = "/io/millrace/node/demo/binance-spot-20240808.csv.gz";
    private static final int LINES = 15_860;
    private static final long PASS_NS = 600 * InputFormula.SECOND;
    private static final long PASS_IDS = 10_000_000_000L;
    private static final int SENT = 11;
    private static final int DISTINCT = 10;
    private static final int REPEATED = 3;
    private static final int DECIMALS = 8;

    private record Trade(long timeNs, String symbol, long id, long price, long quantity) {}

    private final List<Trade> trades;

    private TradeInput(final List<Trade> trades) {
        this.trades = trades;
    }

    static TradeInput read() throws IOException {
        try (InputStream resource = TradeInput.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IOException("there is no resource " + RESOURCE);
            }
            final BufferedReader lines =
                    new BufferedReader(new InputStreamReader(new GZIPInputStream(resource), StandardCharsets.UTF_8));
            final List<String> header = Arrays.asList(lines.readLine().split(","));
            final List<Trade> trades = new ArrayList<>();
            while (trades.size() < LINES) {
                trades.add(parse(header, lines.readLine().split(",")));
            }
            return new TradeInput(trades);
        }
    }

    private static Trade parse(final List<String> header, final String[] fields) {
        return new Trade(
                Long.parseLong(fields[header.indexOf("event_time_ms")]) * InputFormula.MS,
                fields[header.indexOf("symbol")],
                Long.parseLong(fields[header.indexOf("trade_id")]),
                units(fields[header.indexOf("price")]),
                units(fields[header.indexOf("quantity")]));
    }

    private static long units(final String decimal) {
        return new BigDecimal(decimal).movePointRight(DECIMALS).longValueExact();
    }

    @Override
    public OutputRecord record(final long index) {
        final long inBlock = index % SENT;
        return trade(index / SENT * DISTINCT + (inBlock < DISTINCT ? inBlock : REPEATED));
    }

    /** A trade by its own number, without the repeats. */
    OutputRecord trade(final long number) {
        final long pass = number / LINES;
        final Trade trade = trades.get((int) (number % LINES));
        final byte[] symbol = trade.symbol.getBytes(StandardCharsets.US_ASCII);
        final ByteBuffer value =
                ByteBuffer.allocate(SYMBOL_LENGTH + 3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        value.put(Arrays.copyOf(symbol, SYMBOL_LENGTH))
                .putLong(trade.id + pass * PASS_IDS)
                .putLong(trade.price)
                .putLong(trade.quantity);
        return OutputRecord.data(trade.timeNs + pass * PASS_NS, symbol, value.array());
    }

    @Override
    public int partition(final OutputRecord record) {
        return 0;
    }
}
